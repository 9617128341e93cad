import { type Listing, SyncError } from '../port.ts';
import { ASSOCIATION_READ, BATCH_READ, type HubSpotApi, LIST_PAGE } from './api.ts';
import { type HubSpotType, PARENT_TYPES, type ParentType } from './mapping.ts';
import { DONE, type PhasePosition } from './phases.ts';

/** How many records of each type an account has. Types without an entry are not read. */
export type Sizes = Partial<Record<HubSpotType, number>>;

/** What the phases of a full pass list, in their order. Owners can't be counted; there are few. */
const LISTS = [
  ['owners', null],
  ['companies', 'companies'],
  ['products', 'products'],
  ['customers', 'contacts'],
  ...PARENT_TYPES.map((type) => [type, type] as const),
] as const satisfies readonly (readonly [phase: string, type: HubSpotType | null])[];

const calls = (records: number, each: number) => Math.ceil(records / each);

/** Requests that a phase takes, by the sizes of pages and batches. */
function requests(type: HubSpotType | null, sizes: Sizes): number {
  if (type === null) return 1;
  const records = sizes[type] ?? 0;
  const pages = Math.max(1, calls(records, LIST_PAGE));
  if (!isParent(type)) return pages;
  // line items are counted for deals and orders together, and taken to be spread evenly
  const parents = PARENT_TYPES.reduce((sum, parent) => sum + (sizes[parent] ?? 0), 0);
  const lines = parents === 0 ? 0 : ((sizes.line_items ?? 0) * records) / parents;
  return pages + 2 * calls(records, ASSOCIATION_READ) + calls(lines, BATCH_READ);
}

const isParent = (type: HubSpotType): type is ParentType => PARENT_TYPES.some((parent) => parent === type);

/** Share of the requests of a full pass that lie before a position, 0 to 1. Never smaller further on. */
export function doneAt(position: PhasePosition, sizes: Sizes): number {
  if (position.phase === DONE) return 1;
  let before = 0;
  let whole = 0;
  let reached = false;
  for (const [phase, type] of LISTS) {
    const all = requests(type, sizes);
    if (phase === position.phase) {
      reached = true;
      // more than were counted may have come since: the end of the list is reached at its end only
      const of = Math.max(type === null ? 0 : (sizes[type] ?? 0), position.listed + 1);
      before += (all * position.listed) / of;
    } else if (!reached) before += all;
    whole += all;
  }
  return before / whole;
}

/** What is listed at a position, how far, and of how many; undefined where that is not known. */
export function listingAt(position: PhasePosition, sizes: Sizes): Listing | undefined {
  const type = LISTS.find(([phase]) => phase === position.phase)?.[1] ?? null;
  if (type === null || sizes[type] === undefined) return undefined;
  return { what: position.phase, read: position.listed, of: Math.max(sizes[type], position.listed) };
}

/** Sizes as a position keeps them. */
export function keptSizes(position: PhasePosition | null): Sizes | null {
  const sizes: Sizes = {};
  for (const type of [...LISTS.map(([, type]) => type), 'line_items'] as const) {
    const size = type === null ? undefined : position?.[type];
    if (type !== null && typeof size === 'number') sizes[type] = size;
  }
  return sizes.contacts === undefined ? null : sizes;
}

/**
 * Asks how much there is: one search for each type. Null when the account does not tell: then nobody is told how long
 * it takes, and that is no reason to stop.
 */
export async function measure(api: HubSpotApi, parents: readonly ParentType[]): Promise<Sizes | null> {
  const types = ['companies', 'products', 'contacts', ...parents, 'line_items'] as const;
  try {
    return Object.fromEntries(
      await Promise.all(types.map(async (type) => [type, await api.count(type)] as const)),
    );
  } catch (error) {
    if (error instanceof SyncError) return null;
    throw error;
  }
}
