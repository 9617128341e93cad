import type { Known, SyncBatch } from '../port.ts';
import type { RowOf } from '../rows.ts';
import type { HubSpotApi, Page } from './api.ts';
import { type Availability, isSwitchedOff } from './availability.ts';
import { mapOwner } from './mapping/catalogue.ts';
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
 */
export async function* fullPass(sources: Sources, position: PhasePosition | null): AsyncGenerator<SyncBatch> {
  let sizes = keptSizes(position);
  let asked = sizes !== null;
  for await (const batch of walkPhases(fullPhases(sources), position)) {
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

/**
 * Owners, companies and products come first, because the others point at them. While one chunk is stored, the next one
 * is read.
 */
export function fullPhases(sources: Sources): Phase[] {
  const { company, product, contact } = sources.api.mapping;
  return [
    { name: 'owners', read: (after) => owners(sources, after) },
    {
      name: 'companies',
      read: (after) => oneAhead(records(sources, 'companies', 'companies', company, after)),
    },
    { name: 'products', read: (after) => oneAhead(records(sources, 'products', 'products', product, after)) },
    {
      name: 'customers',
      read: (after) => oneAhead(records(sources, 'contacts', 'customers', contact, after)),
    },
    ...PARENT_TYPES.map((type) => ({
      name: type,
      read: (after: string | null) => oneAhead(purchases(sources, type, after)),
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

async function* records<O extends 'companies' | 'products' | 'customers'>(
  sources: Sources,
  type: HubSpotType,
  object: O,
  map: (record: CrmRecord) => Mapped<RowOf[O]>,
  from: string | null,
): AsyncGenerator<Chunk> {
  const pages = listed(sources, (after) => sources.api.list(type, after), from);
  for await (const { results, after, first, listed } of gather(pages, ROWS)) {
    const whole = after === null ? WHOLE : {};
    const batch = { object, ...mapAll(results, map), askedAt: first.askedAt, ...whole };
    yield { batches: [batch as never], after, listed };
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
 * Three things at a time: a chunk is stored, the line items of the next one are read, and the one after it is listed.
 * Only so the calls that the account allows are used up, although every page waits for the one before.
 */
async function* purchases(sources: Sources, type: ParentType, from: string | null): AsyncGenerator<Chunk> {
  const { api, availability, products } = sources;
  const confirms = `${PARENT_NAME[type]}-`;
  const completes = type === PARENT_TYPES.at(-1);
  const problem = from === null ? await availability.problem(api, type) : null;
  if (problem) {
    const batch = isSwitchedOff(problem)
      ? // they count no longer
        { object: 'purchases' as const, rows: [], completes, confirms }
      : // not confirmed: what is known from them stays
        { object: 'purchases' as const, rows: [], completes, problems: [problem] };
    yield { batches: [batch], after: null };
    return;
  }
  const pages = listed(sources, (after) => api.list(type, after), from);
  const bought = gather(pages, PARENTS, (record) => api.mapping.isPurchase(type, record));
  for await (const { results, after, first, listed } of oneAhead(bought)) {
    const whole = after === null ? { confirms, completes } : {};
    const batches = (await purchaseBatches(api, type, results, await products())).map((batch, n, all) => ({
      ...batch,
      askedAt: first.askedAt,
      ...(n === all.length - 1 ? whole : {}),
    }));
    yield { batches: batches as Chunk['batches'], after, listed };
  }
}
