import type { DemoCompany } from '../../src/demo/company/company.ts';
import { type GeneratedType, idAt, placeOf } from '../../src/demo/company/ids.ts';
import { OWNERS } from '../../src/demo/company/owners.ts';
import { DAY, type DemoRecord, iso } from '../../src/demo/company/record.ts';
import { DEFAULT_PIPELINE } from '../../src/demo/company/trade-records.ts';

/** How many records a plain company has, exactly. */
export interface PlainSizes {
  contacts: number;
  companies: number;
  products: number;
  /** All of them won. */
  deals: number;
  /** Spread evenly over the deals; at least one each. */
  lines: number;
}

/** Five contacts work for one company. */
const COLLEAGUES = 5;
/** One deal in twenty names a second contact. */
const SHARED = 20;
const HISTORY_DAYS = 3650;

/** The account of the issue, made smaller or not: 200,000 contacts and what they bought. */
export function plainSizes(scale: number): PlainSizes {
  const n = (full: number) => Math.max(1, Math.round(full * scale));
  return {
    contacts: n(200_000),
    companies: n(200_000 / COLLEAGUES),
    products: n(5000),
    deals: n(300_000),
    lines: n(1_000_000),
  };
}

/** A company without surprises, of exactly these sizes, computed from the ids: nothing is held in memory. */
export function plainCompany(sizes: PlainSizes, today: Date): DemoCompany {
  const midnight = Math.floor(today.getTime() / DAY) * DAY;
  const { contacts, products, deals, lines } = sizes;
  const count: Record<GeneratedType, number> = {
    contacts,
    companies: sizes.companies,
    products,
    deals,
    orders: 0,
    line_items: lines,
  };
  /** Lines of a deal are those from here up to where the next deal's begin. */
  const firstLine = (deal: number) => Math.floor((deal * lines) / deals);
  const dealOf = (line: number) => Math.ceil(((line + 1) * deals) / lines) - 1;
  const contactsOf = (deal: number) => {
    const first = deal % contacts;
    const second = (first + 1) % contacts;
    return deal % SHARED === 0 && second !== first ? [first, second] : [first];
  };
  const dealsOf = (contact: number): number[] => {
    const own: number[] = [];
    for (let deal = contact; deal < deals; deal += contacts) own.push(deal);
    const before = (contact + contacts - 1) % contacts;
    for (let deal = before; deal < deals; deal += contacts) {
      if (before !== contact && deal % SHARED === 0) own.push(deal);
    }
    return own.sort((a, b) => a - b);
  };
  const soldAt = (deal: number) => midnight - DAY - ((deal * 7919) % HISTORY_DAYS) * DAY;
  const modified = (type: GeneratedType, id: number): number => {
    const place = placeOf(type, id);
    if (type === 'deals') return soldAt(place);
    return type === 'line_items' ? soldAt(dealOf(place)) : midnight - DAY;
  };

  function properties(type: GeneratedType, place: number): DemoRecord['properties'] {
    switch (type) {
      case 'contacts':
        return {
          email: `person${place}@firm${Math.floor(place / COLLEAGUES)}.test`,
          firstname: place % 2 === 0 ? 'Anna' : 'Bernd',
          lastname: `Muster-${place}`,
          salutation: place % 2 === 0 ? 'Frau' : 'Herr',
          hs_language: 'de',
          country: 'Deutschland',
          associatedcompanyid: String(idAt('companies', Math.floor(place / COLLEAGUES) % sizes.companies)),
          hubspot_owner_id: OWNERS[place % OWNERS.length]?.id ?? null,
          hs_legal_basis: 'Legitimate interest – existing customer',
          innovation_ratio: place % 10 === 0 ? '0.4' : null,
        };
      case 'companies':
        return { name: `Firma ${place} GmbH`, country: 'Deutschland', innovation_ratio: null };
      case 'products':
        return { name: `Gerät ${place}`, hs_sku: `G-${place}`, product_family: `Reihe ${place % 40}` };
      case 'deals':
        return {
          dealname: `Auftrag ${place}`,
          pipeline: DEFAULT_PIPELINE,
          dealstage: 'closedwon',
          hs_is_closed: 'true',
          hs_is_closed_won: 'true',
          closedate: iso(soldAt(place)),
        };
      default: {
        const product = (place * 31) % products;
        return {
          name: `Gerät ${product}`,
          hs_product_id: String(idAt('products', product)),
          hs_sku: `G-${product}`,
          quantity: String(1 + (place % 3)),
        };
      }
    }
  }

  const places = (type: GeneratedType, id: number): number => {
    const place = placeOf(type, id);
    return place < count[type] ? place : -1;
  };

  return {
    customers: contacts,
    midnight,
    owners: OWNERS,
    get(type, id) {
      const place = places(type, id);
      if (place < 0) return undefined;
      const time = modified(type, id);
      return { id, properties: properties(type, place), createdAt: time, updatedAt: time };
    },
    modified,
    *ids(type, after = 0) {
      for (let place = Math.max(0, after - idAt(type, 0) + 1); place < count[type]; place++)
        yield idAt(type, place);
    },
    associated(from, id, to) {
      const place = places(from, id);
      const ids = (found: number[]) => found.map((one) => idAt(to, one));
      if (place < 0) return [];
      if (from === 'deals' && to === 'contacts') return ids(contactsOf(place).sort((a, b) => a - b));
      if (from === 'deals' && to === 'line_items') {
        const first = firstLine(place);
        return ids(Array.from({ length: firstLine(place + 1) - first }, (_, line) => first + line));
      }
      if (from === 'line_items' && to === 'deals') return ids([dealOf(place)]);
      if (from === 'contacts' && to === 'deals') return ids(dealsOf(place));
      if (from === 'contacts' && to === 'companies')
        return ids([Math.floor(place / COLLEAGUES) % sizes.companies]);
      return [];
    },
    // what everybody owns is compared between two passes here, not with the records
    owned: () => new Map(),
  };
}
