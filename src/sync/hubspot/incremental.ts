import type { SyncContext } from '../port.ts';
import type { SyncObject } from '../rows.ts';
import type { HubSpotApi } from './api.ts';
import { changedPurchases } from './changed-purchases.ts';
import { archivedIds, changes } from './changes.ts';
import { mapAll, owners, ROWS } from './full.ts';
import { mergedIds } from './mapping/contacts.ts';
import type { Chunk, Phase } from './phases.ts';
import type { ProductIndex } from './product-index.ts';

/**
 * What changed since the cursors. Search never shows archived records, so their lists are read too; line items
 * are searched as well, because it is not known whether a change of one marks its deal as changed. Changed
 * associations, and companies and products that are gone, wait for the next full pass.
 */
export function incrementalPhases(
  api: HubSpotApi,
  cursors: SyncContext['since'],
  products: () => Promise<ProductIndex>,
): Phase[] {
  const since = (object: SyncObject) => cursors[object] ?? new Date(0);
  const bought = changedPurchases(api, since('purchases'), products);
  return [
    { name: 'owners', read: (after) => owners(api, after) },
    { name: 'companies', read: (after) => companies(api, since('companies'), after) },
    { name: 'products', read: (after) => productsChanged(api, since('products'), after) },
    { name: 'customers', read: (after) => customers(api, since('customers'), after) },
    { name: 'archived-customers', read: (after) => archivedCustomers(api, since('customers'), after) },
    { name: 'deals', read: (after) => bought.changed('deals', after) },
    { name: 'orders', read: (after) => bought.changed('orders', after) },
    { name: 'line-items', read: (after) => bought.throughLineItems(after) },
    { name: 'archived-deals', read: (after) => bought.archived('deals', after) },
    { name: 'archived-orders', read: (after) => bought.archived('orders', after) },
  ];
}

async function* companies(api: HubSpotApi, since: Date, from: string | null): AsyncGenerator<Chunk> {
  for await (const { results, after } of changes(api, 'companies', since, from, ROWS)) {
    const completes = after === null;
    yield { batches: [{ object: 'companies', ...mapAll(results, api.mapping.company), completes }], after };
  }
}

async function* productsChanged(api: HubSpotApi, since: Date, from: string | null): AsyncGenerator<Chunk> {
  for await (const { results, after } of changes(api, 'products', since, from, ROWS)) {
    const completes = after === null;
    yield { batches: [{ object: 'products', ...mapAll(results, api.mapping.product), completes }], after };
  }
}

async function* customers(api: HubSpotApi, since: Date, from: string | null): AsyncGenerator<Chunk> {
  for await (const { results, after } of changes(api, 'contacts', since, from, ROWS)) {
    // merged away: such ids vanish without ever being archived
    const gone = results.flatMap(mergedIds);
    yield { batches: [{ object: 'customers', ...mapAll(results, api.mapping.contact), gone }], after };
  }
}

async function* archivedCustomers(api: HubSpotApi, since: Date, from: string | null): AsyncGenerator<Chunk> {
  for await (const { ids, after } of archivedIds(api, 'contacts', since, from)) {
    yield { batches: [{ object: 'customers', rows: [], gone: ids, completes: after === null }], after };
  }
}
