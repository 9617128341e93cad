import { ImapFlow } from 'imapflow';
import { isLoopback, type Secret } from '../../config.ts';
import type { BounceOutcome } from './handle.ts';
import { MailboxError, mailboxError } from './mailbox-error.ts';
import { MAX_BYTES } from './message.ts';

/** How many messages came to which end. */
export type MailboxCounts = Record<BounceOutcome['outcome'], number>;

/** One message that can't be dealt with holds up no other; so many one after the other mean that nothing can be. */
const MAX_FAILURES = 20;

/** Milliseconds: a server that is slower than this is away. */
const PATIENCE = { connectionTimeout: 20_000, greetingTimeout: 10_000, socketTimeout: 60_000 };

/**
 * Hands every unread message of the bounce mailbox to `handle`, one after the other, and marks each as read when it
 * is done with, i.e. when what it said is committed. Whatever happens in between, the message is still unread and
 * comes again. What is left to the mailbox stays unread and is flagged, so that it does not come every
 * minute. Nothing is deleted; cleaning up is for the mailbox's own rules.
 * @param url `imaps://user:password@host/Folder`; the folder is INBOX unless the address names one
 * @throws MailboxError in plain words, when the mailbox can't be read
 * @throws what `handle` threw first, when the other messages are done with; messages that it threw at stay unread
 */
export async function readMailbox(
  url: Secret,
  handle: (raw: Buffer) => Promise<BounceOutcome>,
  signal?: AbortSignal,
): Promise<MailboxCounts> {
  const counts: MailboxCounts = { recorded: 0, known: 0, ignored: 0, kept: 0, left: 0 };
  const failures: unknown[] = [];
  let inARow = 0;
  await withMailbox(url, async (client) => {
    for (const uid of await unreadOf(client)) {
      if (signal?.aborted) return;
      const source = { maxLength: MAX_BYTES };
      const message = await client.fetchOne(String(uid), { source }, { uid: true });
      // Somebody has moved it meanwhile.
      const raw = message ? message.source : undefined;
      if (!raw) continue;
      let flag: string;
      try {
        const { outcome } = await handle(raw);
        counts[outcome] += 1;
        inARow = 0;
        flag = outcome === 'left' ? '\\Flagged' : '\\Seen';
      } catch (error) {
        failures.push(error);
        if (++inARow === MAX_FAILURES) return;
        continue;
      }
      if (!(await client.messageFlagsAdd(String(uid), [flag], { uid: true }))) {
        throw new MailboxError('The bounce mailbox does not let us mark messages as read.');
      }
    }
  });
  // Not a trouble of the mailbox, so it does not pass for one.
  if (failures.length > 0) throw failures[0];
  return counts;
}

/** How many messages wait in the mailbox. @throws MailboxError */
export async function checkMailbox(url: Secret): Promise<{ folder: string; unread: number }> {
  let unread = 0;
  await withMailbox(url, async (client) => {
    unread = (await unreadOf(client)).length;
  });
  return { folder: placeOf(url).folder, unread };
}

const unreadOf = async (client: ImapFlow) =>
  (await client.search({ seen: false, flagged: false }, { uid: true })) || [];

async function withMailbox(url: Secret, work: (client: ImapFlow) => Promise<void>): Promise<void> {
  const { folder, ...place } = placeOf(url);
  const client = new ImapFlow({ ...place, ...PATIENCE, disableAutoIdle: true, logger: false });
  // What goes wrong rejects the command under way; without a listener it would end the process as well.
  client.on('error', () => {});
  try {
    try {
      await client.connect();
      const lock = await client.getMailboxLock(folder);
      try {
        await work(client);
      } finally {
        lock.release();
      }
    } finally {
      await client.logout().catch(() => client.close());
    }
  } catch (error) {
    throw mailboxError(error, { host: place.host, port: place.port, folder });
  }
}

function placeOf(secret: Secret) {
  const url = new URL(secret.reveal());
  const secure = url.protocol === 'imaps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? (secure ? 993 : 143) : Number(url.port),
    secure,
    // A password never crosses a network in the clear.
    ...(secure || isLoopback(host) ? {} : { doSTARTTLS: true }),
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    folder: decodeURIComponent(url.pathname.slice(1)) || 'INBOX',
  };
}
