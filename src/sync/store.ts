import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { applyPlan, markSeen } from './apply.ts';
import type { ObjectCounts } from './counts.ts';
import { withoutErased } from './erased.ts';
import { followAddresses, followMerges } from './follow.ts';
import { planBatch } from './plan.ts';
import type { FreshBatch, Problem } from './port.ts';
import { claimReads, withoutOutdated } from './reads.ts';
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
 * @param by a `refresh` read these records by themselves, so a `sync` that asked for them earlier leaves them alone
 */
export async function storeBatch(
  trx: Transaction<Tables>,
  source: string,
  batch: FreshBatch,
  { by, now }: { by: 'sync' | 'refresh'; now: Date },
): Promise<Stored> {
  await sql`select pg_advisory_xact_lock(${STORE_LOCK})`.execute(trx);
  const whole = planBatch(batch);
  const askedAt = batch.askedAt ?? null;
  let current = whole;
  if (askedAt !== null) {
    current =
      by === 'refresh' ? await claimReads(trx, whole, askedAt) : await withoutOutdated(trx, whole, askedAt);
  }
  const { plan, erased } = await withoutErased(trx, current);
  if (plan.object === 'customers') await followAddresses(trx, plan.rows as RowOf['customers'][], now);
  const written = await applyPlan(trx, source, plan, now);
  for (const pass of await openPasses(trx, source)) await markSeen(trx, pass, plan);
  const followed = await followMerges(trx, plan.merged, now);
  return {
    written: { ...written, removed: (written.removed ?? 0) + followed.archived, erased },
    problems: [...plan.problems, ...followed.problems],
  };
}
