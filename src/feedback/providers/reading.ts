import type { MailReport } from '../mail-report.ts';
import { storable } from '../storable.ts';

/** What a mail provider says about one mail to one address. Which send it was, `take-in.ts` finds out. */
export interface ProviderReport extends Omit<MailReport, 'kind' | 'sendId'> {
  /** `unsubscribe`: the recipient pressed the provider's own button. */
  kind: MailReport['kind'] | 'unsubscribe';
  address: string;
  source: 'ses' | 'mailgun' | 'postmark';
  /** What the provider knows of the mail; null when it does not tell. */
  mail: { messageId: string | null; subject: string | null };
}

/** What a provider's message turned out to be. */
export type ProviderReading =
  | { kind: 'reports'; reports: readonly ProviderReport[] }
  /** Needs nothing; `why` is a stable word, e.g. `delivered`. */
  | { kind: 'ignored'; why: string }
  /** A person has to look; `problem` is a sentence for them. */
  | { kind: 'unreadable'; problem: string };

export const unreadable = (problem: string): ProviderReading => ({ kind: 'unreadable', problem });

/** An escape in JSON: of a control character that can't be stored, or any other (which is two characters long). */
const ESCAPE = /\\(?:u00(?:0[0-8bcef]|1[0-9a-f]|7f|[89][0-9a-f])|.)/gis;

/** A body as JSON, its texts such that they can be stored; undefined when it is none. */
export function parseJson(body: Buffer | string): unknown {
  const text = storable(body.toString()).replace(ESCAPE, (found) => (found.length > 2 ? ' ' : found));
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
