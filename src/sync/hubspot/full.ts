import type { RowOf } from '../rows.ts';
import type { HubSpotApi } from './api.ts';
import { mapOwner } from './mapping/catalogue.ts';
import { type CrmRecord, type HubSpotType, type Mapped, PARENT_NAME, type ParentType } from './mapping.ts';
import { gather, pagesAhead } from './paging.ts';
import type { Chunk, Phase } from './phases.ts';
import type { ProductIndex } from './product-index.ts';
import { ordersUnavailable, purchaseBatches } from './purchases.ts';

/** Rows in one batch, about. */
export const ROWS = 2000;
/** Deals or orders in one batch: some line items each, for each of their contacts. */
const PARENTS = 1000;

/** Everything there is. Owners, companies and products come first, because the others point at them. */
export function fullPhases(api: HubSpotApi, products: () => Promise<ProductIndex>): Phase[] {
  return [
    { name: 'owners', read: (after) => owners(api, after) },
    {
      name: 'companies',
      read: (after) => records(api, 'companies', 'companies', api.mapping.company, after),
    },
    { name: 'products', read: (after) => records(api, 'products', 'products', api.mapping.product, after) },
    { name: 'customers', read: (after) => records(api, 'contacts', 'customers', api.mapping.contact, after) },
    { name: 'deals', read: (after) => purchases(api, 'deals', products, after) },
    { name: 'orders', read: (after) => purchases(api, 'orders', products, after) },
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
  products: () => Promise<ProductIndex>,
  from: string | null,
): AsyncGenerator<Chunk> {
  if (type === 'orders' && from === null) {
    const problem = await ordersUnavailable(api);
    if (problem) {
      // Not confirmed: what is known from orders stays.
      yield {
        batches: [{ object: 'purchases', rows: [], problems: [problem], completes: true }],
        after: null,
      };
      return;
    }
  }
  const pages = pagesAhead((cursor) => api.list(type, cursor), from);
  const bought = gather(pages, PARENTS, (record) => api.mapping.isPurchase(type, record));
  for await (const { results, after } of bought) {
    const confirms = after === null ? { confirms: `${PARENT_NAME[type]}-` } : {};
    const completes = after === null && type === 'orders' ? { completes: true } : {};
    const batches = await purchaseBatches(api, type, results, await products());
    yield { batches: batches.with(-1, { ...batches.at(-1), ...confirms, ...completes } as never), after };
  }
}
