import { drawPosterior } from '../model/draws.ts';
import { type Known, odds } from '../model/odds.ts';
import { SHARPNESS } from '../model/policy.ts';
import type { Posterior } from '../model/posterior.ts';
import { expectedRate } from './crossfit.ts';

/**
 * Policies that can be evaluated. `uniform`: each candidate is equally likely. `greedy`: always the candidate that is
 * expected to earn most. `thompson`: the odds of the product's own policy. The last two go by what is known today, from
 * the answers of other customers than the one they choose for.
 */
export const EVALUATED = ['uniform', 'greedy', 'thompson'] as const;
export type Evaluated = (typeof EVALUATED)[number];

/** With which probabilities a policy would have chosen among these candidates. */
export type TargetPolicy = (candidates: readonly Known[]) => ArrayLike<number>;

const DRAWS = 1000;

/** @param seed what `thompson` is drawn from, so that the same evaluation says the same */
export function targetPolicy(
  name: Evaluated,
  given: { posterior: Posterior; exploration: number; seed: string },
): TargetPolicy {
  const { posterior, exploration, seed } = given;
  if (name === 'uniform') return (candidates) => candidates.map(() => 1 / candidates.length);
  if (name === 'greedy') {
    return (candidates) => {
      const rates = candidates.map((candidate) => expectedRate(posterior, candidate));
      const best = rates.indexOf(Math.max(...rates));
      return rates.map((_, k) => (k === best ? 1 : 0));
    };
  }
  const draws = drawPosterior(posterior, { size: DRAWS, sharpness: SHARPNESS, seed });
  return (candidates) => odds(draws, candidates, exploration).map(({ probability }) => probability);
}
