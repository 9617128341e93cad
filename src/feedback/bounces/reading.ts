import type { Verdict } from './classify.ts';

/** What a report says about one recipient. */
export interface Finding {
  kind: Verdict['kind'] | 'complaint';
  /** What the report calls the recipient, the address we wrote to first; empty when it does not say. */
  addresses: readonly string[];
  status: string | null;
  /** What the far server said, for people. */
  detail: string;
}

/** Why a message needs nothing: stable codes. */
export type IgnoredWhy =
  /** The mail is late and still under way. */
  | 'delayed'
  /** The mail has arrived, or went on to a server that does not report. */
  | 'delivered'
  /** An out-of-office note or the like. */
  | 'auto_reply'
  /** Somebody has, or has not, opened the mail (RFC 8098). */
  | 'read_receipt'
  /** A recipient took a mail out of the spam folder (RFC 6430). */
  | 'not_spam'
  /** About SPF, DKIM or DMARC (RFC 6591, RFC 7489), not about a recipient. */
  | 'authentication_report';

/** What a message turned out to be. */
export type Reading =
  | { kind: 'report'; source: 'dsn' | 'arf'; findings: readonly [Finding, ...Finding[]] }
  | { kind: 'ignored'; why: IgnoredWhy }
  /** A person has to look; `problem` is a sentence for them. */
  | { kind: 'unreadable'; problem: string };
