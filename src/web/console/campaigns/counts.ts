import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import type { SendState } from '../../../domain/send.ts';
import type { Campaign } from '../../../ledger/campaigns.ts';
import { type CampaignProgress, campaignProgress, sendCounts } from '../../../ledger/progress.ts';
import type { Memo } from './memo.ts';

/** Counts of what is over hardly change; those of what runs may be so old, in milliseconds. */
const OVER = 600_000;
const RUNNING = 1000;
/** What came of it takes longer to add up. */
const RESULTS = 10_000;

const isOver = ({ state }: Pick<Campaign, 'state'>) => state === 'finished' || state === 'cancelled';

/** How many of a campaign's sends are in which state. */
export async function countsOf(
  db: Database,
  memo: Memo,
  campaign: Pick<Campaign, 'id' | 'state' | 'planned'>,
): Promise<Record<SendState, number>> {
  const none = { planned: 0, queued: 0, sending: 0, sent: 0, failed: 0, skipped: 0, in_doubt: 0 };
  if (campaign.planned === null) return none;
  // Its last mails in doubt may be resolved at any time after its end.
  const key = `counts|${campaign.id}|${campaign.state}`;
  return memo.get(key, isOver(campaign) ? OVER : RUNNING, () => sendCounts(db, campaign.id));
}

/** Why mails were left out, and what was shown, added up over all mails of a campaign. */
export function resultsOf(
  db: Database,
  memo: Memo,
  campaign: Pick<Campaign, 'id' | 'state'>,
): Promise<CampaignProgress> {
  const key = `progress|${campaign.id}|${campaign.state}`;
  return memo.get(key, isOver(campaign) ? OVER : RESULTS, () => campaignProgress(db, campaign.id));
}

/** After somebody changed something by hand. */
export function forgetCounts(memo: Memo, { id, state }: Pick<Campaign, 'id' | 'state'>): void {
  memo.forget(`counts|${id}|${state}`);
  memo.forget(`progress|${id}|${state}`);
}

/** Believed answers to each campaign's mails. */
export async function answersByCampaign(db: Database, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('heard_answers as answers')
    .innerJoin('sends', 'sends.id', 'answers.send_id')
    .select(['sends.campaign_id as id', sql<number>`count(*)`.as('count')])
    .where('sends.campaign_id', 'in', ids)
    .groupBy('sends.campaign_id')
    .execute();
  return new Map(rows.map(({ id, count }) => [id, count]));
}
