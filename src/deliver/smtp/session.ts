import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import {
  asText,
  connectOutcome,
  type Outcome,
  type SmtpError,
  statusOf,
  transactionOutcome,
} from '../outcome.ts';
import { heldBack } from './held-back.ts';
import type { SmtpServer } from './server.ts';
import { step } from './steps.ts';

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
  /** Makes it ready for the next mail after one that was refused; to be called after each. */
  tidy(): Promise<void>;
  /** QUIT, or cut off at once. What had not begun to flow comes back as not sent. */
  close(how?: 'now'): void;
}

type Unreachable = Extract<Outcome, { kind: 'unreachable' }>;

/** For a step as a whole, so many times as long as the server may be silent. */
const PATIENCE = 5;

/** Connects and signs in. `signal` gives up at once. */
export async function openSession(
  server: SmtpServer,
  given: { signal: AbortSignal; observe?: ObservePhase | undefined },
): Promise<{ session: Session } | { failure: Unreachable }> {
  const observe = given.observe ?? (() => {});
  const connection = new SMTPConnection(server.options);
  // Every error also reaches the callback of what is under way; without a listener it would end the process.
  connection.on('error', () => {});
  const giveUp = () => connection.close();
  given.signal.addEventListener('abort', giveUp);
  try {
    const clock = stopwatch();
    const within = server.silence;
    await step<void>(
      connection,
      { otherwise: 'The server hung up before it said hello.', within },
      (resolve, reject) => {
        connection.once('error', reject);
        connection.connect((error) => (error ? reject(error) : resolve()));
      },
    );
    observe('connect', clock());
    const { auth } = server;
    if (auth) {
      await step<void>(
        connection,
        { otherwise: 'The server hung up while we signed in.', within },
        (resolve, reject) => connection.login(auth, (error) => (error ? reject(error) : resolve())),
      );
      observe('auth', clock());
    }
    return { session: sessionOver(connection, server, observe) };
  } catch (error) {
    connection.close();
    return { failure: connectOutcome(error as SmtpError) };
  } finally {
    given.signal.removeEventListener('abort', giveUp);
  }
}

function sessionOver(connection: SMTPConnection, server: SmtpServer, observe: ObservePhase): Session {
  let used = 0;
  let alive = true;
  let next: 'as_it_is' | 'reset' | 'close' = 'as_it_is';
  connection.once('end', () => {
    alive = false;
  });
  const within = server.silence * PATIENCE;

  return {
    get used() {
      return used;
    },
    alive: () => alive,
    async transact(mail, begin) {
      used += 1;
      const message = heldBack(mail.raw, begin);
      try {
        const info = await step<SMTPConnectionSendInfo>(
          connection,
          { otherwise: 'The connection was cut.', within },
          (resolve, reject) => {
            const envelope = { from: mail.envelope.from, to: [mail.envelope.to], size: mail.raw.length };
            connection.send(envelope, message.stream, (error, sent) =>
              error ? reject(error) : resolve(sent),
            );
          },
        );
        const reply = { response: asText(info.response), status: statusOf(info.response) };
        // A 250 for a message that the server has not seen a byte of.
        if (!message.flowed()) {
          next = 'close';
          return { kind: 'later', cause: 'server', ...reply };
        }
        observe('envelope', info.envelopeTime / 1000);
        observe('data', info.messageTime / 1000);
        next = 'as_it_is';
        return { kind: 'sent', ...reply };
      } catch (error) {
        const failure = error as SmtpError;
        const outcome: Outcome = message.refused()
          ? { kind: 'recalled' }
          : transactionOutcome(failure, message.flowed());
        // After a 354 nobody knows what the server takes for commands, and what for the message.
        const understood = !message.asked() || message.flowed();
        const answered = failure.responseCode !== undefined && failure.responseCode !== 421;
        next = understood && answered && outcome.kind !== 'in_doubt' ? 'reset' : 'close';
        return outcome;
      } finally {
        // What has not flowed never will: not into the next mail's conversation either.
        message.stream.destroy();
      }
    },
    async tidy() {
      if (next === 'as_it_is' || !alive) return;
      if (next === 'reset') {
        const reset = step<void>(
          connection,
          { otherwise: 'The server hung up.', within: server.silence },
          (resolve, reject) => connection.reset((error) => (error ? reject(error) : resolve())),
        );
        const ready = await reset.then(
          () => true,
          () => false,
        );
        if (ready) return;
      }
      alive = false;
      connection.close();
    },
    close(how) {
      alive = false;
      if (how === 'now') connection.close();
      else connection.quit();
    },
  };
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
