import type { Problem } from '../port.ts';
import type { ProductRow, PurchaseRow } from '../rows.ts';
import { ASSOCIATION_READ, type HubSpotApi } from './api.ts';
import { mergedIds } from './mapping/merged.ts';
import { type CrmRecord, type HubSpotType, PARENT_NAME, type ParentType } from './mapping.ts';
import { chunksOf } from './paging.ts';
import type { Chunk } from './phases.ts';
import type { ProductIndex } from './product-index.ts';
import { readAll, unreadableProblem } from './read-all.ts';

/** Batch reads under way at a time; the limiter decides how fast they come. */
const PARALLEL = 6;

/** Everything bought with some deals or orders, read whole. */
interface Purchases {
  rows: PurchaseRow[];
  /** Products that only line items know, not told before. */
  adHoc: ProductRow[];
  unreadable: string[];
  /** The deals or orders read, as first parts of purchase ids; also those that are no purchases (any more). */
  parents: string[];
  problems: Problem[];
}

/**
 * The line items of deals or orders, for each of their contacts. HubSpot knows no way from a product to a
 * contact: it is parent → contacts and parent → line items, put together here.
 */
async function readPurchases(
  api: HubSpotApi,
  type: ParentType,
  records: readonly CrmRecord[],
  products: ProductIndex,
): Promise<Purchases> {
  const bought = records.filter((record) => api.mapping.isPurchase(type, record));
  const ids = bought.map((record) => record.id);
  const [contacts, lines] = await Promise.all([
    associated(api, type, 'contacts', ids),
    associated(api, type, 'line_items', ids),
  ]);
  const wanted = [...new Set(ids.flatMap((id) => (contacts.has(id) ? (lines.get(id) ?? []) : [])))];
  const { records: read, unreadable } = await readAll(api, 'line_items', wanted, PARALLEL);
  const items = new Map(read.map((item) => [item.id, item]));
  const unread = new Map(unreadable.map((each) => [each.id, each]));

  const purchases: Purchases = {
    rows: [],
    adHoc: [],
    unreadable: [],
    // whatever was merged into a deal holds nothing any more
    parents: records.flatMap((record) =>
      [record.id, ...mergedIds(record)].map((id) => `${PARENT_NAME[type]}-${id}`),
    ),
    problems: [],
  };
  for (const record of bought) {
    const customers = contacts.get(record.id) ?? [];
    const lineIds = lines.get(record.id) ?? [];
    if (customers.length === 0 && lineIds.length > 0) {
      purchases.problems.push({
        record: `${PARENT_NAME[type]} ${record.id}`,
        code: 'purchase_without_customer',
        message: 'It names no contact, so nobody is known to own what was bought.',
      });
      continue;
    }
    const head = api.mapping.parent(type, record);
    for (const lineId of lineIds) {
      const fault = unread.get(lineId);
      if (fault) {
        const id = `${PARENT_NAME[type]}-${record.id}-${lineId}`;
        purchases.unreadable.push(id);
        purchases.problems.push(unreadableProblem(`purchase ${id}`, fault));
        continue;
      }
      const item = items.get(lineId);
      // deleted between the two reads
      if (!item) continue;
      const line = api.mapping.lineItem(head, item, products);
      purchases.problems.push(...line.problems);
      if (!line.row) {
        purchases.unreadable.push(line.id);
        continue;
      }
      for (const customerId of customers) purchases.rows.push({ ...line.row, customerId });
    }
  }
  purchases.adHoc = products.takeAdHoc();
  return purchases;
}

/** What records are associated with, by id of the record; without an entry: nothing. */
export async function associated(
  api: HubSpotApi,
  from: HubSpotType,
  to: HubSpotType,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const chunk of chunksOf(ids, ASSOCIATION_READ)) {
    for (const [id, list] of await api.associations(from, to, chunk)) {
      if (list.length > 0) found.set(id, list);
    }
  }
  return found;
}

/** Purchases as batches: products that only line items know come first. */
export async function purchaseBatches(
  api: HubSpotApi,
  type: ParentType,
  records: readonly CrmRecord[],
  products: ProductIndex,
): Promise<Chunk['batches']> {
  const { adHoc, ...purchases } = await readPurchases(api, type, records, products);
  const batch = { object: 'purchases', ...purchases } as const;
  return adHoc.length > 0 ? [{ object: 'products', rows: adHoc }, batch] : [batch];
}
