import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { applyPlan, markSeen } from './apply.ts';
import type { ObjectCounts } from './counts.ts';
import { withoutErased } from './erased.ts';
import { followAddresses, followMerges } from './follow.ts';
import { planBatch } from './plan.ts';
import type { FreshBatch, Problem } from './port.ts';
import { claimReads } from './reads.ts';
import type { RowOf } from './rows.ts';
import { openPasses } from './runs.ts';

/** Key of the advisory lock under which batches are stored, one after the other ("stor" in ASCII). */
export const STORE_LOCK = 0x73746f72;

export interface Stored {
  written: Partial<ObjectCounts & { erased: number }>;
  problems: readonly Problem[];
}

/**
 * Stores one batch of CRM records, in the caller's transaction. A sync and any number of refreshes store at the same
 * time; they take turns here, because each must see what the others have already stored.
 * @param options.guarded a full pass: that most of what was bought with deals which are there is gone needs a person's
 *   word; otherwise somebody has just changed these deals, and it counts at once
 */
export async function storeBatch(
  trx: Transaction<Tables>,
  source: string,
  batch: FreshBatch,
  { now, guarded }: { now: Date; guarded: boolean },
): Promise<Stored> {
  await sql`select pg_advisory_xact_lock(${STORE_LOCK})`.execute(trx);
  const whole = planBatch(batch);
  const current = batch.askedAt ? await claimReads(trx, whole, batch.askedAt) : whole;
  const { plan, erased } = await withoutErased(trx, current);
  if (plan.object === 'customers') await followAddresses(trx, plan.rows as RowOf['customers'][], now);
  const written = await applyPlan(trx, source, plan, { now, guarded });
  for (const pass of await openPasses(trx, source)) await markSeen(trx, pass, plan);
  const followed = await followMerges(trx, plan.merged, now);
  return {
    written: { ...written.counts, removed: (written.counts.removed ?? 0) + followed.archived, erased },
    problems: [...written.problems, ...plan.problems, ...followed.problems],
  };
}
