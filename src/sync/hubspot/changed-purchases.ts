import { BATCH_READ, type HubSpotApi } from './api.ts';
import { archivedIds, changes } from './changes.ts';
import { type CrmRecord, PARENT_NAME, type ParentType } from './mapping.ts';
import { chunksOf } from './paging.ts';
import type { Chunk } from './phases.ts';
import type { ProductIndex } from './product-index.ts';
import { ordersUnavailable, purchaseBatches } from './purchases.ts';

/** Deals, orders or line items looked at in one batch. */
const AT_ONCE = 600;

/** Readers of the deals and orders of which anything changed. Each is read whole, once in one sync. */
export function changedPurchases(api: HubSpotApi, since: Date, products: () => Promise<ProductIndex>) {
  const done = new Set<string>();
  let checked: ReturnType<typeof ordersUnavailable> | undefined;
  const unavailable = async (type: ParentType) => {
    if (type === 'deals') return null;
    checked ??= ordersUnavailable(api);
    return await checked;
  };

  const read = async (type: ParentType, records: readonly CrmRecord[]): Promise<Chunk['batches']> => {
    const fresh = records.filter(({ id }) => !done.has(`${type}/${id}`));
    for (const { id } of fresh) done.add(`${type}/${id}`);
    return await purchaseBatches(api, type, fresh, await products());
  };

  return {
    /** Changed themselves: also deals that are no longer won. */
    async *changed(type: ParentType, from: string | null): AsyncGenerator<Chunk> {
      const problem = await unavailable(type);
      if (problem) {
        yield { batches: [{ object: 'purchases', rows: [], problems: [problem] }], after: null };
        return;
      }
      for await (const { results, after } of changes(api, type, since, from, AT_ONCE)) {
        yield { batches: await read(type, results), after };
      }
    },

    /** Of which a line item changed. */
    async *throughLineItems(from: string | null): AsyncGenerator<Chunk> {
      for await (const { results, after } of changes(api, 'line_items', since, from, AT_ONCE)) {
        const batches: Chunk['batches'] = [];
        for (const type of ['deals', 'orders'] as const) {
          if (results.length === 0 || (await unavailable(type))) continue;
          const found = await api.associations(
            'line_items',
            type,
            results.map(({ id }) => id),
          );
          const ids = new Set([...found.values()].flat().filter((id) => !done.has(`${type}/${id}`)));
          for (const chunk of chunksOf([...ids], BATCH_READ)) {
            batches.push(...(await read(type, await api.read(type, chunk))));
          }
        }
        yield { batches: batches.length > 0 ? batches : [{ object: 'purchases', rows: [] }], after };
      }
    },

    /** Archived: nothing of theirs was bought. */
    async *archived(type: ParentType, from: string | null): AsyncGenerator<Chunk> {
      const last = type === 'orders';
      if (await unavailable(type)) {
        yield { batches: [{ object: 'purchases', rows: [], completes: last }], after: null };
        return;
      }
      for await (const { ids, after } of archivedIds(api, type, since, from)) {
        const parents = ids.map((id) => `${PARENT_NAME[type]}-${id}`);
        yield {
          batches: [{ object: 'purchases', rows: [], parents, completes: last && after === null }],
          after,
        };
      }
    },
  };
}
