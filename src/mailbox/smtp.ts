import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Database } from '../db/connect.ts';
import { readHead } from './envelope.ts';
import { type MailWriter, mailWriter } from './writer.ts';

/** Largest mail, in bytes. */
const SIZE_LIMIT = 25 * 1024 * 1024;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

export interface MailboxOptions {
  db: Database;
  /** Any free one unless told otherwise. */
  port?: number;
  /** Of the loopback: what lands here is not for the network. */
  host?: string;
}

export interface Mailbox {
  /** For nodemailer, e.g. smtp://127.0.0.1:2525 */
  url: string;
  close(): Promise<void>;
}

/**
 * The embedded inbox: a real SMTP server for tests, demos and previews that delivers to nobody. It takes every
 * mail for every recipient and keeps it in table `mailbox`; it says 250 only when the mail is committed.
 */
export async function startMailbox({ db, port = 0, host = '127.0.0.1' }: MailboxOptions): Promise<Mailbox> {
  if (!LOOPBACK.includes(host)) {
    throw new Error(`The embedded mailbox listens on the loopback only (127.0.0.1 or ::1), not on ${host}.`);
  }
  const writer = mailWriter(db);
  const server = new SMTPServer({
    banner: 'Spielbein mailbox',
    size: SIZE_LIMIT,
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1000,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anybody' }),
    onData: (stream, session, done) => {
      receive(writer, stream, session).then(
        () => done(null, 'OK: kept in the mailbox'),
        (error) => done(refusal(error)),
      );
    },
  });
  // a client that hangs up is its own affair
  server.on('error', () => {});
  await listen(server, port, host);
  const { port: actual } = server.server.address() as AddressInfo;
  return {
    url: `smtp://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function receive(
  writer: MailWriter,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    // what is too large is read to its end, so that the client hears why, but not kept
    if (stream.sizeExceeded) chunks.length = 0;
    else chunks.push(chunk as Buffer);
  }
  if (stream.sizeExceeded) throw new MailTooLarge();
  const raw = Buffer.concat(chunks);
  const { mailFrom, rcptTo } = session.envelope;
  const head = await readHead(raw);
  await writer.save({
    received_at: new Date(),
    mail_from: mailFrom ? mailFrom.address : '',
    rcpt_to: rcptTo.map(({ address }) => address),
    message_id: head.messageId,
    header_from: head.from,
    header_to: head.to,
    subject: head.subject,
    raw,
  });
}

class MailTooLarge extends Error {}

function refusal(error: unknown): Error {
  const [responseCode, message] =
    error instanceof MailTooLarge
      ? [552, '5.3.4 The mail is larger than 25 MB']
      : [451, '4.3.0 The mailbox can not keep the mail now, try again'];
  return Object.assign(new Error(message, { cause: error }), { responseCode });
}

async function listen(server: SMTPServer, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server.server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `The mailbox can't listen on ${host}:${port}: another program does. Choose another port.`,
      {
        cause: error,
      },
    );
  }
}
