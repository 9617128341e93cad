import { seededUniform } from '../../src/compose/random.ts';

/** Steps of a mail's conversation: MAIL FROM, RCPT TO, DATA up to the message, and after the final dot. */
export type Step = 'mail' | 'rcpt' | 'data' | 'dot';
/** Steps before the first mail of a connection. */
export type Start = 'greeting' | 'ehlo' | 'starttls' | 'auth';

/** One way to misbehave at one step. */
export type Fault<At = Step | Start> = { name: string; at: At } & (
  | { kind: 'refuse'; reply: string }
  /** Hangs up; `kept`: after the final dot, the message stays with the server. At `data`: in mid-message. */
  | { kind: 'cut'; kept?: boolean }
  /** Never answers. */
  | { kind: 'silent'; kept?: boolean }
  | { kind: 'slow'; ms: number }
  /** Answers with bytes that mean nothing. */
  | { kind: 'garbage' }
);

/** How a mail server behaves, asked once for each connection, MAIL FROM and RCPT TO. Null: well. */
export interface Behaviour {
  connection(number: number): Fault<Start> | null;
  mail(connection: number, transaction: number): Fault<Step> | null;
  /** @param attempt of this recipient, from 1 */
  recipient(address: string, attempt: number): Fault<Step> | null;
}

/** Does all as it should. */
export const CALM: Behaviour = { connection: () => null, mail: () => null, recipient: () => null };

type Weighted<F> = readonly [perTenThousand: number, fault: F];

const refuse = <At extends Step | Start>(at: At, reply: string, more = ''): Fault<At> => ({
  name: `${reply.slice(0, 3)} at ${NAMES[at]}${more}`,
  at,
  kind: 'refuse',
  reply,
});
const cut = <At extends Step | Start>(at: At, name: string, kept = false): Fault<At> => ({
  name: `hangs up ${name}`,
  at,
  kind: 'cut',
  kept,
});
const silent = <At extends Step | Start>(at: At, name: string, kept = false): Fault<At> => ({
  name: `never answers ${name}`,
  at,
  kind: 'silent',
  kept,
});
const slow = <At extends Step | Start>(at: At, ms: number): Fault<At> => ({
  name: `answers ${NAMES[at]} slowly`,
  at,
  kind: 'slow',
  ms,
});

const NAMES: Record<Step | Start, string> = {
  greeting: 'the greeting',
  ehlo: 'EHLO',
  starttls: 'STARTTLS',
  auth: 'AUTH',
  mail: 'MAIL',
  rcpt: 'RCPT',
  data: 'DATA',
  dot: 'the final dot',
};

const CONNECTION_FAULTS: readonly Weighted<Fault<Start>>[] = [
  [100, refuse('greeting', '421 4.3.2 Too busy, come back later')],
  [100, cut('greeting', 'at the greeting')],
  [30, silent('greeting', 'a connection')],
  [200, slow('greeting', 1000)],
  [100, cut('ehlo', 'at EHLO')],
  [100, refuse('starttls', '454 4.7.0 TLS is not available just now')],
  [100, { name: 'garbage instead of a TLS handshake', at: 'starttls', kind: 'garbage' }],
  [100, cut('starttls', 'in the TLS handshake')],
  [100, refuse('auth', '454 4.7.0 The password database is away')],
  [100, cut('auth', 'at AUTH')],
];

const MAIL_FAULTS: readonly Weighted<Fault<Step>>[] = [
  [15, refuse('mail', '421 4.3.2 Shutting down, come back later')],
  [40, refuse('mail', '451 4.3.0 Local error in processing')],
  [40, refuse('mail', '452 4.3.1 Out of disk space')],
  [40, cut('mail', 'at MAIL')],
  [10, silent('mail', 'MAIL')],
  [50, slow('mail', 500)],
];

const RECIPIENT_FAULTS: readonly Weighted<Fault<Step>>[] = [
  [20, refuse('rcpt', '421 4.7.0 Too many mails from you, slow down')],
  [60, refuse('rcpt', '450 4.2.1 The mailbox is busy')],
  [60, refuse('rcpt', '451 4.3.0 The user database is away')],
  [60, refuse('rcpt', '452 4.2.2 The mailbox is full just now')],
  [40, refuse('rcpt', '550 5.1.1 No such user')],
  [30, refuse('rcpt', '552 5.2.2 The mailbox is full for good')],
  [40, cut('rcpt', 'at RCPT')],
  [10, silent('rcpt', 'RCPT')],
  [50, slow('rcpt', 500)],
  [40, refuse('data', '451 4.3.0 Not now')],
  [20, refuse('data', '554 5.5.0 No valid recipients after all')],
  [10, silent('data', 'DATA')],
  [30, slow('data', 800)],
  [40, cut('data', 'in mid-message')],
  [20, refuse('dot', '421 4.3.2 Shutting down with your message unread')],
  [60, refuse('dot', '450 4.7.1 Try again later')],
  [60, refuse('dot', '451 4.3.0 The queue file could not be written')],
  [30, refuse('dot', '452 4.3.1 Out of disk space')],
  [40, refuse('dot', '554 5.6.0 We do not like this message')],
  [30, cut('dot', 'after the final dot, message kept', true)],
  [30, cut('dot', 'after the final dot, message dropped')],
  [8, silent('dot', 'the final dot, message kept', true)],
  [8, silent('dot', 'the final dot, message dropped')],
  [50, slow('dot', 1500)],
];

/** The first try is put off, the next one let in. */
const GREYLISTING: Fault<Step> = {
  ...refuse('rcpt', '450 4.7.1 Greylisted, come back in some minutes'),
  name: 'greylisting',
};
const GREYLISTED = 0.04;

/** Names of everything that `misbehaviour` may do. */
export const FAULT_NAMES: readonly string[] = [
  ...[...CONNECTION_FAULTS, ...MAIL_FAULTS, ...RECIPIENT_FAULTS].map(([, fault]) => fault.name),
  GREYLISTING.name,
];

/** Misbehaves in every way, by lots drawn from the seed: what a recipient meets at its nth try never changes. */
export function misbehaviour(seed: string): Behaviour {
  const lot = (...words: (string | number)[]) => seededUniform(seed, ...words);
  return {
    connection: (number) => draw(CONNECTION_FAULTS, lot('connection', number)),
    mail: (connection, transaction) => draw(MAIL_FAULTS, lot('mail', connection, transaction)),
    recipient(address, attempt) {
      if (attempt === 1 && lot('grey', address) < GREYLISTED) return GREYLISTING;
      return draw(RECIPIENT_FAULTS, lot('recipient', address, attempt));
    },
  };
}

/** @param uniform a random number in [0, 1) */
function draw<F>(faults: readonly Weighted<F>[], uniform: number): F | null {
  let left = uniform * 10_000;
  for (const [weight, fault] of faults) {
    if (left < weight) return fault;
    left -= weight;
  }
  return null;
}
