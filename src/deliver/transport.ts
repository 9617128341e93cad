import type { Readable } from 'node:stream';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { asText, type Outcome, outcomeOf, type SmtpError } from './outcome.ts';

/** What the deliver stage needs of a mail server. Declared here, by who uses it. */
export interface MailTransport {
  /** Never throws: what happened is the outcome. */
  send(message: SendMailOptions): Promise<Outcome>;
  /** Ends what is on its way at once: mails that had not begun to flow come back as not sent. */
  abort(): void;
  close(): Promise<void>;
}

/** A message with a place for the stream its bytes are read from. */
type TrackedMail = SendMailOptions & { track?: { stream?: Readable } };

/** Connections kept open to the SMTP server: also the number of mails on their way at a time. */
export const CONNECTIONS = 10;

/**
 * nodemailer's SMTP pool, told not to try again by itself: a second try is the ledger's decision, because
 * only the ledger knows whether the first may have succeeded.
 *
 * @param url nodemailer connection URL, e.g. smtps://user:password@host:465
 * @param mailsPerSecond 0 for as fast as the server takes them
 */
export function smtpTransport(url: string, mailsPerSecond = 0): MailTransport {
  const transporter = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: 500,
    maxRequeues: 0,
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    socketTimeout: 120_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(mailsPerSecond > 0 ? { rateLimit: mailsPerSecond, rateDelta: 1000 } : {}),
  });
  // The pool reads the message's stream only after the server's 354: whether it has begun to is the one
  // sure sign of whether the server can have the mail.
  transporter.use('stream', (mail, next) => {
    const create = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = (...options: Parameters<typeof create>) => {
      const stream = create(...options);
      const { track } = mail.data as TrackedMail;
      if (track) track.stream = stream;
      return stream;
    };
    next();
  });

  return {
    async send(message) {
      const track: TrackedMail['track'] = {};
      try {
        // nodemailer copies the message, but hands this object on as it is.
        const tracked: TrackedMail = { ...message, track };
        const info = await transporter.sendMail(tracked);
        return { kind: 'sent', response: asText(String(info.response ?? '')) };
      } catch (error) {
        return outcomeOf(error as SmtpError, track.stream?.readableDidRead ?? false);
      }
    },
    abort() {
      transporter.transporter.close?.({ force: true });
    },
    async close() {
      transporter.close();
    },
  };
}
