import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { lastPortion } from '../sync/comparison.ts';
import type { Portion } from '../sync/progress.ts';
import { readAnswerRate, readCampaigns, readDoubts } from './report-campaigns.ts';
import type { ReportNumbers } from './report-numbers.ts';

/** Milliseconds that a report looks back. */
const DAY = 24 * 3_600_000;

/** Counts the day that ends now. */
export async function readReportNumbers(db: Database, now: Date): Promise<ReportNumbers> {
  const from = new Date(now.getTime() - DAY);
  const settled = await db
    .selectFrom('sends')
    .select(['state', 'reason', sql<number>`count(*)`.as('count')])
    .where('settled_at', '>', from)
    .where('settled_at', '<=', now)
    .groupBy(['state', 'reason'])
    .execute();
  const byReason = (state: 'failed' | 'skipped') =>
    Object.fromEntries(
      settled.filter((row) => row.state === state).map((row) => [row.reason ?? 'unknown', row.count]),
    );
  const events = await db
    .selectFrom('mail_events')
    .select(['kind', sql<number>`count(*)`.as('count')])
    .where('recorded_at', '>', from)
    .where('recorded_at', '<=', now)
    .groupBy('kind')
    .execute();
  const { answers } = await db
    .selectFrom('heard_answers')
    .select(sql<number>`count(*)`.as('answers'))
    .where('answered_at', '>', from)
    .where('answered_at', '<=', now)
    .executeTakeFirstOrThrow();
  const { unread } = await db
    .selectFrom('unread_reports')
    .select(sql<number>`count(*)`.as('unread'))
    .where('handled_at', 'is', null)
    .executeTakeFirstOrThrow();
  const crm = await readSyncs(db);
  return {
    from,
    to: now,
    sent: settled.filter((row) => row.state === 'sent').reduce((sum, row) => sum + row.count, 0),
    failed: byReason('failed'),
    skipped: byReason('skipped'),
    events: Object.fromEntries(events.map(({ kind, count }) => [kind, count])),
    answers,
    answersPer100: await readAnswerRate(db, now),
    ...(await readCampaigns(db, from, now)),
    inDoubt: await readDoubts(db),
    unreadReports: unread,
    crm,
    compared: await readComparison(db, from, crm),
  };
}

async function readComparison(db: Database, from: Date, crm: ReportNumbers['crm']): Promise<Portion | null> {
  const portions = await Promise.all(crm.map(({ source }) => lastPortion(db, source)));
  return portions.find((portion) => portion !== null && new Date(portion.endedAt) >= from) ?? null;
}

async function readSyncs(db: Database): Promise<ReportNumbers['crm']> {
  const { rows } = await sql<ReportNumbers['crm'][number]>`
    select source, max(finished_at) filter (where error is null) as "syncedAt",
      (array_agg(error order by id desc))[1] as error
    from sync_runs group by source order by source`.execute(db);
  return rows;
}
