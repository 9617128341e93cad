import { sql } from 'kysely';
import { composeContext } from '../campaign/plan.ts';
import { compose } from '../compose/compose.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { Database } from '../db/connect.ts';
import type { Decision, SkipReason } from '../domain/composition.ts';
import type { Campaign } from '../ledger/campaigns.ts';
import type { DeliverContext } from './context.ts';

/** Customers decided about in one go. */
const BATCH = 250;

/**
 * Decides what the mails of the holdout would have been, from the facts of this moment, as it is decided for the sends
 * of their chunk: those whose chunk is through. So pauses, rates and caps do to both sides the same, and they can be
 * compared (docs/decisions/0018-ghost-mails.md). Deciding twice at once does no harm.
 */
export async function decideHeldOut(
  context: Pick<DeliverContext, 'db' | 'content' | 'randomKey' | 'learned' | 'now'>,
  campaign: Campaign,
): Promise<void> {
  const { db, content } = context;
  for (let after = ''; ; ) {
    const decide = await composeContext(context, campaign);
    const { now } = decide;
    const ids = await undecided(db, { campaignId: campaign.id, now, after });
    const end = ids.at(-1);
    if (end === undefined) return;
    after = end;
    const facts = await loadFacts(db, ids, { now, rules: content.library.settings.rules });
    await write(
      db,
      campaign.id,
      now,
      ids.map((id) => {
        const known = facts.get(id);
        const decision: Decision = known
          ? compose(known, decide)
          : { send: false, reason: 'archived', left: [] };
        // They would be written to by now, because the holdout has become smaller: no comparison any more.
        if (decision.send) return { id, reason: null, blocks: null, account: null };
        const mail = decision.heldOut;
        if (!mail) return { id, reason: decision.reason, blocks: null, account: null };
        const blocks = mail.blocks.map(({ kind, contentId, productKey }) => ({
          kind,
          contentId,
          productKey,
        }));
        return { id, reason: null, blocks, account: mail.account.after };
      }),
    );
  }
}

async function undecided(
  db: Database,
  given: { campaignId: string; now: Date; after: string },
): Promise<string[]> {
  const { campaignId, now, after } = given;
  const { rows } = await sql<{ id: string }>`
    select h.customer_id as id from held_out h
    where h.campaign_id = ${campaignId} and h.decided_at is null and h.customer_id > ${after}
      and not exists (select from sends s
        where s.campaign_id = h.campaign_id and s.chunk = h.chunk and s.state in ('planned', 'queued', 'sending')
          and s.due_at <= ${now})
      and (h.due_at <= ${now} or not exists (select from sends s
        where s.campaign_id = h.campaign_id and s.state in ('planned', 'queued', 'sending')))
    order by h.customer_id limit ${BATCH}`.execute(db);
  return rows.map(({ id }) => id);
}

interface Decided {
  id: string;
  reason: SkipReason | null;
  blocks: unknown[] | null;
  account: object | null;
}

/** With neither a reason nor blocks, the row goes. */
async function write(db: Database, campaignId: string, now: Date, decided: Decided[]): Promise<void> {
  await sql`
    with decided as (
      select * from jsonb_to_recordset(${JSON.stringify(decided)}::jsonb)
        as d (id text, reason text, blocks jsonb, account jsonb)
    ), gone as (
      delete from held_out h using decided d
      where h.campaign_id = ${campaignId} and h.customer_id = d.id and h.decided_at is null
        and d.reason is null and d.blocks is null
    )
    update held_out h set decided_at = ${now}, reason = d.reason, blocks = d.blocks, account = d.account
    from decided d
    where h.campaign_id = ${campaignId} and h.customer_id = d.id and h.decided_at is null
      and (d.reason is not null or d.blocks is not null)`.execute(db);
}
