import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { ReportNumbers } from './report-numbers.ts';

/** Milliseconds over which answers are counted against mails: a single day says little. */
const MONTH = 30 * 24 * 3_600_000;

/** What became of campaigns, and which of them wait. */
export async function readCampaigns(
  db: Database,
  from: Date,
  to: Date,
): Promise<Pick<ReportNumbers, 'finished' | 'waiting' | 'nightly'>> {
  const { rows: finished } = await sql<ReportNumbers['finished'][number]>`
    select c.name,
      (select count(*) from sends s where s.campaign_id = c.id and s.state = 'sent') as sent,
      (select count(*) from sends s where s.campaign_id = c.id and s.state = 'failed') as failed
    from campaigns c where c.state = 'finished' and c.finished_at > ${from} and c.finished_at <= ${to}
    order by c.finished_at`.execute(db);
  const waiting = await db
    .selectFrom('campaigns')
    .select(['id', 'name', 'attention', sql<boolean>`state = 'paused'`.as('paused')])
    .where('state', 'not in', ['finished', 'cancelled'])
    .where(({ or, eb }) => or([eb('state', '=', 'paused'), eb('attention', 'is not', null)]))
    .orderBy('created_at')
    .execute();
  const nightly = await db
    .selectFrom('campaigns')
    .select(['state', 'planned', 'candidates'])
    .where('kind', '=', 'nightly')
    .where('created_at', '>', from)
    .where('created_at', '<=', to)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return { finished, waiting, nightly: nightly ?? null };
}

/** Mails in doubt, by campaign. */
export async function readDoubts(db: Database): Promise<ReportNumbers['inDoubt']> {
  return db
    .selectFrom('sends')
    .select(['campaign_id as campaign', sql<number>`count(*)`.as('count')])
    .where('state', '=', 'in_doubt')
    .groupBy('campaign_id')
    .orderBy('campaign_id')
    .execute();
}

/** Answers to the mails of the last 30 days, per 100 of them; null when there were none. */
export async function readAnswerRate(db: Database, now: Date): Promise<number | null> {
  const since = new Date(now.getTime() - MONTH);
  const { rows } = await sql<{ per100: number | null }>`
    select (100.0 * (select count(*) from heard_answers a join sends s on s.id = a.send_id
        where s.state = 'sent' and s.settled_at > ${since})
      / nullif((select count(*) from sends where state = 'sent' and settled_at > ${since}), 0))::float8 as per100`.execute(
    db,
  );
  return rows[0]?.per100 ?? null;
}
