/** What became of one try to hand a mail to the SMTP server. */
export type Outcome =
  /** The server answered the end of DATA with 250. */
  | { kind: 'sent'; response: string }
  /** The server does not want this mail, now or ever (5xx). */
  | { kind: 'rejected'; response: string }
  /** Not now (4xx, connection lost before DATA): try again later. Counts as an attempt. */
  | { kind: 'later'; response: string }
  /** The server can't be reached or refuses the login: nothing to do with this mail, no attempt is counted. */
  | { kind: 'unreachable'; response: string; needsPerson: boolean }
  /** The connection broke after the mail had begun to flow: the server may have taken it. */
  | { kind: 'in_doubt'; response: string };

/** The part of nodemailer's errors that decides. */
export interface SmtpError {
  code?: string | undefined;
  command?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
  message: string;
}

/**
 * Reads an error of nodemailer's SMTP transport. A reply of the server always decides; without one, what
 * matters is whether the first byte of the message had left.
 *
 * @param begun whether nodemailer had begun to read the message's bytes (it does so after the 354)
 */
export function outcomeOf(error: SmtpError, begun: boolean): Outcome {
  const response = asText(error.response ?? error.message);
  if (error.code === 'EAUTH' || error.command?.startsWith('AUTH')) {
    const forNow = error.responseCode !== undefined && error.responseCode < 500;
    return { kind: 'unreachable', response, needsPerson: !forNow };
  }
  const code = error.responseCode;
  // Refused before any recipient was named, or for want of a login: it is about us, not about this customer.
  if (code !== undefined && code >= 500 && (error.command === 'MAIL FROM' || code === 530)) {
    return { kind: 'unreachable', response, needsPerson: true };
  }
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') {
    // Without a reply: nodemailer itself found the address or the message impossible.
    if (code === undefined) return begun ? { kind: 'in_doubt', response } : { kind: 'rejected', response };
    return code >= 500 ? { kind: 'rejected', response } : { kind: 'later', response };
  }
  if (begun) return { kind: 'in_doubt', response };
  if (error.code === 'ETLS') return { kind: 'unreachable', response, needsPerson: true };
  return { kind: 'unreachable', response, needsPerson: false };
}

/** What a server said, fit for the ledger: at most 500 characters, none of them broken or unprintable. */
export function asText(said: string): string {
  const clean = said
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return [...clean].slice(0, 500).join('');
}

/** Fewer refusals than this are about the recipients, even when they sound alike. */
const ALIKE = 5;

/**
 * When a server refuses a whole group in the same words ("Relay access denied"), it is about us: then nobody
 * has failed, and a person must look.
 * @returns what it said, or null
 */
export function refusalOfAll(outcomes: Outcome[]): string | null {
  const [first] = outcomes;
  if (outcomes.length < ALIKE || first?.kind !== 'rejected') return null;
  // The same sentence names another address each time.
  const gist = (said: string) => said.replace(/\S*@\S*|\d{4,}|<[^>]*>/g, '');
  const alike = outcomes.every((o) => o.kind === 'rejected' && gist(o.response) === gist(first.response));
  return alike ? first.response : null;
}

/**
 * How long to wait before the next try, in milliseconds: 1, 4, 16, 64 minutes …, at most 4 hours, spread by
 * up to a quarter so that refused mails do not come back in one wave.
 * @param uniform a random number in [0, 1)
 */
export function retryDelay(attempts: number, uniform: number): number {
  const minutes = Math.min(4 ** Math.max(0, attempts - 1), 240);
  return minutes * 60_000 * (1 + uniform / 4);
}

/** After this many tries a mail has failed (`gave_up`). With `retryDelay` that is most of a day. */
export const MAX_ATTEMPTS = 8;
