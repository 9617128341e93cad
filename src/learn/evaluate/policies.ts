import { drawPosterior, expected } from '../model/draws.ts';
import { type Known, odds } from '../model/odds.ts';
import { DRAWS, SHARPNESS } from '../model/policy.ts';
import type { Posterior } from '../model/posterior.ts';
import type { Reach } from './estimate.ts';

/**
 * Policies that can be evaluated. `uniform`: each candidate is equally likely. `greedy`: always the candidate that is
 * expected to earn most. `thompson`: the odds of the product's own policy. The last two go by all the
 * blocks that are evaluated, however old, as far as they were shown to other customers than the one they choose for.
 */
export const EVALUATED = ['uniform', 'greedy', 'thompson'] as const;
export type Evaluated = (typeof EVALUATED)[number];

/** With which probabilities a policy would have chosen among these candidates. */
export type TargetPolicy = (candidates: readonly Known[]) => ArrayLike<number>;

/**
 * How far intervals reach. What looks best owes that to luck in part, and the same luck, through the odds of later
 * nights, is in the answers of everybody: the more a policy insists on it, the wider its intervals have to be. Lots, which
 * insist on nothing, would be told with more caution than promised.
 */
export const REACHES: Readonly<Record<Evaluated, Reach>> = {
  uniform: { value: 1.92, more: 1.98 },
  greedy: { value: 2.2, more: 2.36 },
  thompson: { value: 2.02, more: 2.2 },
};

/** Draws that an expectation is the mean of: it is known to within a twentieth. */
const EXPECTING = 250;

/**
 * What a block of each candidate is expected to earn: the mean of the posterior. What is little known counts for more
 * than at its likeliest value, which lies too low for what is seldom shown because of bad luck.
 */
export type Expectation = (candidates: readonly Known[]) => number[];

/** @param seed what it is drawn from, so that the same evaluation says the same */
export function expectation(posterior: Posterior, seed: string): Expectation {
  const draws = drawPosterior(posterior, { size: EXPECTING, sharpness: 1, seed });
  return (candidates) => candidates.map((candidate) => expected(draws, candidate, candidate.family).mean);
}

/** @param seed what `thompson` is drawn from, so that the same evaluation says the same */
export function targetPolicy(
  name: Evaluated,
  given: { posterior: Posterior; expect: Expectation; exploration: number; seed: string },
): TargetPolicy {
  const { posterior, expect, exploration, seed } = given;
  if (name === 'uniform') return (candidates) => candidates.map(() => 1 / candidates.length);
  if (name === 'greedy') {
    return (candidates) => {
      const rates = expect(candidates);
      const best = rates.indexOf(Math.max(...rates));
      return rates.map((_, k) => (k === best ? 1 : 0));
    };
  }
  const draws = drawPosterior(posterior, { size: DRAWS, sharpness: SHARPNESS, seed });
  return (candidates) => odds(draws, candidates, exploration).map(({ probability }) => probability);
}
