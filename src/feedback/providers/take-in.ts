import type { Database } from '../../db/connect.ts';
import { addressForms } from '../../domain/address-forms.ts';
import type { Links } from '../../links/links.ts';
import { recordReport } from '../mail-events.ts';
import { sendOfMessageId } from '../our-mail.ts';
import { suppress } from '../suppressions.ts';
import { keepUnread } from '../unread-reports.ts';
import { unsubscribe } from '../unsubscribe.ts';
import type { ProviderReading, ProviderReport } from './reading.ts';

/** A report that does not name its mail is about the last one to the address, if that is not older than this. */
const DAYS = 7;

export interface TakeInTools {
  db: Database;
  links: Pick<Links, 'messageToken'>;
  /** So many soft bounces in a row are one too many; from the library's settings. */
  softBounces: number;
  now: Date;
}

/** What became of a provider's message; for the log, so without addresses. */
export interface TakenIn {
  /** `left`: too much waits for a person already, and the provider should come again. */
  outcome: 'recorded' | 'ignored' | 'kept' | 'left';
  /** Reports that were new. */
  recorded: number;
  /** Addresses that are not written to any more because of it. */
  suppressed: number;
}

/**
 * Acts on what a provider said. The provider has proved who it is, so its word about an address counts, also about a
 * mail that is not ours: an address that does not exist does not exist for us either. Doing it again changes nothing.
 * @param raw kept for a person when the message could not be read
 */
export async function takeIn(
  tools: TakeInTools,
  reading: ProviderReading,
  raw: { source: ProviderReport['source']; body: Buffer },
): Promise<TakenIn> {
  if (reading.kind === 'ignored') return { outcome: 'ignored', recorded: 0, suppressed: 0 };
  if (reading.kind === 'unreadable') {
    const { problem } = reading;
    const id = await keepUnread(tools.db, { source: raw.source, problem, raw: raw.body, now: tools.now });
    return { outcome: id === null ? 'left' : 'kept', recorded: 0, suppressed: 0 };
  }
  const taken: TakenIn = { outcome: 'recorded', recorded: 0, suppressed: 0 };
  for (const report of reading.reports) {
    const { recorded, suppressed } = await takeOne(tools, report);
    taken.recorded += Number(recorded);
    taken.suppressed += Number(suppressed);
  }
  return taken;
}

async function takeOne(tools: TakeInTools, report: ProviderReport) {
  const { db, now, softBounces } = tools;
  const { kind, mail, ...rest } = report;
  const sendId = await sendOf(tools, report);
  if (kind !== 'unsubscribe') return await recordReport(db, { ...rest, kind, sendId }, { softBounces, now });
  // the person's wish counts for the address named, and for those that the mail's own link would stop
  const detail = sendId === null ? report.source : `send ${sendId}, ${report.source}`;
  const suppressed = await suppress(db, { address: report.address, reason: 'unsubscribed', detail, now });
  if (sendId !== null) await unsubscribe(db, sendId, now);
  return { recorded: suppressed, suppressed };
}

async function sendOf({ db, links }: TakeInTools, report: ProviderReport): Promise<number | null> {
  const { address, occurredAt, mail } = report;
  if (mail.messageId !== null) return await sendOfMessageId(db, links, mail.messageId);
  let query = db
    .selectFrom('sends')
    .select('id')
    .where('email_key', 'in', addressForms(address))
    .where('sending_at', '<=', occurredAt)
    .where('sending_at', '>', new Date(occurredAt.getTime() - DAYS * 86_400_000));
  if (mail.subject !== null) query = query.where('subject', '=', mail.subject);
  const last = await query.orderBy('sending_at', 'desc').limit(1).executeTakeFirst();
  return last?.id ?? null;
}
