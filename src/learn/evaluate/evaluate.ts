import type { Known } from '../model/odds.ts';
import type { Blocks } from './block.ts';
import { crossFit, expectedRate, foldOf } from './crossfit.ts';
import { difference, type Estimate, type Estimator, estimate } from './estimate.ts';
import { type Evaluated, type TargetPolicy, targetPolicy } from './policies.ts';
import { Summing, type Sums } from './sums.ts';

/** What another policy would have earned on the blocks that were shown, beside what they earned. */
export interface Evaluation {
  blocks: number;
  customers: number;
  /** Blocks that earned anything. */
  answered: number;
  /** What a block really earned, on average. */
  real: Estimate;
  /** What it would have earned. */
  other: Readonly<Record<Estimator, Estimate>>;
  /** How much more that is (doubly robust). */
  more: Estimate;
  weights: {
    /** Is 1, but for chance. */
    mean: number;
    heaviest: number;
    /** So many blocks, drawn by the other policy itself, would tell as much: (Σw)²/Σw² (Kong, 1992). */
    effective: number;
  };
}

/**
 * Estimates what a policy would have earned (docs/learning.md). Nothing is kept of a block but sums, however many there
 * are.
 * @param policy a named one, or any other
 * @param exploration of `thompson`: `learning.exploration`
 * @returns null when there are no blocks
 */
export async function evaluateBlocks(
  blocks: Blocks,
  policy: Evaluated | TargetPolicy,
  exploration: number,
): Promise<Evaluation | null> {
  const posteriors = await crossFit(blocks);
  const parts = posteriors.map((posterior, fold) => ({
    posterior,
    choose:
      typeof policy === 'string'
        ? targetPolicy(policy, { posterior, exploration, seed: `evaluate|${fold}` })
        : policy,
    found: new WeakMap<readonly Known[], { target: ArrayLike<number>; expected: readonly number[] }>(),
  }));
  const [real, other, more] = [new Summing(), new Summing(), new Summing()];
  for await (const batch of blocks()) {
    for (const block of batch) {
      const { candidates, probabilities } = block;
      const part = parts[foldOf(block.customerId)] as (typeof parts)[number];
      let found = part.found.get(candidates);
      if (!found) {
        const expected = candidates.map((candidate) => expectedRate(part.posterior, candidate));
        found = { target: part.choose(candidates), expected };
        part.found.set(candidates, found);
      }
      const { target, expected } = found;
      real.add(block, probabilities, expected);
      other.add(block, target, expected);
      more.add(
        block,
        candidates.map((_, k) => (target[k] as number) - (probabilities[k] as number)),
        expected,
      );
    }
  }
  return evaluationOf(real.done(), other.done(), more.done());
}

function evaluationOf(real: Sums, other: Sums, more: Sums): Evaluation | null {
  const { blocks, customers, answered } = real;
  if (blocks === 0) return null;
  return {
    blocks,
    customers,
    answered,
    real: estimate(real, 'ips'),
    other: { ips: estimate(other, 'ips'), snips: estimate(other, 'snips'), dr: estimate(other, 'dr') },
    more: difference(more, real),
    weights: { mean: other.weight / blocks, heaviest: other.heaviest, effective: effectiveOf(other) },
  };
}

const effectiveOf = ({ weight, squaredWeight }: Sums): number =>
  squaredWeight > 0 ? weight ** 2 / squaredWeight : 0;
