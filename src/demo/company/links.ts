import { type GeneratedType, idAt, LINES, linePlace, placeOf, tradePlace } from './ids.ts';
import type { Layout } from './layout.ts';
import type { Sharing } from './shared.ts';
import type { Trade } from './trade.ts';

interface Facts {
  customers: number;
  seating: Layout;
  sharing: Sharing;
  tradesOf(contact: number): Trade[];
  tradeAt(place: number, kind: Trade['kind'] | null): Trade | undefined;
  /** Belongs to no company. */
  alone(contact: number): boolean;
}

/**
 * Associations between generated records, from either end. As in HubSpot, products are not associated: a line
 * item names its product in a property.
 */
export function links(facts: Facts) {
  const { customers, seating, sharing, tradesOf, tradeAt, alone } = facts;
  const companyOf = (contact: number): number[] =>
    alone(contact) ? [] : [idAt('companies', seating.ofContact(contact).company)];
  const contactsOf = (trade: Trade): number[] => {
    const second = sharing.second(trade);
    return [trade.contact, ...(second === null ? [] : [second])];
  };
  const tradeId = (trade: Trade): number =>
    idAt(trade.kind === 'deal' ? 'deals' : 'orders', tradePlace(trade.contact, trade.slot));

  function ofContact(contact: number, to: GeneratedType): number[] {
    if (contact >= customers) return [];
    if (to === 'companies') return companyOf(contact);
    if (to !== 'deals' && to !== 'orders') return [];
    const kind = to === 'deals' ? 'deal' : 'order';
    const colleague = sharing.first(contact);
    const shared =
      colleague === null ? [] : tradesOf(colleague).filter((trade) => sharing.second(trade) === contact);
    return [...shared, ...tradesOf(contact)].filter((trade) => trade.kind === kind).map(tradeId);
  }

  function ofTrade(trade: Trade | undefined, to: GeneratedType): number[] {
    if (!trade) return [];
    if (to === 'contacts') return contactsOf(trade).map((contact) => idAt('contacts', contact));
    if (to === 'companies') return companyOf(trade.contact);
    if (to !== 'line_items') return [];
    const place = tradePlace(trade.contact, trade.slot);
    return trade.lines.map((_, line) => idAt('line_items', linePlace(place, line)));
  }

  return (from: GeneratedType, id: number, to: GeneratedType): number[] => {
    const place = placeOf(from, id);
    if (place < 0) return [];
    if (from === 'contacts') return ofContact(place, to);
    if (from === 'deals') return ofTrade(tradeAt(place, 'deal'), to);
    if (from === 'orders') return ofTrade(tradeAt(place, 'order'), to);
    if (from === 'companies' && place < seating.companies) {
      const { first, size } = seating.ofCompany(place);
      const staff = Array.from({ length: size }, (_, seat) => first + seat).filter(
        (contact) => !alone(contact),
      );
      if (to === 'contacts') return staff.map((contact) => idAt('contacts', contact));
      const kind = to === 'deals' ? 'deal' : to === 'orders' ? 'order' : null;
      return kind
        ? staff
            .flatMap(tradesOf)
            .filter((trade) => trade.kind === kind)
            .map(tradeId)
        : [];
    }
    if (from === 'line_items') {
      const trade = tradeAt(Math.floor(place / LINES), null);
      const wanted = trade?.kind === 'deal' ? 'deals' : 'orders';
      return trade && place % LINES < trade.lines.length && to === wanted ? [tradeId(trade)] : [];
    }
    return [];
  };
}
