import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { Library } from '../../library/library.ts';
import type { Cell } from '../model/cell.ts';
import type { Draws } from '../model/draws.ts';
import { canBeDevelopment } from './development.ts';
import { type Screened, screen } from './screen.ts';

/**
 * Numbers the variants that are worth a test and have not had one, and begins it: what counts is shown from now on. An
 * offer of which a form has been put forward is left alone until a person says no to it.
 */
export async function beginTests(
  db: Database,
  given: {
    library: Library;
    cells: readonly Cell[];
    draws: Draws;
    provenRate: number;
    now: Date;
  },
): Promise<Screened[]> {
  const alive = await db
    .selectFrom('variants')
    .select(['offer_id', 'variant_id', 'tested_since'])
    .where('state', '=', 'alive')
    .execute();
  const refused = await db
    .selectFrom('proposals')
    .select(['content_id', 'variant_id'])
    .where('kind', '=', 'graduate')
    .where('decision', '=', 'no')
    .execute();
  const taken = await db
    .selectFrom('proposals')
    .select('content_id')
    .where('kind', '=', 'graduate')
    .where((where) => where.or([where('decision', 'is', null), where('decision', '=', 'yes')]))
    .execute();
  const isRefused = new Set(refused.map((row) => `${row.content_id} ${row.variant_id}`));
  const begun = screen({
    ...given,
    variants: alive.flatMap(({ offer_id: offerId, variant_id: variantId, tested_since: since }) => {
      const offer = given.library.offers.get(offerId);
      return since === null && offer && canBeDevelopment(offer) ? [{ offerId, variantId }] : [];
    }),
    testing: new Set([
      ...taken.map(({ content_id: offerId }) => offerId),
      ...alive
        .filter((row) => row.tested_since !== null && !isRefused.has(`${row.offer_id} ${row.variant_id}`))
        .map(({ offer_id: offerId }) => offerId),
    ]),
  });
  for (const { offerId, variantId } of begun)
    await sql`
      update variants
      set tested_since = ${given.now}, test_number = (select coalesce(max(test_number), 0) + 1 from variants)
      where offer_id = ${offerId} and variant_id = ${variantId} and tested_since is null`.execute(db);
  return begun;
}
