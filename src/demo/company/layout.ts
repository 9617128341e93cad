import { type Dice, pick } from './dice.ts';

/** How twelve neighbouring contacts share five companies. */
const PATTERNS: readonly (readonly number[])[] = [
  [6, 3, 1, 1, 1],
  [4, 3, 2, 2, 1],
  [5, 2, 2, 2, 1],
  [3, 3, 3, 2, 1],
  [7, 2, 1, 1, 1],
  [4, 4, 2, 1, 1],
  [8, 1, 1, 1, 1],
];
const BLOCK_CONTACTS = 12;
const BLOCK_COMPANIES = 5;

/** A company's contacts stand next to each other: places `first` to `first + size - 1`. */
export interface Seats {
  company: number;
  first: number;
  size: number;
}

/** Who works where, computed from either end. */
export interface Layout {
  /** The company of a contact. */
  ofContact(contact: number): Seats;
  ofCompany(company: number): Seats;
  /** How many companies there are. */
  companies: number;
}

export function layout(roll: Dice, customers: number): Layout {
  const pattern = (block: number) => pick(PATTERNS, roll('layout', block));
  const seats = (block: number, slot: number): Seats => {
    const sizes = pattern(block);
    let first = block * BLOCK_CONTACTS;
    for (let i = 0; i < slot; i++) first += sizes[i] as number;
    const size = Math.min(sizes[slot] as number, customers - first);
    return { company: block * BLOCK_COMPANIES + slot, first, size };
  };
  const ofContact = (contact: number): Seats => {
    const block = Math.floor(contact / BLOCK_CONTACTS);
    const sizes = pattern(block);
    let seat = contact % BLOCK_CONTACTS;
    let slot = 0;
    while (seat >= (sizes[slot] as number)) seat -= sizes[slot++] as number;
    return seats(block, slot);
  };
  return {
    ofContact,
    ofCompany: (company) => seats(Math.floor(company / BLOCK_COMPANIES), company % BLOCK_COMPANIES),
    companies: customers > 0 ? ofContact(customers - 1).company + 1 : 0,
  };
}
