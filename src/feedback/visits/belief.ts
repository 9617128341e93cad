import type { MachineSign } from '../../domain/conversation.ts';
import type { Ticket } from './ticket.ts';

/** A form that was sent sooner after its page was made than this, nobody has read. */
export const HASTY_MS = 1500;
/** So long a page that asks once more must have been there. */
export const CONFIRM_MS = 3000;
/** A tab that was left open for longer is asked again; nothing is lost by it. */
export const TICKET_MS = 24 * 3_600_000;

/** What is known of a form that was sent. */
export interface Form {
  now: number;
  /** What the request says of itself (signs.ts). */
  sign: MachineSign | null;
  /** Its ticket, if it is genuine. */
  ticket: Ticket | null;
  /** It belongs to a burst (bursts.ts). */
  inBurst: boolean;
  /** A form of the same link was not believed since its page was made. */
  refusedBefore: boolean;
  /** Another form of the same mail was sent within the last `CONFIRM_MS`, and not confirmed. */
  othersJustNow: boolean;
}

/** Null sign: believed. `confirmed`: by the page that asks once more. */
export interface Belief {
  sign: MachineSign | null;
  confirmed: boolean;
}

/**
 * Whether a form comes from a person. What speaks against it is outweighed by the page that asks once more, if it was
 * left standing for a moment and nobody was sending other forms of the mail meanwhile: two presses are always enough
 * for a person, whatever their browser calls itself (text browsers look like programs), and a program that sends every
 * form that it is shown, one after the other or all at once, gets nowhere.
 */
export function judge({ now, sign, ticket, inBurst, refusedBefore, othersJustNow }: Form): Belief {
  const age = ticket === null ? null : now - ticket.madeAt;
  if (ticket?.again && isBetween(age, CONFIRM_MS) && !othersJustNow) return { sign: null, confirmed: true };
  if (sign !== null) return { sign, confirmed: false };
  if (inBurst) return { sign: 'burst', confirmed: false };
  if (ticket?.again || refusedBefore || !isBetween(age, HASTY_MS)) return { sign: 'hasty', confirmed: false };
  return { sign: null, confirmed: false };
}

const isBetween = (age: number | null, least: number): boolean =>
  age !== null && age >= least && age <= TICKET_MS;
