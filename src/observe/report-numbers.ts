import type { MailEventKind } from '../domain/send.ts';
import type { Portion } from '../sync/progress.ts';

/** What a daily report tells. */
export interface ReportNumbers {
  /** What is counted happened from here … */
  from: Date;
  /** … to here, when the report is made. */
  to: Date;
  sent: number;
  /** By stable code, see `domain/reasons.ts`. */
  failed: Record<string, number>;
  skipped: Record<string, number>;
  events: Partial<Record<MailEventKind, number>>;
  answers: number;
  /** Of the mails of the last 30 days; null when there were none. */
  answersPer100: number | null;
  finished: { name: string; sent: number; failed: number }[];
  /** Campaigns that don't go on as they should, and why. */
  waiting: { id: string; name: string; paused: boolean; attention: string | null }[];
  /** Mails of which nobody knows whether the server took them, by campaign. */
  inDoubt: { campaign: string; count: number }[];
  /** Bounces and complaints that the program could not read. */
  unreadReports: number;
  /** Each CRM: when it was last read to the end, and why the newest try failed, if it did. */
  crm: { source: string; syncedAt: Date | null; error: string | null }[];
  /** What the newest portion of a comparison with the CRM found, if there was one within the time reported. */
  compared: Portion | null;
  /** The newest nightly round within the time reported. */
  nightly: { state: string; planned: number | null; candidates: number | null } | null;
}
