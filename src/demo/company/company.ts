import { worksForNobody } from './address.ts';
import { CATALOGUE } from './catalogue.ts';
import { contactModified, contactRecord } from './contact.ts';
import { dice } from './dice.ts';
import {
  GENERATED_TYPES,
  type GeneratedType,
  idAt,
  LINES,
  linePlace,
  placeOf,
  SLOTS,
  tradePlace,
} from './ids.ts';
import { layout } from './layout.ts';
import { links } from './links.ts';
import { companyModified, companyRecord, productModified, productRecord } from './master-records.ts';
import { organisation } from './organisation.ts';
import { type OwnedTruth, ownedBy } from './owned.ts';
import { type DemoOwner, OWNERS } from './owners.ts';
import { DAY, type DemoRecord } from './record.ts';
import { sharing } from './shared.ts';
import { type Trade, trades } from './trade.ts';
import { dealRecord, lineRecord, orderRecord, tradeModified } from './trade-records.ts';

export interface DemoCompanyOptions {
  /** How many contacts; a few of them are leads who bought nothing. */
  customers: number;
  /** The same seed, customers and day give the same company. */
  seed?: string;
  /** Nothing in the company is later than the start of this day (UTC). */
  today: Date;
}

/** The CRM of Orvelin Werke as it was this morning. Read-only, computed on demand, never held in memory. */
export interface DemoCompany {
  customers: number;
  /** Every record was last changed before this time, epoch ms. */
  midnight: number;
  owners: readonly DemoOwner[];
  /** One record; undefined if there is none with this id. */
  get(type: GeneratedType, id: number): DemoRecord | undefined;
  /** When a record was last changed, without building it. The id must exist. */
  modified(type: GeneratedType, id: number): number;
  /** Ids of one type, ascending, after the given one. */
  ids(type: GeneratedType, after?: number): Generator<number>;
  /** Ids of `to` associated with a record, ascending. */
  associated(from: GeneratedType, id: number, to: GeneratedType): number[];
  /** What a contact really owns, worked out from the records: what every reader of the CRM should find. */
  owned(contactId: number): OwnedTruth;
}

export function demoCompany({ customers, seed = 'orvelin', today }: DemoCompanyOptions): DemoCompany {
  const midnight = Math.floor(today.getTime() / DAY) * DAY;
  const roll = dice(seed);
  const seating = layout(roll, customers);
  const facts = { roll, midnight, seatsOf: seating.ofContact };

  // neighbouring ids ask for the same contact again and again
  let known: { contact: number; trades: Trade[] } | undefined;
  const tradesOf = (contact: number): Trade[] => {
    if (known?.contact !== contact) known = { contact, trades: trades(roll, contact, midnight) };
    return known.trades;
  };
  const tradeAt = (place: number, kind: Trade['kind'] | null): Trade | undefined => {
    const contact = Math.floor(place / SLOTS);
    const trade = contact < customers ? tradesOf(contact)[place % SLOTS] : undefined;
    return kind === null || trade?.kind === kind ? trade : undefined;
  };
  const firmOf = (contact: number) => organisation(roll, seating.ofContact(contact).company);

  function get(type: GeneratedType, id: number): DemoRecord | undefined {
    const place = placeOf(type, id);
    if (place < 0) return undefined;
    switch (type) {
      case 'contacts':
        return place < customers ? contactRecord(facts, place) : undefined;
      case 'companies':
        return place < seating.companies ? companyRecord(roll, place, midnight) : undefined;
      case 'products':
        return productRecord(roll, place, midnight);
      case 'deals': {
        const trade = tradeAt(place, 'deal');
        return trade && dealRecord(roll, trade, firmOf(trade.contact), midnight);
      }
      case 'orders': {
        const trade = tradeAt(place, 'order');
        return trade && orderRecord(roll, trade, firmOf(trade.contact), midnight);
      }
      case 'line_items': {
        const trade = tradeAt(Math.floor(place / LINES), null);
        const line = trade?.lines[place % LINES];
        return trade && line && lineRecord(roll, trade, place % LINES, line, firmOf(trade.contact), midnight);
      }
    }
  }

  function modified(type: GeneratedType, id: number): number {
    const place = placeOf(type, id);
    if (type === 'contacts') return contactModified(roll, place, midnight);
    if (type === 'companies') return companyModified(roll, place, midnight);
    if (type === 'products') return productModified(roll, place, midnight);
    const trade = tradeAt(type === 'line_items' ? Math.floor(place / LINES) : place, null);
    return trade ? tradeModified(roll, trade, midnight) : 0;
  }

  function* ids(type: GeneratedType, after = 0): Generator<number> {
    const start = Math.max(0, after - idAt(type, 0) + 1);
    if (type === 'contacts' || type === 'companies' || type === 'products') {
      const end = { contacts: customers, companies: seating.companies, products: CATALOGUE.length }[type];
      for (let place = start; place < end; place++) yield idAt(type, place);
      return;
    }
    const perContact = type === 'line_items' ? SLOTS * LINES : SLOTS;
    for (let contact = Math.floor(start / perContact); contact < customers; contact++) {
      for (const trade of tradesOf(contact)) {
        const place = tradePlace(contact, trade.slot);
        if (type === 'line_items') {
          for (let line = 0; line < trade.lines.length; line++) {
            if (linePlace(place, line) >= start) yield idAt(type, linePlace(place, line));
          }
        } else if (trade.kind === (type === 'deals' ? 'deal' : 'order') && place >= start) {
          yield idAt(type, place);
        }
      }
    }
  }

  const associated = links({
    customers,
    seating,
    sharing: sharing(roll, seating),
    tradesOf,
    tradeAt,
    alone: (contact) => worksForNobody(roll, contact),
  });
  const company = { customers, midnight, owners: OWNERS, get, modified, ids, associated };
  return { ...company, owned: (contactId) => ownedBy(company, contactId) };
}

export { GENERATED_TYPES, type GeneratedType };
