import type { FreshBatch, Known } from '../port.ts';
import type { BatchRead, HubSpotApi } from './api.ts';
import type { Availability } from './availability.ts';
import { mapAll } from './full.ts';
import { mergedIds, mergesOf } from './mapping/merged.ts';
import { type CrmRecord, type Mapped, PARENT_NAME, type ParentType } from './mapping.ts';
import { chunksOf } from './paging.ts';
import type { ProductIndex } from './product-index.ts';
import { associated, purchaseBatches } from './purchases.ts';
import { readAll, unreadableProblem } from './read-all.ts';

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
  const read = await readAll(api, 'contacts', ids, PARALLEL);
  const { records } = read;
  const merged = records.flatMap(mergesOf);
  const living = await known.living([...records, ...merged].map(({ id }) => id));
  const news = records.filter(
    (record) => !living.has(record.id) || mergesOf(record).some(({ id }) => living.has(id)),
  );
  const purchases = await purchasesOf(
    reader,
    'contacts',
    news.map(({ id }) => id),
  );
  return [
    ...purchases,
    { object: 'customers', ...became(ids, read, 'customer', api.mapping.contact), merged, askedAt },
  ];
}

/** Companies or products as they are now. */
export async function freshCatalogue(
  { api, known }: Reader,
  type: 'companies' | 'products',
  ids: readonly string[],
): Promise<FreshBatch> {
  const askedAt = known.clock();
  const read = await readAll(api, type, ids, PARALLEL);
  const batch =
    type === 'companies'
      ? { object: type, ...became(ids, read, 'company', api.mapping.company) }
      : { object: type, ...became(ids, read, 'product', api.mapping.product) };
  return { ...batch, gone: [...batch.gone, ...read.records.flatMap(mergedIds)], askedAt };
}

/** What became of the ids that were asked for: rows of those that are there, and what to know of the others. */
function became<Row>(
  ids: readonly string[],
  { records, unreadable }: BatchRead,
  name: string,
  map: (record: CrmRecord) => Mapped<Row>,
) {
  const { rows, problems } = mapAll(records, map);
  const there = new Set([...records, ...unreadable].map(({ id }) => id));
  return {
    rows,
    gone: ids.filter((id) => !there.has(id)),
    unreadable: unreadable.map(({ id }) => id),
    problems: [...problems, ...unreadable.map((each) => unreadableProblem(`${name} ${each.id}`, each))],
  };
}

/**
 * Deals or orders as they are now, each whole. Of those that are gone nothing was bought; those that could not be read
 * are not spoken of, so what is known of them stays.
 */
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
    const { records, unreadable } = await readAll(api, type, chunk, PARALLEL);
    const unread = new Set(unreadable.map(({ id }) => id));
    const spokenOf = chunk.filter((id) => !unread.has(id)).map((id) => `${PARENT_NAME[type]}-${id}`);
    const problems = unreadable.map((each) => unreadableProblem(`${PARENT_NAME[type]} ${each.id}`, each));
    for (const batch of await purchaseBatches(api, type, records, await reader.products())) {
      batches.push(
        batch.object === 'purchases'
          ? {
              ...batch,
              parents: [...new Set([...(batch.parents ?? []), ...spokenOf])],
              problems: [...(batch.problems ?? []), ...problems],
              askedAt,
            }
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
