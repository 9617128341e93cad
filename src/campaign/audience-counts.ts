import { sql } from 'kysely';
import { compose } from '../compose/compose.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { SkipReason } from '../domain/composition.ts';
import type { Campaign } from '../ledger/campaigns.ts';
import { composeContext, type PlanContext } from './plan.ts';

/** So many customers are decided about at once; more of them are judged by a sample of about as many. */
const SAMPLE = 600;

/** Who would be written to, and who not and why: exact for few customers, else scaled up from a random sample. */
export interface AudienceCounts {
  customers: number;
  exact: boolean;
  /** How many were looked at. */
  looked: number;
  planned: number;
  excluded: { reason: SkipReason; count: number }[];
}

/** Decides for a sample as sending would now. Quick enough to be asked while a page loads. */
export async function countAudience(
  context: PlanContext,
  campaign: Pick<Campaign, 'id' | 'audience'>,
): Promise<AudienceCounts> {
  const { db } = context;
  const { customers } = await db
    .selectFrom('customers')
    .select(sql<number>`count(*)`.as('customers'))
    .where('archived_at', 'is', null)
    .executeTakeFirstOrThrow();
  const exact = customers <= SAMPLE;
  // always the same sample, so that counts change when something else does
  const from = exact
    ? sql`customers`
    : sql`customers tablesample bernoulli (${(100 * SAMPLE) / customers}) repeatable (42)`;
  const { rows } = await sql<{ id: string }>`select id from ${from} where archived_at is null`.execute(db);
  const decide = await composeContext(context, campaign);
  const facts = await loadFacts(
    db,
    rows.map(({ id }) => id),
    { now: decide.now, rules: context.content.library.settings.rules },
  );
  let planned = 0;
  const excluded = new Map<SkipReason, number>();
  for (const known of facts.values()) {
    const decision = compose(known, decide);
    if (decision.send) planned += 1;
    else excluded.set(decision.reason, (excluded.get(decision.reason) ?? 0) + 1);
  }
  const scale = exact || facts.size === 0 ? 1 : customers / facts.size;
  return {
    customers,
    exact,
    looked: facts.size,
    planned: rounded(planned * scale, exact),
    excluded: [...excluded]
      .map(([reason, count]) => ({ reason, count: rounded(count * scale, exact) }))
      .sort((a, b) => b.count - a.count),
  };
}

/** Two digits of an estimate say what is known; more would pretend. */
function rounded(value: number, exact: boolean): number {
  if (exact || value < 10) return Math.round(value);
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}
