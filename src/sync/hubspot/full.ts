import type { FreshBatch, Known, SyncBatch } from '../port.ts';
import type { HubSpotApi, Page } from './api.ts';
import { type Availability, isSwitchedOff } from './availability.ts';
import { mapOwner } from './mapping/catalogue.ts';
import { mergesOf } from './mapping/merged.ts';
import {
  type CrmRecord,
  type HubSpotType,
  type Mapped,
  PARENT_NAME,
  PARENT_TYPES,
  type ParentType,
} from './mapping.ts';
import { gather, oneAhead, pagesAhead } from './paging.ts';
import { type Chunk, type Phase, type PhasePosition, walkPhases } from './phases.ts';
import type { ProductIndex } from './product-index.ts';
import { purchaseBatches } from './purchases.ts';
import { doneAt, keptSizes, listingAt, measure } from './workload.ts';

/** Rows in one batch, at most. */
export const ROWS = 2000;
/** Deals or orders in one batch, at most: two association reads of each kind, and some thousand line items. */
const PARENTS = 2000;

/** What a full pass reads from, and with. */
export interface Sources {
  api: HubSpotApi;
  known: Pick<Known, 'clock'>;
  /** Asked for when the first purchases come, so after the products themselves. */
  products(): Promise<ProductIndex>;
  availability: Availability;
}

/**
 * Everything there is, from a position on, each batch with the share of the pass that is done behind it. How much
 * there is, is asked once, and only if a list is too long for one batch; the position remembers it.
 * @param hurry read the next chunk while one is stored; who may stop between two of them would have asked in vain
 */
export async function* fullPass(
  sources: Sources,
  position: PhasePosition | null,
  hurry: boolean,
): AsyncGenerator<SyncBatch> {
  let sizes = keptSizes(position);
  let asked = sizes !== null;
  const phases = fullPhases(sources, hurry ? oneAhead : (items) => items);
  for await (const batch of walkPhases(phases, position)) {
    if (!asked && batch.position.after !== null) {
      asked = true;
      sizes = await measure(sources.api, await sources.availability.types(sources.api));
    }
    const here = batch.position;
    yield sizes === null
      ? batch
      : {
          ...batch,
          done: doneAt(here, sizes),
          listing: listingAt(here, sizes),
          position: { ...here, ...sizes },
        };
  }
}

/** The same items, made ahead or not. */
type Paced = <T>(items: AsyncIterable<T>) => AsyncIterable<T>;

/** Owners, companies and products come first, because the others point at them. */
function fullPhases(sources: Sources, paced: Paced): Phase[] {
  const { company, product, contact } = sources.api.mapping;
  const listing = (name: string, type: HubSpotType, batchOf: (found: CrmRecord[]) => FreshBatch): Phase => ({
    name,
    read: (after) => paced(records(sources, type, batchOf, after)),
  });
  return [
    { name: 'owners', read: (after) => owners(sources, after) },
    listing('companies', 'companies', (found) => ({ object: 'companies', ...mapAll(found, company) })),
    listing('products', 'products', (found) => ({ object: 'products', ...mapAll(found, product) })),
    listing('customers', 'contacts', (found) => ({
      object: 'customers',
      ...mapAll(found, contact),
      merged: found.flatMap(mergesOf),
    })),
    ...PARENT_TYPES.map((type) => ({
      name: type,
      read: (after: string | null) => paced(purchases(sources, type, paced, after)),
    })),
  ];
}

/** Pages of a list, each with the moment before it was asked for. */
function listed<T>(
  { known }: Pick<Sources, 'known'>,
  fetch: (after: string | null) => Promise<Page<T>>,
  from: string | null,
) {
  return pagesAhead(async (after) => {
    const askedAt = known.clock();
    return { ...(await fetch(after)), askedAt };
  }, from);
}

/** The list of owners is short, so changes of it are found by reading it whole; a full pass confirms it. */
export async function* owners(
  sources: Pick<Sources, 'api' | 'known'>,
  from: string | null,
): AsyncGenerator<Chunk> {
  const pages = listed(sources, (after) => sources.api.owners(after), from);
  for await (const { results, after, first } of gather(pages, ROWS)) {
    const whole = after === null ? WHOLE : {};
    yield {
      batches: [{ object: 'owners', rows: results.map(mapOwner), askedAt: first.askedAt, ...whole }],
      after,
    };
  }
}

/** With this batch, everything of its object has been listed and delivered. */
const WHOLE = { confirms: '', completes: true } as const;

async function* records(
  sources: Sources,
  type: HubSpotType,
  batchOf: (found: CrmRecord[]) => FreshBatch,
  from: string | null,
): AsyncGenerator<Chunk> {
  const pages = listed(sources, (after) => sources.api.list(type, after), from);
  for await (const { results, after, first, listed } of gather(pages, ROWS)) {
    const whole = after === null ? WHOLE : {};
    yield { batches: [{ ...batchOf(results), askedAt: first.askedAt, ...whole }], after, listed };
  }
}

/** Rows and problems of several records. */
export function mapAll<Row>(
  results: readonly CrmRecord[],
  map: (record: CrmRecord) => Mapped<Row>,
): { rows: Row[]; problems: Mapped<Row>['problems'] } {
  const mapped = results.map(map);
  return { rows: mapped.map(({ row }) => row), problems: mapped.flatMap(({ problems }) => problems) };
}

/**
 * In a hurry three things happen at a time: a chunk is stored, the line items of the next one are read, and the one
 * after it is listed. Only so the calls that the account allows are used up: each page waits for the one before.
 */
async function* purchases(
  sources: Sources,
  type: ParentType,
  paced: Paced,
  from: string | null,
): AsyncGenerator<Chunk> {
  const { api, availability, products } = sources;
  const confirms = `${PARENT_NAME[type]}-`;
  const completes = type === PARENT_TYPES.at(-1);
  const problem = from === null ? await availability.problem(api, type) : null;
  if (problem) {
    const batch = isSwitchedOff(problem)
      ? // they count no longer
        { object: 'purchases' as const, rows: [], completes, confirms, intended: true }
      : // not confirmed: what is known from them stays
        { object: 'purchases' as const, rows: [], completes, problems: [problem] };
    yield { batches: [batch], after: null };
    return;
  }
  const pages = listed(sources, (after) => api.list(type, after), from);
  const bought = gather(pages, PARENTS, (record) => api.mapping.isPurchase(type, record));
  for await (const { results, after, first, listed } of paced(bought)) {
    const whole = after === null ? { confirms, completes } : {};
    const batches = (await purchaseBatches(api, type, results, await products())).map((batch, n, all) => ({
      ...batch,
      askedAt: first.askedAt,
      ...(n === all.length - 1 ? whole : {}),
    }));
    yield { batches: batches as Chunk['batches'], after, listed };
  }
}
