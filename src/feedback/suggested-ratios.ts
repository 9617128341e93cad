import { ratioUnits } from '../compose/ratio.ts';
import type { Database } from '../db/connect.ts';
import type { SuggestedRatio } from '../domain/suggested-ratio.ts';

/**
 * Which other innovation ratio the answers of these customers suggest (learn/ratio). Made for the ratio that held then:
 * ask `stillSuggested` whether it is still that one.
 */
export async function loadSuggestedRatios(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, SuggestedRatio>> {
  const rows = await db
    .selectFrom('ratio_suggestions')
    .select(['customer_id', 'ratio', 'suggested', 'probability', 'times'])
    .where('customer_id', 'in', [...ids, ''])
    .where('settled_at', 'is', null)
    .execute();
  return new Map(rows.map(({ customer_id: id, ...suggested }) => [id, suggested]));
}

/** What is suggested for the ratio that holds; null: nothing, or it was for another ratio, or they said themselves. */
export function stillSuggested(
  suggested: SuggestedRatio | undefined,
  now: { ratio: number; wish: number | null },
): SuggestedRatio | null {
  if (suggested === undefined || now.wish !== null) return null;
  return ratioUnits(suggested.ratio) === ratioUnits(now.ratio) ? suggested : null;
}
