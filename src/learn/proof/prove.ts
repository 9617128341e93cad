import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { oneAtATime } from '../../db/one-at-a-time.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import type { Cell } from '../model/cell.ts';
import type { Draws } from '../model/draws.ts';
import { rewardRules } from '../rewards/blocks.ts';
import { canBeDevelopment } from './development.ts';
import { loadDifferences, type Tested } from './differences.ts';
import { eValue, lowerBound } from './evidence.ts';
import { type Evidence, evidenceOf } from './evidence-json.ts';
import { TIRED, tiredEValue } from './fatigue.ts';
import { needed } from './needed.ts';
import { loadProven, type Proven, RECENT } from './proven.ts';
import { type Screened, screen } from './screen.ts';

/** What one look at the evidence led to. */
export interface Proof {
  /** Variants whose test begins now. */
  begun: Screened[];
  /** Put forward to become developments. */
  graduates: Screened[];
  /** Development put forward to be rewritten; null: none. */
  tired: string | null;
}

/** How sure the lower bound is that people are shown. */
const BOUND_ERROR = 0.05;

/**
 * The nightly look: who has proven itself since its test began is put forward; who seems better than what is proven is
 * tested from now on; a development that nobody answers any more is put forward to be rewritten. Safe to run twice.
 * @param given.cells what the draws rest on
 * @param given.draws as unsure as the posterior (sharpness 1)
 */
export async function prove(
  db: Database,
  given: {
    library: Library;
    matchProduct?: ProductMatcher;
    cells: readonly Cell[];
    draws: Draws;
    now: Date;
  },
): Promise<Proof> {
  const { library, now } = given;
  const done = await oneAtATime(db, 'learn-prove', async () => {
    const rules = await rewardRules(db, given);
    const graduates = (await loadDifferences(db, rules)).filter(
      (test) => library.offers.has(test.offerId) && eValue(test.outcomes) >= needed(test.number),
    );
    for (const test of graduates)
      await putForward(db, {
        kind: 'graduate',
        contentId: test.offerId,
        variantId: test.variantId,
        evidence: graduation(test),
        now,
      });
    const proven = await loadProven(db, rules);
    const begun = proven.rate === null ? [] : await beginTests(db, { ...given, provenRate: proven.rate });
    const tired = await noteTired(db, { library, proven, now });
    return { begun, graduates: graduates.map(({ offerId, variantId }) => ({ offerId, variantId })), tired };
  });
  return done ?? { begun: [], graduates: [], tired: null };
}

function graduation(test: Tested): Evidence {
  const { comparisons, mails, rate, provenRate, outcomes, number, since } = test;
  return evidenceOf({
    since: since.toISOString(),
    comparisons,
    mails,
    rate,
    provenRate,
    atLeast: lowerBound(outcomes, BOUND_ERROR),
    eValue: eValue(outcomes),
    needed: needed(number),
    number,
  });
}

async function beginTests(
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
  const agreed = await db
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
      ...agreed.map(({ content_id: offerId }) => offerId),
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

/** The one that says it most clearly, if none waits for an answer: a list of what does not work helps nobody. */
async function noteTired(
  db: Database,
  { library, proven, now }: { library: Library; proven: Proven; now: Date },
): Promise<string | null> {
  const quiet = await db
    .selectFrom('proposals')
    .select(['content_id', 'decided_at'])
    .where('kind', '=', 'rewrite')
    .where((where) =>
      where.or([
        where('decided_at', 'is', null),
        where('decided_at', '>', new Date(now.getTime() - RECENT * 86_400_000)),
      ]),
    )
    .execute();
  if (quiet.some((row) => row.decided_at === null)) return null;
  const today = now.toISOString().slice(0, 10);
  const found = [...proven.developments]
    .filter(([id]) => {
      const development = library.developments.get(id);
      return (
        development && (development.until ?? today) >= today && !quiet.some((row) => row.content_id === id)
      );
    })
    .map(([id, told]) => ({ id, told, value: tiredEValue(told) }))
    .sort((a, b) => b.value - a.value)[0];
  if (!found || found.value < TIRED) return null;
  const { blocks, earned, expected } = found.told;
  const evidence = evidenceOf({ blocks, earned, expected, days: RECENT, eValue: found.value, needed: TIRED });
  await putForward(db, { kind: 'rewrite', contentId: found.id, variantId: 'base', evidence, now });
  return found.id;
}

async function putForward(
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
