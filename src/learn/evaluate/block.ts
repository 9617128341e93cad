import type { Known } from '../model/odds.ts';

/** One offer block as it was drawn, and what it earned. */
export interface DrawnBlock {
  customerId: string;
  /** What it was drawn from. The same array for the same candidates, so that what follows from them is found again. */
  candidates: readonly Known[];
  /** With which probabilities, in the same order. */
  probabilities: ArrayLike<number>;
  /** Which one it was: an index. */
  chosen: number;
  /** What it earned in its window, 0 to 1 (rewards/). */
  reward: number;
}

/**
 * All blocks of an evaluation, in batches, all of a customer's one after the other. They are read twice: first for the
 * models, then for the estimates.
 */
export type Blocks = () => AsyncIterable<readonly DrawnBlock[]> | Iterable<readonly DrawnBlock[]>;
