import { Readable } from 'node:stream';
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import {
  asText,
  connectOutcome,
  type Outcome,
  type SmtpError,
  statusOf,
  transactionOutcome,
} from '../outcome.ts';
import type { SmtpServer } from './server.ts';

/** A mail as it goes over the wire. */
export interface Mail {
  envelope: { from: string; to: string };
  /** The whole message, lines ended by CRLF. */
  raw: Buffer;
}

/** How long the steps of a conversation took, in seconds. */
export type ObservePhase = (phase: 'connect' | 'auth' | 'envelope' | 'data', seconds: number) => void;

/** One signed-in connection to a mail server, for one mail at a time. */
export interface Session {
  /** Mails tried over it. */
  used: number;
  /** Whether it can take another one. */
  alive(): boolean;
  /**
   * Hands over one mail. `begin` is asked after the server's 354, before the first byte of the message leaves: when
   * it says no, or can't answer, the connection is cut and the server has nothing.
   */
  transact(mail: Mail, begin: () => Promise<boolean>): Promise<Outcome>;
  /** QUIT, or cut off at once. What had not begun to flow comes back as not sent. */
  close(how?: 'now'): void;
}

type Unreachable = Extract<Outcome, { kind: 'unreachable' }>;

/** Connects and signs in. */
export async function openSession(
  server: SmtpServer,
  observe: ObservePhase = () => {},
): Promise<{ session: Session } | { failure: Unreachable }> {
  const connection = new SMTPConnection(server.options);
  // Every error also reaches the callback of what is under way; without a listener it would end the process.
  connection.on('error', () => {});
  try {
    const clock = stopwatch();
    await connect(connection);
    observe('connect', clock());
    const { auth } = server;
    if (auth) {
      await untilEnd<void>(connection, 'The server hung up while we signed in.', (resolve, reject) =>
        connection.login(auth, (error) => (error ? reject(error) : resolve())),
      );
      observe('auth', clock());
    }
    return { session: sessionOver(connection, observe) };
  } catch (error) {
    connection.close();
    return { failure: connectOutcome(error as SmtpError) };
  }
}

function connect(connection: SMTPConnection): Promise<void> {
  return untilEnd(connection, 'The server hung up before it said hello.', (resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

/** A step of the conversation; ends with an error when the connection ends and nodemailer does not say so itself. */
async function untilEnd<T>(
  connection: SMTPConnection,
  otherwise: string,
  step: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  let hungUp = () => {};
  try {
    return await new Promise<T>((resolve, reject) => {
      // nodemailer's own error, which says more, comes after the event
      hungUp = () => setImmediate(() => reject(new Error(otherwise)));
      connection.once('end', hungUp);
      step(resolve, reject);
    });
  } finally {
    connection.off('end', hungUp);
  }
}

function sessionOver(connection: SMTPConnection, observe: ObservePhase): Session {
  let used = 0;
  let alive = true;
  connection.once('end', () => {
    alive = false;
  });

  /** After a refusal the conversation goes on; after anything else the connection is gone. */
  async function tidy(outcome: Outcome, code: number | undefined): Promise<void> {
    const goesOn =
      (outcome.kind === 'rejected' || outcome.kind === 'later') && code !== undefined && code !== 421;
    if (!alive || !goesOn) {
      connection.close();
      alive = false;
      return;
    }
    await untilEnd<void>(connection, 'The server hung up.', (resolve, reject) =>
      connection.reset((error) => (error ? reject(error) : resolve())),
    ).catch(() => connection.close());
  }

  return {
    get used() {
      return used;
    },
    alive: () => alive,
    async transact(mail, begin) {
      used += 1;
      const message = heldBack(mail.raw, begin);
      try {
        const info = await untilEnd<SMTPConnectionSendInfo>(
          connection,
          'The connection was cut.',
          (resolve, reject) => {
            const envelope = { from: mail.envelope.from, to: [mail.envelope.to], size: mail.raw.length };
            connection.send(envelope, message.stream, (error, sent) =>
              error ? reject(error) : resolve(sent),
            );
          },
        );
        observe('envelope', info.envelopeTime / 1000);
        observe('data', info.messageTime / 1000);
        const response = asText(info.response);
        return { kind: 'sent', response, status: statusOf(response) };
      } catch (error) {
        const failure = error as SmtpError;
        const outcome = message.refused()
          ? ({ kind: 'recalled' } as const)
          : transactionOutcome(failure, message.flowed());
        await tidy(outcome, failure.responseCode);
        return outcome;
      }
    },
    close(how) {
      alive = false;
      if (how === 'now') connection.close();
      else connection.quit();
    },
  };
}

/**
 * A message that gives out its first byte only after `begin` has said yes. nodemailer reads it after the server's
 * 354, not before.
 */
function heldBack(raw: Buffer, begin: () => Promise<boolean>) {
  let asked = false;
  let flowed = false;
  let refused = false;
  const stream = new Readable({
    highWaterMark: raw.length + 1,
    read() {
      if (asked) return;
      asked = true;
      begin().then(
        (yes) => {
          // The connection broke while we asked: nothing may flow any more.
          if (stream.destroyed) return;
          if (!yes) {
            refused = true;
            stream.destroy(new Error('The ledger says that this mail must not leave.'));
            return;
          }
          flowed = true;
          stream.push(raw);
          stream.push(null);
        },
        (error) => {
          refused = true;
          stream.destroy(error);
        },
      );
    },
  });
  return { stream, flowed: () => flowed, refused: () => refused };
}

function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
