import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { BatchPlan } from './plan.ts';
import type { RowOf } from './rows.ts';

type Key = Pick<RowOf['purchases'], 'customerId' | 'id'>;

/**
 * Deals and orders that were read whole: which of the purchases known of them they no longer hold, and how many are
 * known. To be called when the plan's rows are stored.
 */
export async function findMissing(
  trx: Transaction<Tables>,
  source: string,
  plan: BatchPlan,
): Promise<{ missing: Key[]; known: number }> {
  const { rows: known } = await sql<Key>`
    select stored.customer_id as "customerId", stored.id
    from unnest(${plan.parents}::text[]) as parent
    -- "offset 0": looked up one by one. A join would have the planner read all of a table that grows from nothing,
    -- as long as it has no statistics.
    cross join lateral (
      select customer_id, id from purchases where purchase_parent(id) = parent and source = ${source} offset 0
    ) stored`.execute(trx);
  const held = new Set((plan.rows as RowOf['purchases'][]).map(textOf));
  const unreadable = new Set(plan.unreadable);
  const missing = known.filter((key) => !unreadable.has(key.id) && !held.has(textOf(key)));
  return { missing, known: known.length };
}

/** @returns how many purchases were removed */
export async function dropMissing(trx: Transaction<Tables>, missing: readonly Key[]): Promise<number> {
  if (missing.length === 0) return 0;
  const result = await sql`
    delete from purchases stored
    using unnest(${missing.map(({ customerId }) => customerId)}::text[], ${missing.map(({ id }) => id)}::text[])
      as missing (customer_id, id)
    where stored.customer_id = missing.customer_id and stored.id = missing.id`.execute(trx);
  return Number(result.numAffectedRows ?? 0);
}

const textOf = ({ customerId, id }: Key): string => `${customerId}\n${id}`;
