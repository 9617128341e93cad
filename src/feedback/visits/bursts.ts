import type { Answer } from '../../domain/conversation.ts';
import type { LinkKind } from '../../links/token.ts';

/** A link of a mail that was opened, or whose form was sent. */
export interface Visit {
  /** Milliseconds since 1970. */
  at: number;
  link: LinkKind;
  position: number | null;
  answer: Answer | null;
  /** A form was sent. */
  posted: boolean;
  /** A browser fetched it ahead. */
  ahead: boolean;
  /** The page that asks once more was answered: a person. */
  confirmed: boolean;
}

/** Visits of one mail without a pause between them, too many and too quick for a person. */
export interface Burst<V extends Visit = Visit> {
  visits: V[];
  /** Answers given in between are doubted: from the first visit until a while after the last one. */
  from: number;
  until: number;
}

/** A pause of more than this ends a round of visits, in milliseconds. */
export const PAUSE_MS = 10_000;

/** So many different links of one mail in so many milliseconds. */
const QUICK = { links: 4, ms: 5000 };
/** So many different answers to one block; whoever corrects a slip opens two. */
const THOROUGH = { links: 3, ms: 60_000 };

/**
 * The bursts among the visits of one mail. Visits without a pause belong together, and what shows that a program is at
 * work speaks for its whole round: the slow beginning of a scan, and the forms that it sends afterwards.
 *
 * Forms are no evidence, because our pages have their own for the same link; nor is what browsers fetch ahead; nor what
 * a person has confirmed.
 *
 * @param visits of one mail, in any order
 */
export function findBursts<V extends Visit>(visits: readonly V[]): Burst<V>[] {
  const counted = visits.filter((visit) => !visit.ahead && !visit.confirmed).sort((a, b) => a.at - b.at);
  return rounds(counted)
    .filter(isOfProgram)
    .map((round) => ({
      visits: round,
      from: round[0]?.at ?? 0,
      until: (round.at(-1)?.at ?? 0) + PAUSE_MS,
    }));
}

function rounds<V extends Visit>(visits: readonly V[]): V[][] {
  const found: V[][] = [];
  for (const visit of visits) {
    const round = found.at(-1);
    const last = round?.at(-1);
    if (round && last && visit.at - last.at <= PAUSE_MS) round.push(visit);
    else found.push([visit]);
  }
  return found;
}

function isOfProgram(round: readonly Visit[]): boolean {
  const opened = round.filter((visit) => !visit.posted);
  if (hasDifferent(opened, QUICK)) return true;
  const positions = new Set(opened.filter((visit) => visit.link === 'answer').map((visit) => visit.position));
  return [...positions].some((position) =>
    hasDifferent(
      opened.filter((visit) => visit.link === 'answer' && visit.position === position),
      THOROUGH,
    ),
  );
}

/** @param visits in the order of time */
function hasDifferent(visits: readonly Visit[], { links, ms }: { links: number; ms: number }): boolean {
  const lastSeen = new Map<string, number>();
  return visits.some((visit) => {
    lastSeen.set(`${visit.link} ${visit.position} ${visit.answer}`, visit.at);
    const recent = [...lastSeen.values()].filter((at) => visit.at - at <= ms);
    return recent.length >= links;
  });
}
