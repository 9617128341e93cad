import type { Database } from '../../db/connect.ts';
import type { Evidence } from './evidence-json.ts';

/** Puts something forward for a person to decide; what waits already is not put forward twice. */
export async function putForward(
  db: Database,
  given: {
    kind: 'graduate' | 'rewrite';
    contentId: string;
    variantId: string;
    evidence: Evidence;
    now: Date;
  },
): Promise<void> {
  await db
    .insertInto('proposals')
    .values({
      kind: given.kind,
      content_id: given.contentId,
      variant_id: given.variantId,
      evidence: JSON.stringify(given.evidence),
      made_at: given.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
