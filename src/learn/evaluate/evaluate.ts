import type { Known } from '../model/odds.ts';
import type { Blocks } from './block.ts';
import { crossFit, expectedRate, FOLDS, foldOf } from './crossfit.ts';
import { ESTIMATORS, type Estimate, type Estimator, estimate } from './estimate.ts';
import { type Evaluated, type TargetPolicy, targetPolicy } from './policies.ts';
import { Summing, type Sums } from './sums.ts';

/** What another policy would have earned on the blocks that were shown, beside what they earned. */
export interface Evaluation {
  blocks: number;
  customers: number;
  /** Blocks that earned anything. */
  /** What a block really earned, on average. */
  real: Estimate;
  /** What it would have earned. */
  other: Readonly<Record<Estimator, Estimate>>;
  weights: {
    /** Should be 1, but for chance: otherwise the stored odds are not those that were drawn from. */
    mean: number;
    heaviest: number;
    /** So many blocks, drawn by the other policy itself, would tell as much ((Σw)²/Σw²; Kong, 1992). */
    effective: number;
  };
}

/**
 * Estimates what a policy would have earned (docs/learning.md). Nothing is kept of a block but sums, however many there
 * are.
 * @param policy one of the named ones, or any other
 * @returns null when there are no blocks
 */
export async function evaluateBlocks(
  blocks: Blocks,
  policy: Evaluated | TargetPolicy,
  exploration: number,
): Promise<Evaluation | null> {
  const posteriors = await crossFit(blocks);
  const parts = posteriors.map((posterior, fold) => ({
    target:
      typeof policy === 'string'
        ? targetPolicy(policy, { posterior, exploration, seed: `evaluate|${fold}` })
        : policy,
    posterior,
    found: new WeakMap<readonly Known[], { target: ArrayLike<number>; expected: number[] }>(),
  }));
  const real = new Summing();
  const other = new Summing();
  for await (const batch of blocks()) {
    for (const block of batch) {
      const { candidates } = block;
      const part = parts[foldOf(block.customerId)] as (typeof parts)[number];
      let found = part.found.get(candidates);
      if (!found) {
        found = {
          target: part.target(candidates),
          expected: candidates.map((candidate) => expectedRate(part.posterior, candidate)),
        };
        part.found.set(candidates, found);
      }
      real.add(block, block.probabilities, found.expected);
      other.add(block, found.target, found.expected);
    }
  }
  return evaluationOf(real.done(), other.done());
}

function evaluationOf(real: Sums, other: Sums): Evaluation | null {
  if (real.blocks === 0) return null;
  const weight = other.parts[1] as number;
  const squared = other.byBlock[6] as number;
  return {
    blocks: real.blocks,
    customers: real.customers,
    real: estimate(real, 'ips'),
    other: Object.fromEntries(ESTIMATORS.map((by) => [by, estimate(other, by)])) as Record<
      Estimator,
      Estimate
    >,
    weights: {
      mean: weight / other.blocks,
      heaviest: other.heaviest,
      effective: squared > 0 ? weight ** 2 / squared : 0,
    },
  };
}

export { FOLDS };
