import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { Language } from '../../domain/customer.ts';
import type { EvolutionPlan, Tried } from './evolve.ts';
import { retirementWords } from './words.ts';

/** All forms of one offer that were ever tried. */
export interface Lineage {
  /** In the order of birth. */
  tried: Omit<Tried, 'trials'>[];
  /** When forms were born or retired. */
  changes: Date[];
  /** When its present generation began: with the first forms, or when some were last retired for others. */
  since: Date;
}

/** Whoever else wants to change forms waits until this transaction is over; whoever reads them does not. */
export async function lockVariants(tx: Database): Promise<void> {
  await sql`lock table variants in share row exclusive mode`.execute(tx);
}

/** By offer id. */
export async function loadLineages(db: Database): Promise<Map<string, Lineage>> {
  const rows = await db
    .selectFrom('variants')
    .select(['offer_id', 'variant_id', 'state', 'end_reason', 'born_at', 'ended_at'])
    .orderBy('number')
    .execute();
  const lineages = new Map<string, Lineage>();
  for (const row of rows) {
    const lineage = lineages.get(row.offer_id) ?? { tried: [], changes: [], since: row.born_at };
    lineages.set(row.offer_id, lineage);
    lineage.tried.push({ variantId: row.variant_id, state: row.state, endReason: row.end_reason });
    lineage.changes.push(row.born_at);
    if (row.state !== 'retired' || row.ended_at === null) continue;
    lineage.changes.push(row.ended_at);
    if (row.end_reason !== 'unwritten' && row.ended_at > lineage.since) lineage.since = row.ended_at;
  }
  return lineages;
}

/** Writes one offer's plan. @param given.language of the words that say why a form was retired */
export async function applyPlan(
  tx: Database,
  given: { offerId: string; plan: EvolutionPlan; now: Date; language: Language },
): Promise<void> {
  const { offerId, plan, now, language } = given;
  for (const retirement of plan.retirements) {
    await tx
      .updateTable('variants')
      .set({
        state: 'retired',
        ended_at: now,
        end_reason: retirement.reason,
        end_detail: retirementWords(retirement, language),
      })
      .where('offer_id', '=', offerId)
      .where('variant_id', '=', retirement.variantId)
      .where('state', '=', 'alive')
      .execute();
  }
  if (plan.returns.length > 0) {
    await tx
      .updateTable('variants')
      .set({ state: 'alive', ended_at: null, end_reason: null, end_detail: null })
      .where('offer_id', '=', offerId)
      .where('variant_id', 'in', plan.returns)
      .where('state', '=', 'retired')
      .execute();
  }
  // one after the other: `number` is the order of birth
  for (const { variantId, origin, parents } of plan.births) {
    await tx
      .insertInto('variants')
      .values({ offer_id: offerId, variant_id: variantId, origin, parents, born_at: now })
      .execute();
  }
}
