import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import type { Campaign } from '../../../ledger/campaigns.ts';
import { stateBar } from '../bars.ts';
import { countsOf } from './counts.ts';
import type { Memo } from './memo.ts';

/** The pace is that of so long, in seconds. */
const LOOK_BACK = 60;

/** The part of a campaign's page that moves while it sends. */
export async function liveView(given: { db: Database; memo: Memo; now: Date }, campaign: Campaign) {
  const { db, memo, now } = given;
  const sends = await countsOf(db, memo, campaign);
  const open = sends.planned + sends.queued + sends.sending;
  const pace = campaign.state === 'running' && open > 0 ? await mailsPerMinute(db, campaign, now) : null;
  const minutes = pace ? open / pace : null;
  return {
    campaign,
    sends,
    open,
    done: sends.sent + sends.skipped + sends.failed + sends.in_doubt,
    bar: stateBar(sends),
    planned: campaign.candidates !== null,
    excludedTotal: Object.values(campaign.excluded).reduce((sum, n) => sum + n, 0),
    pace: pace && Math.round(pace),
    minutesLeft: minutes === null ? null : Math.max(1, Math.ceil(minutes)),
    /** Something may change, by itself or by somebody else. */
    moves: ['planning', 'running', 'paused', 'scheduled'].includes(campaign.state),
  };
}

/** How fast mails go right now; null: none has gone lately. */
async function mailsPerMinute(db: Database, { id }: Campaign, now: Date): Promise<number | null> {
  const since = new Date(now.getTime() - LOOK_BACK * 1000);
  const row = await db
    .selectFrom('sends')
    .select([sql<number>`count(*)`.as('count'), ({ fn }) => fn.min('settled_at').as('first')])
    .where('campaign_id', '=', id)
    .where('settled_at', '>', since)
    .executeTakeFirstOrThrow();
  if (row.count < 5 || row.first === null) return null;
  const minutes = Math.max(1, (now.getTime() - row.first.getTime()) / 1000) / 60;
  return row.count / minutes;
}
