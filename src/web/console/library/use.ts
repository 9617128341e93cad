import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import type { Library } from '../../../library/library.ts';
import type { WebContext } from '../../context.ts';
import { noteFailure } from '../note-failure.ts';
import { patiently } from '../patiently.ts';

/** What became of one development or offer in one campaign. */
export interface UseInCampaign {
  campaignId: string;
  shown: number;
  answered: number;
  /** Yes, or call me. */
  wanted: number;
}

/** How often content was used: counted over all mails, so that it is kept for a while. */
export interface Use {
  at: Date;
  /** Of each development and offer, the campaign in which it was shown last first. */
  campaigns: ReadonlyMap<string, UseInCampaign[]>;
  /** Of each offer: customers who saw it, and those among them who have seen it as often as anybody may. */
  worn: ReadonlyMap<string, { people: number; worn: number }>;
  /** How often each question was answered. */
  said: ReadonlyMap<string, number>;
}

const KEEP_MS = 10 * 60_000;

export async function countUse(db: Database, library: Library, now: Date): Promise<Use> {
  const blocks = await sql<UseInCampaign & { contentId: string }>`
    select b.content_id as "contentId", b.campaign_id as "campaignId", count(*)::int as shown,
      count(a.answer)::int as answered, (count(*) filter (where a.answer in ('yes', 'call')))::int as wanted
    from shown_blocks b left join heard_answers a on a.send_id = b.send_id and a.position = b.position
    group by 1, 2 order by max(b.shown_at) desc`.execute(db);
  const { offerMaxShown } = library.settings.rules;
  const most = [...library.offers.values()].map(({ id, maxShown = offerMaxShown }) => ({
    id,
    most: maxShown,
  }));
  const worn = await sql<{ id: string; people: number; worn: number }>`
    with offers as (select * from jsonb_to_recordset(${JSON.stringify(most)}::jsonb) as o (id text, most int))
    select o.id, count(*)::int as people, (count(*) filter (where s.shown >= o.most))::int as worn
    from offers o join (
      select content_id, customer_id, count(*) as shown from shown_blocks where kind = 'experimental' group by 1, 2
    ) s on s.content_id = o.id
    group by 1`.execute(db);
  const said = await db
    .selectFrom('statements')
    .select(['question_id as id', sql<number>`count(*)::int`.as('count')])
    .groupBy('question_id')
    .execute();
  return {
    at: now,
    campaigns: Map.groupBy(blocks.rows, ({ contentId }) => contentId),
    worn: new Map(worn.rows.map((row) => [row.id, row])),
    said: new Map(said.map(({ id, count }) => [id, count])),
  };
}

/** What was counted last; null while it is counted for the first time. */
export function rememberUse(context: WebContext): (library: Library) => Promise<Use | null> {
  const { db, now } = context;
  return patiently((library: Library) => countUse(db, library, now()), {
    keepMs: KEEP_MS,
    now,
    failed: noteFailure(context, '/library'),
  });
}

/** A piece in all campaigns together; null: it was never shown. */
export function sumOf(use: Use, contentId: string): Omit<UseInCampaign, 'campaignId'> | null {
  const all = use.campaigns.get(contentId);
  if (!all) return null;
  const sum = { shown: 0, answered: 0, wanted: 0 };
  for (const each of all) {
    sum.shown += each.shown;
    sum.answered += each.answered;
    sum.wanted += each.wanted;
  }
  return sum;
}
