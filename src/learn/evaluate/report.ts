import type { Database } from '../../db/connect.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import { type Evaluation, evaluateBlocks } from './evaluate.ts';
import { type Countable, withDrawnBlocks } from './load.ts';
import type { Evaluated } from './policies.ts';

/** Fewer customers, blocks that earned something, or blocks' worth of weights than that say nothing. */
export const LEAST = { customers: 50, answered: 10, effective: 100 } as const;

/**
 * What may be said. Stable codes: nothing was offered yet; no window is over; no odds are stored; too little to know;
 * the other policy would have earned more, less, or there is no difference that can be shown.
 */
export type EvaluationVerdict =
  | 'nothing'
  | 'too_early'
  | 'no_odds'
  | 'too_few'
  | 'more'
  | 'less'
  | 'no_difference';

/** What `learn evaluate` tells. Values are of one block, 0 to 1. */
export interface EvaluationReport {
  policy: Evaluated;
  /** Only what was shown from that day on (YYYY-MM-DD); null: everything. */
  since: string | null;
  windowDays: number;
  /** Offer blocks: with a window that is over, or not yet; and those of the first kind that have no odds. */
  closed: number;
  open: number;
  withoutOdds: number;
  /** First and last day of the closed ones with odds (YYYY-MM-DD). */
  days: Countable['days'];
  verdict: EvaluationVerdict;
  /** Null where there is nothing to estimate from; little is known of it where the verdict is `too_few`. */
  result: Evaluation | null;
}

/** What another policy would have earned on the mails that were sent (docs/learning.md). */
export async function evaluatePolicy(
  db: Database,
  given: {
    content: { library: Library; matchProduct: ProductMatcher };
    policy: Evaluated;
    since: string | null;
    now: Date;
  },
): Promise<EvaluationReport> {
  const { content, policy, since, now } = given;
  const { exploration, windowDays } = content.library.settings.learning;
  return await withDrawnBlocks(db, { ...content, since, now }, async (blocks, counted) => {
    const result = await evaluateBlocks(blocks, { policy, exploration });
    return {
      policy,
      since,
      windowDays,
      ...counted,
      withoutOdds: counted.closed - (result?.blocks ?? 0),
      verdict: verdictOf(counted, result),
      result,
    };
  });
}

function verdictOf(counted: Countable, result: Evaluation | null): EvaluationVerdict {
  if (counted.closed === 0) return counted.open === 0 ? 'nothing' : 'too_early';
  if (result === null) return 'no_odds';
  const { customers, answered, weights, more } = result;
  if (customers < LEAST.customers || answered < LEAST.answered || weights.effective < LEAST.effective)
    return 'too_few';
  if (more.low > 0) return 'more';
  return more.high < 0 ? 'less' : 'no_difference';
}
