import type { MachineSign } from '../../domain/conversation.ts';
import type { Ticket } from './ticket.ts';

/** A form that was sent sooner after its page was made than this, nobody has read. */
export const HASTY_MS = 1500;
/** A tab that was left open for longer is asked again; nothing is lost by it. */
export const TICKET_MS = 24 * 3_600_000;

/** What is known of a form that was sent. */
export interface Form {
  now: number;
  /** What the request says of itself (signs.ts). */
  sign: MachineSign | null;
  /** Its ticket, if it is genuine. */
  ticket: Ticket | null;
  /** "Yes, that was me" was pressed, which only the page that asks once more offers. */
  confirms: boolean;
  /** The other button of a page with this ticket was pressed before. */
  denied: boolean;
  /** A program was opening links of the mail (bursts.ts, thorough.ts), or there is another reason to ask. */
  suspected: boolean;
  /** Another form of the same page was not believed. */
  refusedBefore: boolean;
}

/** Null sign: believed. `confirmed`: by the page that asks once more. */
export interface Belief {
  sign: MachineSign | null;
  confirmed: boolean;
}

/**
 * Whether a form comes from a person. Whatever speaks against it is outweighed by the right one of two buttons on the
 * page that asks once more: one press is always enough for a person, whatever their browser calls itself (text browsers
 * look like programs). A program that sends forms as they are, or presses the first button, or every button, gets
 * nowhere: the other button takes back what the right one said.
 */
export function judge(form: Form): Belief {
  const { now, sign, ticket, confirms, denied, suspected, refusedBefore } = form;
  const age = ticket === null ? -1 : now - ticket.madeAt;
  const isTimely = age >= HASTY_MS && age <= TICKET_MS;
  if (ticket?.again) {
    const confirmed = confirms && isTimely && !denied;
    return { sign: confirmed ? null : (sign ?? 'hasty'), confirmed };
  }
  if (sign !== null) return { sign, confirmed: false };
  if (suspected) return { sign: 'burst', confirmed: false };
  return { sign: denied || refusedBefore || !isTimely ? 'hasty' : null, confirmed: false };
}
