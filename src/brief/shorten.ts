import type { BriefBlock, BriefStatement } from './brief.ts';

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

/**
 * What was said, in the order in which it is worth reading: first what belongs to a call that is still wanted, all of
 * it, then the customer's own words, then what salespeople noted; each newest first, and at least `most` if there are as
 * many. Pure.
 */
export function worthReading(
  said: readonly BriefStatement[],
  most: number,
): { shown: BriefStatement[]; more: number } {
  const rank = ({ forCall, by }: BriefStatement) => (forCall ? 0 : by === 'customer' ? 1 : 2);
  const ordered = said.toSorted((a, b) => rank(a) - rank(b));
  const room = Math.max(most, said.filter(({ forCall }) => forCall).length);
  return { shown: ordered.slice(0, room), more: Math.max(0, said.length - room) };
}
