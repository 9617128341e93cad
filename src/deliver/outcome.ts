/** What a server said, fit for the ledger. */
export interface Reply {
  /** At most 500 characters, none of them broken or unprintable. */
  response: string;
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`; null when the server gave none. */
  status: string | null;
}

/**
 * Why a mail was not taken for now: the recipient's side said so (`recipient`), or wants to be left alone for a while
 * (`slow_down`); our own server is in trouble (`server`), which is no try of this mail; or nothing was said: it hung up
 * (`dropped`) or kept silent (`silent`).
 */
export type Cause = 'recipient' | 'slow_down' | 'server' | 'dropped' | 'silent';

/** What became of one try to hand a mail to an SMTP server. */
export type Outcome =
  /** The server answered the end of DATA with 250. */
  | ({ kind: 'sent' } & Reply)
  /** The server does not want this mail, now or ever (5xx). */
  | ({ kind: 'rejected' } & Reply)
  /** Not now: 4xx, or the connection was lost before the message flowed. */
  | ({ kind: 'later'; cause: Cause } & Reply)
  /** The server can't be reached or refuses us: nothing to do with this mail, which counts no try. */
  | ({ kind: 'unreachable'; needsPerson: boolean } & Reply)
  /** The connection broke after the message had begun to flow: the server may have taken it. */
  | ({ kind: 'in_doubt' } & Reply)
  /** Not a byte of it left: the campaign was stopped, or the ledger said no. */
  | { kind: 'recalled' };

/** The part of nodemailer's errors that decides. */
export interface SmtpError {
  code?: string | undefined;
  /** The system's own code behind it, e.g. `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  originalCode?: string | undefined;
  command?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
  message: string;
}

/** Certificates that don't fit are mended by people; other TLS trouble may pass. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ALTNAME/;

/** Reads why no session with the server came about: connecting, greeting, EHLO, TLS, signing in. */
export function connectOutcome(error: SmtpError): Extract<Outcome, { kind: 'unreachable' }> {
  const permanent = (error.responseCode ?? 0) >= 500;
  const needsPerson =
    (error.code === 'EAUTH' && (permanent || error.responseCode === undefined)) ||
    CERTIFICATE.test(error.originalCode ?? '') ||
    (permanent && error.command !== 'CONN') ||
    error.responseCode === 554;
  return { kind: 'unreachable', needsPerson, ...replyOf(error) };
}

/**
 * Reads why a session did not end with a 250. A reply of the server always decides; without one, what matters is
 * whether the first byte of the message had left.
 *
 * @param flowed whether any byte of the message was handed to the connection (which happens after the 354)
 */
export function transactionOutcome(error: SmtpError, flowed: boolean): Outcome {
  const reply = replyOf(error);
  const code = error.responseCode;
  if (code === undefined) {
    if (flowed) return { kind: 'in_doubt', ...reply };
    // nodemailer itself found the address or the message impossible
    if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') return { kind: 'rejected', ...reply };
    return { kind: 'later', cause: error.code === 'ETIMEDOUT' ? 'silent' : 'dropped', ...reply };
  }
  // Refused before any recipient was named, or for want of a login: it is about us, not about this customer.
  if (code === 530 || code === 535 || (code >= 500 && error.command === 'MAIL FROM')) {
    return { kind: 'unreachable', needsPerson: true, ...reply };
  }
  if (code >= 500) return { kind: 'rejected', ...reply };
  if (code >= 400) return { kind: 'later', cause: causeOf(error, code, reply), ...reply };
  // A reply that makes no sense after the message has flowed says nothing about who has it.
  return flowed ? { kind: 'in_doubt', ...reply } : { kind: 'later', cause: 'server', ...reply };
}

/**
 * Whom a 4xx is about. Before a recipient was named it is the server itself; so is a 421 that speaks of the connection
 * or the system (4.3.x, 4.4.x). Any other 421 closes the recipient's door, and 4.7.x is about policy, which includes
 * greylisting, so its words decide (RFC 3463, 3.8).
 */
function causeOf(error: SmtpError, code: number, { status, response }: Reply): Cause {
  if (error.command === 'MAIL FROM') return 'server';
  if (code === 421) return /^4\.[34]\./.test(status ?? '') ? 'server' : 'slow_down';
  return status?.startsWith('4.7.') && TOO_FAST.test(response) ? 'slow_down' : 'recipient';
}

const TOO_FAST = /\b(rate|limit|limited|too (many|much|fast)|throttl\w*|slow down|exceed\w*|unusual)\b/i;

function replyOf(error: SmtpError): Reply {
  const response = asText(error.response ?? error.message);
  return { response, status: statusOf(response) };
}

/** The enhanced status code (RFC 3463) at the beginning of a reply; null when there is none. */
export function statusOf(response: string): string | null {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null;
}

/** What a server said, fit for the ledger: at most 500 characters, none of them broken or unprintable. */
export function asText(said: string): string {
  const clean = said
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return [...clean].slice(0, 500).join('');
}
