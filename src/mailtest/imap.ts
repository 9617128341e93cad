import { ImapFlow, type ImapFlowError } from 'imapflow';
import { isLoopback, type Secret } from '../config.ts';
import { imapReason } from '../feedback/bounces/imap-reason.ts';
import { HEAD_FIELDS } from './head.ts';
import { MailTestError } from './problem.ts';
import type { Found } from './splitter.ts';

/** Milliseconds: a server that is slower than this is away. */
const PATIENCE = { connectionTimeout: 20_000, greetingTimeout: 10_000, socketTimeout: 120_000 };

export interface ImapOptions {
  /** Told how many messages of how many are read. */
  onMessage?: (done: number, of: number) => void;
}

/**
 * Reads the headers of a folder's messages over IMAP. The folder is opened read-only and only header fields are
 * fetched, so that nothing changes there, not even what is marked as read.
 * @param url `imaps://user@host/Sent`; without a folder, the one that the server says sent mail is in
 * @throws MailTestError when the mailbox can't be read
 */
export async function readImap(
  url: URL,
  password: Secret,
  found: Found,
  options: ImapOptions = {},
): Promise<void> {
  const secure = url.protocol === 'imaps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 993 : 143) : Number(url.port);
  const client = new ImapFlow({
    host,
    port,
    secure,
    // A password never crosses a network in the clear.
    ...(secure || isLoopback(host) ? {} : { doSTARTTLS: true }),
    auth: { user: decodeURIComponent(url.username), pass: password.reveal() },
    ...PATIENCE,
    disableAutoIdle: true,
    logger: false,
  });
  // What goes wrong rejects the command under way; without a listener it would end the process as well.
  client.on('error', () => {});
  let folder = decodeURIComponent(url.pathname.slice(1));
  try {
    try {
      await client.connect();
      if (folder === '') folder = await sentFolder(client);
      const lock = await client.getMailboxLock(folder, { readOnly: true });
      try {
        await readFolder(client, found, options);
      } finally {
        lock.release();
      }
    } finally {
      await client.logout().catch(() => client.close());
    }
  } catch (error) {
    throw imapError(error, `${host}:${port}`, folder);
  }
}

async function readFolder(client: ImapFlow, found: Found, { onMessage }: ImapOptions): Promise<void> {
  const total = client.mailbox ? client.mailbox.exists : 0;
  if (total === 0) return;
  let done = 0;
  for await (const { seq, headers } of client.fetch('1:*', { headers: [...HEAD_FIELDS] })) {
    const place = { message: seq, offset: null };
    if (headers) found.message(headers, place);
    else found.unreadable('no_headers', place);
    onMessage?.(++done, total);
  }
}

/** @throws MailTestError when the server does not say (RFC 6154) */
async function sentFolder(client: ImapFlow): Promise<string> {
  const folders = await client.list();
  const sent = folders.find(({ specialUse }) => specialUse === '\\Sent');
  if (sent) return sent.path;
  throw new MailTestError(
    `The server does not say which folder holds the sent mail. Put it behind the address, one of: ${folders.map(({ path }) => path).join(', ')}.`,
  );
}

/** What an IMAP client's error means; without the user's name. */
function imapError(error: unknown, server: string, folder: string): MailTestError {
  if (error instanceof MailTestError) return error;
  const { authenticationFailed, mailboxMissing } = error as ImapFlowError;
  const why = authenticationFailed
    ? 'it refuses user name or password. Some providers want a password of its own for programs'
    : mailboxMissing
      ? `it has no folder "${folder}"`
      : imapReason(error as ImapFlowError);
  return new MailTestError(`The mailbox at ${server} can't be read: ${why}.`, { cause: error });
}
