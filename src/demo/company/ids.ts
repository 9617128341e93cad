/** The object types of the demo CRM that have generated records. */
export const GENERATED_TYPES = [
  'contacts',
  'companies',
  'products',
  'deals',
  'orders',
  'line_items',
] as const;
export type GeneratedType = (typeof GENERATED_TYPES)[number];

/** Purchases and attempts of one contact, at most. */
export const SLOTS = 16;
/** Line items of one purchase, at most. */
export const LINES = 8;

/**
 * Every type has its own range of numeric ids, wide enough for a million customers and everything they bought, and
 * an id tells its place: deal and order ids hold (contact, slot), line item ids (contact, slot, line).
 */
const BASE: Record<GeneratedType, number> = {
  contacts: 10_000_000_001,
  companies: 20_000_000_001,
  products: 70_000_000_001,
  deals: 30_000_000_001,
  orders: 40_000_000_001,
  line_items: 50_000_000_001,
};

/** Width of each range; records created later get ids near its end (see the CRM server's store). */
export const RANGE = 10_000_000_000;

/** The id of the record at a place. */
export function idAt(type: GeneratedType, place: number): number {
  return BASE[type] + place;
}

/** The place of an id, or -1 if the id is not of this type. */
export function placeOf(type: GeneratedType, id: number): number {
  const place = id - BASE[type];
  return Number.isSafeInteger(place) && place >= 0 && place < RANGE - 1 ? place : -1;
}

export const tradePlace = (contact: number, slot: number): number => contact * SLOTS + slot;
export const linePlace = (trade: number, line: number): number => trade * LINES + line;
