import type { Answer } from '../../domain/conversation.ts';
import type { LinkKind } from '../../links/token.ts';

/** A link of a mail that was opened, or whose form was sent. */
export interface Visit {
  /** Milliseconds since 1970. */
  at: number;
  link: LinkKind;
  position: number | null;
  /** What the link stands for, or what its form said. */
  answer: Answer | null;
  /** A form was sent. */
  posted: boolean;
  /** A browser fetched it ahead. */
  ahead: boolean;
  /** The page that asks once more was answered: a person. */
  confirmed: boolean;
}

/** A time, both ends included, in milliseconds since 1970. */
export interface Span {
  from: number;
  until: number;
}

/** A pause of more than this ends a burst, in milliseconds. */
export const PAUSE_MS = 10_000;

/** So many different links of one mail within so many milliseconds. */
const LINKS = 4;
const WITHIN_MS = 5000;

/**
 * The times at which a program was quickly opening the links of one mail. Each begins with the first of the links that
 * show it (whoever answered before stays heard), and lasts until a while after the last visit without a pause.
 *
 * Forms show nothing, because our pages have their own for the same link; nor does what browsers fetch ahead; nor what
 * a person has confirmed.
 *
 * @param visits of one mail, in any order
 */
export function findBursts(visits: readonly Visit[]): Span[] {
  const counted = visits.filter((visit) => !visit.ahead && !visit.confirmed).sort((a, b) => a.at - b.at);
  const bursts: Span[] = [];
  let oldest = 0;
  counted.forEach((visit, index) => {
    while (visit.at - (counted[oldest]?.at ?? visit.at) > WITHIN_MS) oldest++;
    const burst = bursts.at(-1);
    if (burst && visit.at <= burst.until) {
      burst.until = visit.at + PAUSE_MS;
      return;
    }
    const recent = counted.slice(oldest, index + 1).filter(({ posted }) => !posted);
    const links = new Set(recent.map(({ link, position, answer }) => `${link} ${position} ${answer}`));
    if (links.size >= LINKS) bursts.push({ from: recent[0]?.at ?? visit.at, until: visit.at + PAUSE_MS });
  });
  return bursts;
}

export const isWithin = (at: number, spans: readonly Span[]): boolean =>
  spans.some(({ from, until }) => from <= at && at <= until);
