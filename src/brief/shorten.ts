import type { BriefBlock } from './brief.ts';

/**
 * As many of the things told as one page bears, newest first: those that were answered go before those that were only
 * shown. Pure.
 */
export function shortened(told: readonly BriefBlock[], most: number): { shown: BriefBlock[]; more: number } {
  const answered = told.filter(({ answer }) => answer !== null);
  const silent = told.filter(({ answer }) => answer === null);
  const kept = new Set([...answered, ...silent].slice(0, most));
  return { shown: told.filter((block) => kept.has(block)), more: told.length - kept.size };
}
