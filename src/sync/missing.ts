import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { BatchPlan } from './plan.ts';
import { purchaseParent, type RowOf } from './rows.ts';

type Key = Pick<RowOf['purchases'], 'customerId' | 'id'>;

/**
 * Deals and orders that were read whole: which of the purchases known of them they no longer hold, and how many are
 * known with those of the plan. To be called before the plan's rows are stored: of a first sync nothing is known yet.
 */
export async function findMissing(
  trx: Transaction<Tables>,
  source: string,
  plan: BatchPlan,
): Promise<{ missing: Key[]; known: number }> {
  const { rows: stored } = await sql<Key & { own: boolean }>`
    select stored.customer_id as "customerId", stored.id, stored.source = ${source} as own
    from unnest(${plan.parents}::text[]) as parent
    -- "offset 0": looked up one by one. A join would have the planner read all of a table that grows from nothing,
    -- as long as it has no statistics.
    cross join lateral (
      select customer_id, id, source from purchases where purchase_parent(id) = parent offset 0
    ) stored`.execute(trx);
  const rows = plan.rows as RowOf['purchases'][];
  const own = stored.filter((key) => key.own);
  const before = new Set(stored.map(textOf));
  const held = new Set(rows.map(textOf));
  const unreadable = new Set(plan.unreadable);
  const parents = new Set(plan.parents);
  const added = rows.filter((row) => !before.has(textOf(row)) && parents.has(purchaseParent(row.id)));
  return {
    missing: own.filter((key) => !held.has(textOf(key)) && !unreadable.has(key.id)),
    known: own.length + added.length,
  };
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
