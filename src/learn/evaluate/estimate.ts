import { crossing } from '../../effect/interval.ts';
import { type Sums, squares } from './sums.ts';

/** How what another policy would have earned is estimated. */
export const ESTIMATORS = ['ips', 'snips', 'dr'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** What one block would have earned on average, with its 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** Two-sided 95 % of the normal distribution: the nominal place at which skewness is corrected, however wide. */
const NOMINAL = 1.959963984540054;

/**
 * How many standard errors an interval reaches. Early luck decides what is shown later, and how surely anything can be
 * said of it: that leaves heavier tails than the normal distribution has, by no known law. So these are not derived:
 * they are what makes 95 % intervals hold the truth in about 95 % of simulated logs (docs/decisions/0022).
 */
export interface Reach {
  /** Of a policy's value. */
  value: number;
  /** Of how much more it would have earned. */
  more: number;
}

/** For any policy; the named ones have their own (policies.ts). */
export const REACH: Reach = { value: 2, more: 2.04 };

/**
 * - `ips`: every reward counts as much more as the other policy would have shown what earned it (inverse propensity
 *   scoring; Horvitz and Thompson, JASA 47, 1952).
 * - `snips`: the same, divided by the sum of the weights (Swaminathan and Joachims, NIPS 2015).
 * - `dr`: what a model expects, and what IPS finds of the rest (doubly robust; Dudík, Langford and Li, ICML 2011).
 *
 * Rewards are rare and weights are large, so the usual interval (± 1.96 empirical standard errors) is too short: as
 * long as what the logging policy seldom shows has not been answered, nothing tells how much an answer would change.
 * So this is a score interval, as for the difference of two shares (effect/interval.ts): a value belongs to it when what
 * was observed would not be surprising if it were true. What would be surprising follows from the odds of all candidates,
 * whether they were drawn or not, and from what the model expects of each, scaled so that the policy has that value;
 * with a correction for skewness (Laud, Pharmaceutical Statistics 16, 2017). Mails to one customer are not independent:
 * the spread grows by the design effect of customers.
 *
 * About the mails that were sent: their facts are given, chance lies in the draws and the answers.
 */
export function estimate(sums: Sums, by: Estimator, reach: number = REACH.value): Estimate {
  const value = pointOf(sums, by);
  const effect = designEffect(sums, by, value);
  const score = (v: number) => corrected({ ...moments(sums, by, v), effect });
  const inside = Math.max(0, Math.min(1, value));
  return {
    value,
    low: crossing((v) => score(v) - reach, 0, inside),
    high: crossing((v) => score(v) + reach, inside, 1),
  };
}

/**
 * How much more a block would have earned than it did, doubly robust, with its 95 % interval. What would be surprising
 * follows from what the other policy would earn if that were true; how much of it both share, from the model alone.
 * @param more sums of how much the other policy's probabilities exceed those that were drawn with
 */
export function difference(more: Sums, other: Sums, real: number, reach: number = REACH.more): Estimate {
  const value = pointOf(more, 'dr');
  const apart = spreadOf(more);
  if (apart.squares < 1e-12) return { value, low: value, high: value };
  const alone = spreadOf(other);
  const effect = clustering(more, [1, 0, -1, 0, 0]);
  const score = (d: number) => {
    const { variance, third } = moments(other, 'dr', Math.max(0, real + d));
    return corrected({
      distance: more.blocks * (value - d),
      variance: Math.max(variance + apart.squares - alone.squares, apart.squares / 2),
      third: third + apart.cubes - alone.cubes,
      effect,
    });
  };
  return {
    value,
    low: crossing((d) => score(d) - reach, -1, Math.max(-1, value)),
    high: crossing((d) => score(d) + reach, Math.min(1, value), 1),
  };
}

/** Second and third moment of the doubly robust sum if everything is as the model expects. */
function spreadOf(sums: Sums): { squares: number; cubes: number } {
  const { square, cube } = powers(sums);
  const [, s1, s2] = sums.second as unknown as [number, number, number];
  const [, t1, t2, t3] = sums.third as unknown as [number, number, number, number];
  return { squares: square * s1 - s2, cubes: cube * t1 - 3 * square * t2 + 2 * t3 };
}

/** How many standard errors something lies from where it should be, corrected for skewness (Laud 2017). */
function corrected(given: { distance: number; variance: number; third: number; effect: number }): number {
  const { distance, variance, third, effect } = given;
  if (variance < 1e-12) return Math.abs(distance) < 1e-9 ? 0 : Math.sign(distance) * 1e9;
  const z = distance / Math.sqrt(effect * variance);
  const skew = (third / (6 * variance ** 1.5)) * Math.sqrt(effect);
  return z - (NOMINAL ** 2 - 1) * skew;
}

function pointOf({ blocks, parts }: Sums, by: Estimator): number {
  const [reward, weight, weighted, expected] = parts as unknown as [number, number, number, number];
  if (by === 'ips') return reward / blocks;
  if (by === 'snips') return weight > 0 ? reward / weight : 0;
  return (expected + reward - weighted) / blocks;
}

/**
 * If the policy's value is `v`: how far the estimate's sum lies from where it should be, and second and third central
 * moment of that. An estimator is its baseline b, which is taken off every reward: 0, `v` itself, or the expectation.
 */
function moments(sums: Sums, by: Estimator, v: number) {
  const { blocks: n, parts, second, third } = sums;
  const [weightedReward, weight, weighted, expected] = parts as unknown as [number, number, number, number];
  const scale = (n * v) / expected;
  const { square, cube } = powers(sums);
  const [s0, s1, s2] = second as unknown as [number, number, number];
  const [t0, t1, t2, t3] = third as unknown as [number, number, number, number];
  const of = {
    ips: () => ({
      distance: weightedReward - n * v,
      squares: square * scale * s1,
      cubes: cube * scale * t1,
      rest: v,
    }),
    snips: () => ({
      distance: weightedReward - v * weight,
      squares: (square - 2 * v) * scale * s1 + v ** 2 * s0,
      cubes: (cube - 3 * v * square + 3 * v ** 2) * scale * t1 - v ** 3 * t0,
      rest: 0,
    }),
    dr: () => ({
      distance: expected + weightedReward - weighted - n * v,
      squares: square * scale * s1 - 2 * scale * s2 + s2,
      cubes: cube * scale * t1 - 3 * square * scale * t2 + 3 * scale * t3 - t3,
      rest: v - expected / n,
    }),
  }[by]();
  const mean = of.rest;
  return {
    distance: of.distance,
    variance: of.squares - n * mean ** 2,
    third: of.cubes - 3 * of.squares * mean + 2 * n * mean ** 3,
  };
}

/** Of a reward, the mean of its square and cube in parts of its mean: 1 if all are 0 or 1. */
function powers({ reward: [sum, squared, cubed] }: Sums): { square: number; cube: number } {
  return sum > 0 ? { square: squared / sum, cube: cubed / sum } : { square: 1, cube: 1 };
}

/**
 * By how much the spread of customers' sums exceeds that of as many independent blocks, from what is left when each
 * block's own expectation is taken off. At least 1.
 */
function designEffect(sums: Sums, by: Estimator, value: number): number {
  const { blocks, parts } = sums;
  const v = Math.max(0, value);
  const scale = (blocks * v) / (parts[3] as number);
  const combination = {
    ips: [1, 0, 0, -scale, 0],
    snips: [1, -v, 0, -scale, v],
    dr: [1, 0, -1, 1 - scale, 0],
  }[by];
  return clustering(sums, combination);
}

function clustering({ byBlock, byCustomer }: Sums, combination: readonly number[]): number {
  const alone = squares(byBlock, combination);
  return alone > 0 ? Math.max(1, squares(byCustomer, combination) / alone) : 1;
}
