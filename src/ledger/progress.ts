import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { SendState } from '../domain/send.ts';
import { type Campaign, getCampaign } from './campaigns.ts';

/** How far a campaign is, and what came of it. */
export interface CampaignProgress {
  campaign: Campaign;
  sends: Record<SendState, number>;
  skipped: Record<string, number>;
  failed: Record<string, number>;
  /**
   * Over all mails sent: blocks shown; experimental ones that the ratios ask for (Σ ratio × blocks); and those
   * that were due but for which no offer fitted, so that they are owed.
   */
  blocks: { proven: number; experimental: number; experimentalWanted: number; experimentalUnserved: number };
}

/** When the next open mail of a campaign is due; null when none is open. */
export async function nextMailDue(db: Database, id: string): Promise<Date | null> {
  const row = await db
    .selectFrom('sends')
    .select(({ fn }) => fn.min('due_at').as('due'))
    .where('campaign_id', '=', id)
    .where('state', 'in', ['planned', 'queued', 'sending'])
    .executeTakeFirst();
  return row?.due ?? null;
}

/** How many of a campaign's sends are in which state: cheap enough to be asked several times a second. */
export async function sendCounts(db: Database, id: string): Promise<Record<SendState, number>> {
  const rows = await db
    .selectFrom('sends')
    .select(['state', sql<number>`count(*)`.as('count')])
    .where('campaign_id', '=', id)
    .groupBy('state')
    .execute();
  const counts = { planned: 0, queued: 0, sending: 0, sent: 0, failed: 0, skipped: 0, in_doubt: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

export async function campaignProgress(db: Database, id: string): Promise<CampaignProgress> {
  const campaign = await getCampaign(db, id);
  const counts = await db
    .selectFrom('sends')
    .select(['state', 'reason', sql<number>`count(*)`.as('count')])
    .where('campaign_id', '=', id)
    .groupBy(['state', 'reason'])
    .execute();
  const blocks = await db
    .selectFrom('shown_blocks')
    .select([
      sql<number>`count(*) filter (where kind = 'proven')`.as('proven'),
      sql<number>`count(*) filter (where kind = 'experimental')`.as('experimental'),
    ])
    .where('campaign_id', '=', id)
    .executeTakeFirstOrThrow();
  const wanted = await sql<{ wanted: number | null; due: number | null }>`
    select sum((composition -> 'ratio' ->> 'value')::float8 * jsonb_array_length(composition -> 'blocks')) as wanted,
      sum((composition ->> 'experimentsDue')::int) as due
    from sends where campaign_id = ${id} and state = 'sent'`.execute(db);
  const progress: CampaignProgress = {
    campaign,
    sends: { planned: 0, queued: 0, sending: 0, sent: 0, failed: 0, skipped: 0, in_doubt: 0 },
    skipped: {},
    failed: {},
    blocks: {
      ...blocks,
      experimentalWanted: wanted.rows[0]?.wanted ?? 0,
      experimentalUnserved: (wanted.rows[0]?.due ?? 0) - blocks.experimental,
    },
  };
  for (const { state, reason, count } of counts) {
    progress.sends[state] += count;
    if (state === 'skipped' || state === 'failed') progress[state][reason ?? 'unknown'] = count;
  }
  return progress;
}
