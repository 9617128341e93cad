import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { erasedAmong } from './erased.ts';
import type { BatchPlan } from './plan.ts';
import { purchaseParent } from './rows.ts';

/**
 * Who asked the CRM last is right. A sync reads a thousand records and stores them a second later; meanwhile a webhook
 * may have brought news of one of them, or its own answer came late and was overtaken. `crm_reads` remembers when each
 * record was asked for, and what was asked for earlier does not undo it. Whoever calls this holds the store lock.
 *
 * @returns the plan without records that were asked for later and are stored already
 */
export async function claimReads(
  trx: Transaction<Tables>,
  plan: BatchPlan,
  askedAt: Date,
): Promise<BatchPlan> {
  const all = idsOf(plan);
  // Nothing is written down about people who were erased; what is known of them can't become older.
  const erased = plan.object === 'customers' ? await erasedAmong(trx, all) : new Set<string>();
  const ids = all.filter((id) => !erased.has(id));
  const { rows } = await sql<{ id: string }>`
    insert into crm_reads as known (object, id, asked_at)
    select ${plan.object}, id, ${askedAt} from unnest(${ids}::text[]) as id
    on conflict (object, id) do update set asked_at = excluded.asked_at
      where known.asked_at <= excluded.asked_at
    returning id`.execute(trx);
  const claimed = new Set([...erased, ...rows.map(({ id }) => id)]);
  return claimed.size === all.length ? plan : only(plan, (id) => claimed.has(id));
}

/** Forgets reads that no answer still under way can be older than: calls are tried for a quarter of an hour at most. */
export async function forgetReads(trx: Transaction<Tables>, now: Date): Promise<void> {
  await sql`delete from crm_reads where asked_at < ${now}::timestamptz - interval '2 hours'`.execute(trx);
}

/** What a batch speaks of: ids of records; of purchases, their deals and orders. */
function idsOf(plan: BatchPlan): string[] {
  const ids =
    plan.object === 'purchases'
      ? [
          ...plan.parents,
          ...plan.rows.map(({ id }) => purchaseParent(id)),
          ...plan.unreadable.map(purchaseParent),
        ]
      : [
          ...plan.rows.map(({ id }) => id),
          ...plan.gone,
          ...plan.unreadable,
          ...plan.merged.map(({ id }) => id),
        ];
  return [...new Set(ids)];
}

function only(plan: BatchPlan, counts: (id: string) => boolean): BatchPlan {
  const ofRecord = plan.object === 'purchases' ? (id: string) => counts(purchaseParent(id)) : counts;
  return {
    ...plan,
    rows: plan.rows.filter(({ id }) => ofRecord(id)),
    unreadable: plan.unreadable.filter(ofRecord),
    gone: plan.gone.filter(counts),
    merged: plan.merged.filter(({ id }) => counts(id)),
    parents: plan.parents.filter(counts),
  };
}
