import type { RowOf } from '../rows.ts';
import type { HubSpotApi } from './api.ts';
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
import { gather, pagesAhead } from './paging.ts';
import type { Chunk, Phase } from './phases.ts';
import type { ProductIndex } from './product-index.ts';
import { purchaseBatches } from './purchases.ts';

/** Rows in one batch, about. */
export const ROWS = 2000;
/** Deals or orders in one batch: some line items each, for each of their contacts. */
const PARENTS = 1000;

/** Everything there is. Owners, companies and products come first, because the others point at them. */
export function fullPhases(
  api: HubSpotApi,
  products: () => Promise<ProductIndex>,
  availability: Availability,
): Phase[] {
  return [
    { name: 'owners', read: (after) => owners(api, after) },
    {
      name: 'companies',
      read: (after) => records(api, 'companies', 'companies', api.mapping.company, after),
    },
    { name: 'products', read: (after) => records(api, 'products', 'products', api.mapping.product, after) },
    { name: 'customers', read: (after) => records(api, 'contacts', 'customers', api.mapping.contact, after) },
    ...PARENT_TYPES.map((type) => ({
      name: type,
      read: (after: string | null) => purchases(api, type, { products, availability }, after),
    })),
  ];
}

/** The list of owners is short, so changes of it are found by reading it whole; a full pass confirms it. */
export async function* owners(api: HubSpotApi, from: string | null): AsyncGenerator<Chunk> {
  for await (const { results, after } of gather(
    pagesAhead((cursor) => api.owners(cursor), from),
    ROWS,
  )) {
    yield {
      batches: [{ object: 'owners', rows: results.map(mapOwner), ...(after === null ? WHOLE : {}) }],
      after,
    };
  }
}

/** With this batch, everything of its object has been listed and delivered. */
const WHOLE = { confirms: '', completes: true } as const;

async function* records<O extends 'companies' | 'products' | 'customers'>(
  api: HubSpotApi,
  type: HubSpotType,
  object: O,
  map: (record: CrmRecord) => Mapped<RowOf[O]>,
  from: string | null,
): AsyncGenerator<Chunk> {
  for await (const { results, after } of gather(
    pagesAhead((cursor) => api.list(type, cursor), from),
    ROWS,
  )) {
    yield {
      batches: [{ object, ...mapAll(results, map), ...(after === null ? WHOLE : {}) } as never],
      after,
    };
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

async function* purchases(
  api: HubSpotApi,
  type: ParentType,
  { products, availability }: { products: () => Promise<ProductIndex>; availability: Availability },
  from: string | null,
): AsyncGenerator<Chunk> {
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
  const pages = pagesAhead((cursor) => api.list(type, cursor), from);
  const bought = gather(pages, PARENTS, (record) => api.mapping.isPurchase(type, record));
  for await (const { results, after } of bought) {
    const batches = await purchaseBatches(api, type, results, await products());
    const whole = after === null ? { confirms, completes } : {};
    yield { batches: batches.with(-1, { ...batches.at(-1), ...whole } as never), after };
  }
}
