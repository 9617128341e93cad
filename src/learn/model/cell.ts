import type { Candidate } from '../../domain/composition.ts';

/** What one candidate has been shown and earned so far, added up. What the model is fitted to. */
export interface Cell extends Candidate {
  /** Family of the owned product; null when it has none. */
  family: string | null;
  /**
   * Blocks shown, each weighed by the chance that its answer would have come by now, and by its age (rewards/). Not
   * whole numbers.
   */
  trials: number;
  /** What they earned, 0 to 1 a block, weighed by age alone. At most `trials`. */
  earned: number;
}
