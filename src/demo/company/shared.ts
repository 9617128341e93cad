import { worksForNobody } from './address.ts';
import type { Dice } from './dice.ts';
import type { Layout } from './layout.ts';
import type { Trade } from './trade.ts';

/** Deals with two contacts: the second is the next colleague in the same company. */
export interface Sharing {
  /** The contact who also stands on this deal, or null. */
  second(trade: Trade): number | null;
  /** The contact whose deals this contact may also stand on, or null. */
  first(contact: number): number | null;
}

export function sharing(roll: Dice, seating: Layout): Sharing {
  const next = (contact: number): number | null => {
    const { first, size } = seating.ofContact(contact);
    const colleague = contact + 1;
    if (colleague >= first + size) return null;
    return worksForNobody(roll, contact) || worksForNobody(roll, colleague) ? null : colleague;
  };
  return {
    second: (trade) =>
      trade.kind === 'deal' && roll('second contact', trade.contact, trade.slot) < 0.1
        ? next(trade.contact)
        : null,
    first: (contact) => (contact > 0 && next(contact - 1) === contact ? contact - 1 : null),
  };
}
