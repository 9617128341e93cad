import type { Database } from '../../db/connect.ts';
import { oneAtATime } from '../../db/one-at-a-time.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import type { Cell } from '../model/cell.ts';
import type { Draws } from '../model/draws.ts';
import { rewardRules } from '../rewards/blocks.ts';
import { beginTests } from './begin-tests.ts';
import { loadDifferences, type Tested } from './differences.ts';
import { eValue, lowerBound } from './evidence.ts';
import { type Evidence, evidenceOf } from './evidence-json.ts';
import { needed } from './needed.ts';
import { loadProven } from './proven.ts';
import { putForward } from './put-forward.ts';
import type { Screened } from './screen.ts';
import { noteTired } from './tired.ts';

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
  const { comparisons, mails, yes, bought, rate, provenRate, outcomes, number, since } = test;
  return evidenceOf({
    since: since.toISOString(),
    comparisons,
    mails,
    yes,
    bought,
    rate,
    provenRate,
    atLeast: lowerBound(outcomes, BOUND_ERROR),
    eValue: eValue(outcomes),
    needed: needed(number),
    number,
  });
}
