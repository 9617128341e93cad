import type { Answer } from '../../domain/conversation.ts';
import type { LearningRules } from '../../library/schema.ts';

/** What became of one shown block by the end of its window, as far as it was people who did it. */
export interface BlockFacts {
  /** The last one given within the window. */
  answer: Answer | null;
  /** Its link was opened. */
  clicked: boolean;
  /** Something that it sells was bought, and kept. */
  bought: boolean;
  /** The mail it was in was answered with a complaint, or with an unsubscribe. */
  objected: boolean;
}

/**
 * What a shown block earned, 0 to 1: the table of docs/learning.md. `blocks.ts` is the same in SQL; a test holds the two
 * together. An objection takes away what is not sure, and no more: room for negative earnings on the scale would cost
 * more than they tell. The guardrail counts objections by themselves.
 */
export function rewardOf(facts: BlockFacts, worth: LearningRules['worth']): number {
  const { answer, clicked, bought, objected } = facts;
  if (answer === 'yes' || answer === 'call' || bought) return 1;
  if (objected) return 0;
  if (answer === 'later') return worth.later;
  return answer === null && clicked ? worth.click : 0;
}
