import type { Known } from '../model/odds.ts';
import type { Posterior } from '../model/posterior.ts';
import type { Blocks, DrawnBlock } from './block.ts';
import { CrossFitting, foldOf } from './crossfit.ts';
import { difference, type Estimate, type Estimator, estimate, REACH, type Reach } from './estimate.ts';
import {
  type Evaluated,
  type Expectation,
  expectation,
  REACHES,
  type TargetPolicy,
  targetPolicy,
} from './policies.ts';
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
 * @returns null when there are no blocks
 */
export async function evaluateBlocks(blocks: Blocks, how: Compared): Promise<Evaluation | null> {
  const fitting = new CrossFitting();
  for await (const batch of blocks()) for (const block of batch) fitting.add(block);
  const evaluating = new Evaluating(fitting.done(), how);
  for await (const batch of blocks()) for (const block of batch) evaluating.add(block);
  return evaluating.done();
}

/** What is compared with what was shown. */
export interface Compared {
  /** A named policy, or any other. */
  policy: Evaluated | TargetPolicy;
  /** Of `thompson`: `learning.exploration`. */
  exploration: number;
}

/** What one part of the customers would have been shown, and what that is expected to earn. */
interface Part {
  expect: Expectation;
  choose: TargetPolicy;
  found: WeakMap<readonly Known[], { target: ArrayLike<number>; expected: readonly number[] }>;
}

/** Goes through the blocks, customer by customer, when the models are made. */
export class Evaluating {
  readonly #parts: Part[];
  readonly #reach: Reach;
  readonly #real = new Summing();
  readonly #other = new Summing();
  readonly #more = new Summing();

  constructor(posteriors: readonly Posterior[], { policy, exploration }: Compared) {
    this.#reach = typeof policy === 'string' ? REACHES[policy] : REACH;
    this.#parts = posteriors.map((posterior, fold) => {
      const seed = `evaluate|${fold}`;
      const expect = expectation(posterior, seed);
      const choose =
        typeof policy === 'string' ? targetPolicy(policy, { posterior, expect, exploration, seed }) : policy;
      return { expect, choose, found: new WeakMap() };
    });
  }

  add(block: DrawnBlock): void {
    const { candidates, probabilities } = block;
    const { target, expected } = this.#known(block);
    this.#real.add(block, probabilities, expected);
    this.#other.add(block, target, expected);
    const more = candidates.map((_, k) => (target[k] as number) - (probabilities[k] as number));
    this.#more.add(block, more, expected);
  }

  /** With which probabilities the other policy would have chosen among a block's candidates. */
  target(block: DrawnBlock): ArrayLike<number> {
    return this.#known(block).target;
  }

  #known({ candidates, customerId }: DrawnBlock) {
    const { expect, choose, found } = this.#parts[foldOf(customerId)] as Part;
    let known = found.get(candidates);
    if (!known) {
      known = { target: choose(candidates), expected: expect(candidates) };
      found.set(candidates, known);
    }
    return known;
  }

  done(): Evaluation | null {
    return evaluationOf(this.#real.done(), this.#other.done(), this.#more.done(), this.#reach);
  }
}

function evaluationOf(real: Sums, other: Sums, more: Sums, reach: Reach): Evaluation | null {
  const { blocks, customers, answered } = real;
  if (blocks === 0) return null;
  const earned = estimate(real, 'ips');
  return {
    blocks,
    customers,
    answered,
    real: earned,
    other: {
      ips: estimate(other, 'ips', reach.value),
      snips: estimate(other, 'snips', reach.value),
      dr: estimate(other, 'dr', reach.value),
    },
    more: difference(more, other, earned.value, reach.more),
    weights: { mean: other.weight / blocks, heaviest: other.heaviest, effective: effectiveOf(other) },
  };
}

const effectiveOf = ({ weight, squaredWeight }: Sums): number =>
  squaredWeight > 0 ? weight ** 2 / squaredWeight : 0;
