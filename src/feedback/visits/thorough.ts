import type { Answer } from '../../domain/conversation.ts';
import { isWithin, type Span, type Visit } from './bursts.ts';

/** So many different answers to one block; whoever corrects themselves gives two. */
const ANSWERS = 3;
const DAY_MS = 24 * 3_600_000;

/** A program was trying every answer to one block, however slowly. */
export interface Thorough extends Span {
  position: number;
}

/**
 * The times at which a program was going through all answers to a block: three different ones within a day, opened or
 * given. It reaches back for a day, and as far ahead as these three stay within one. What belongs to a burst is
 * explained by it already: a person who comes after a gateway's scan has tried nothing.
 *
 * @param visits of one mail, in any order
 */
export function findThorough(visits: readonly Visit[], bursts: readonly Span[]): Thorough[] {
  const counted = visits
    .filter(
      ({ link, at, ahead, confirmed }) => link === 'answer' && !ahead && !confirmed && !isWithin(at, bursts),
    )
    .sort((a, b) => a.at - b.at);
  return [...Map.groupBy(counted, (visit) => visit.position)].flatMap(([position, ofBlock]) => {
    if (position === null) return [];
    const lastSeen = new Map<Answer | null, number>();
    return ofBlock.flatMap(({ at, answer }) => {
      lastSeen.set(answer, at);
      const recent = [...lastSeen.values()].filter((seen) => at - seen <= DAY_MS);
      if (recent.length < ANSWERS) return [];
      return [{ position, from: at - DAY_MS, until: Math.min(...recent) + DAY_MS }];
    });
  });
}
