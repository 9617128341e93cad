import type { FreshBatch, Known } from '../port.ts';
import { BATCH_READ, type HubSpotApi } from './api.ts';
import type { Availability } from './availability.ts';
import { mapAll } from './full.ts';
import { mergesOf } from './mapping/contacts.ts';
import { type CrmRecord, type HubSpotType, PARENT_NAME, type ParentType } from './mapping.ts';
import { chunksOf, inParallel } from './paging.ts';
import type { ProductIndex } from './product-index.ts';
import { associated, purchaseBatches } from './purchases.ts';

/** What all parts of one sync or refresh share. */
export interface Reader {
  api: HubSpotApi;
  known: Known;
  /** Asked for when the first purchases come, so after the products themselves. */
  products(): Promise<ProductIndex>;
  availability: Availability;
  /** Deals and orders read so far, e.g. `deals/17`: each is read once in one sync. */
  done: Set<string>;
}

/** Batch reads under way at a time. */
const PARALLEL = 4;
/** Deals or orders in one batch. */
const PARENTS = 600;

/**
 * Contacts as they are now. Who is new, restored, or has swallowed another contact comes with everything they bought,
 * because associations change without a trace on the deals. Purchases come first: once the contact is stored it is not
 * new any more.
 */
export async function freshContacts(reader: Reader, ids: readonly string[]): Promise<FreshBatch[]> {
  const { api, known } = reader;
  const askedAt = known.clock();
  const records = await readAll(api, 'contacts', ids);
  const found = new Set(records.map(({ id }) => id));
  const merged = records.flatMap(mergesOf);
  const living = await known.living([...found, ...merged.map(({ id }) => id)]);
  const news = records.filter(
    (record) => !living.has(record.id) || mergesOf(record).some(({ id }) => living.has(id)),
  );
  const purchases = await purchasesOf(
    reader,
    'contacts',
    news.map(({ id }) => id),
  );
  const gone = ids.filter((id) => !found.has(id));
  return [
    ...purchases,
    { object: 'customers', ...mapAll(records, api.mapping.contact), gone, merged, askedAt },
  ];
}

/** Companies or products as they are now. */
export async function freshCatalogue(
  { api, known }: Reader,
  type: 'companies' | 'products',
  ids: readonly string[],
): Promise<FreshBatch> {
  const askedAt = known.clock();
  const records = await readAll(api, type, ids);
  const found = new Set(records.map(({ id }) => id));
  const gone = ids.filter((id) => !found.has(id));
  return type === 'companies'
    ? { object: type, ...mapAll(records, api.mapping.company), gone, askedAt }
    : { object: type, ...mapAll(records, api.mapping.product), gone, askedAt };
}

/** Deals or orders as they are now, each whole. Of those that are gone nothing was bought. */
export async function freshParents(
  reader: Reader,
  type: ParentType,
  ids: readonly string[],
): Promise<FreshBatch[]> {
  const { api, known, done } = reader;
  const fresh = [...new Set(ids)].filter((id) => !done.has(`${type}/${id}`));
  const batches: FreshBatch[] = [];
  for (const chunk of chunksOf(fresh, PARENTS)) {
    const askedAt = known.clock();
    const records = await readAll(api, type, chunk);
    const read = await purchaseBatches(api, type, records, await reader.products());
    const gone = chunk.map((id) => `${PARENT_NAME[type]}-${id}`);
    for (const batch of read) {
      batches.push(
        batch.object === 'purchases'
          ? { ...batch, parents: [...new Set([...(batch.parents ?? []), ...gone])], askedAt }
          : batch,
      );
    }
    for (const id of chunk) done.add(`${type}/${id}`);
  }
  return batches;
}

/** Everything bought with the deals and orders that these contacts or line items hang on. */
export async function purchasesOf(
  reader: Reader,
  type: 'contacts' | 'line_items',
  ids: readonly string[],
): Promise<FreshBatch[]> {
  if (ids.length === 0) return [];
  const batches: FreshBatch[] = [];
  for (const parent of await reader.availability.types(reader.api)) {
    const found = await associated(reader.api, type, parent, ids);
    batches.push(...(await freshParents(reader, parent, [...found.values()].flat())));
  }
  return batches;
}

/** The same for line items that may be gone: only the database knows where those were. */
export async function purchasesOfLines(reader: Reader, lines: readonly string[]): Promise<FreshBatch[]> {
  const batches: FreshBatch[] = [];
  const parents = await reader.known.parentsOf(lines);
  for (const type of await reader.availability.types(reader.api)) {
    const prefix = `${PARENT_NAME[type]}-`;
    const ids = parents.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
    batches.push(...(await freshParents(reader, type, ids)));
  }
  return batches;
}

async function readAll(api: HubSpotApi, type: HubSpotType, ids: readonly string[]): Promise<CrmRecord[]> {
  const pages = await inParallel(chunksOf([...new Set(ids)], BATCH_READ), PARALLEL, (chunk) =>
    api.read(type, chunk),
  );
  // two ids may lead to one record: an old one that was merged, and the one that lives on
  return [...new Map(pages.flat().map((record) => [record.id, record])).values()];
}
