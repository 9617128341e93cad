import { SyncError } from '../port.ts';
import type { Page } from './api.ts';

/**
 * Pages one after the other; the next one is already on its way while the caller works on this one.
 * @throws SyncError `not_hubspot` when a cursor comes a second time: such a list has no end
 */
export async function* pagesAhead<P extends Page<unknown>>(
  fetch: (after: string | null) => Promise<P>,
  from: string | null,
): AsyncGenerator<P> {
  const passed = new Set([from]);
  let coming = fetch(from);
  for (;;) {
    const page = await coming;
    if (page.after !== null) {
      if (passed.has(page.after)) throw new SyncError('not_hubspot', IN_CIRCLES);
      passed.add(page.after);
      coming = fetch(page.after);
      // awaited in the next round; until then a failure must not count as unhandled
      coming.catch(() => {});
    }
    yield page;
    if (page.after === null) return;
  }
}

const IN_CIRCLES =
  "The pages of HubSpot's list go round in circles: one leads back to an earlier one. The next sync goes on from here. If it stays so, check HUBSPOT_BASE_URL, and whether a proxy answers in HubSpot's place.";

/** Pages put together. */
export interface Gathered<P extends Page<unknown>> extends Page<P['results'][number]> {
  /** The first of the pages. */
  first: P;
  /** How many results the pages had, also those that do not count. */
  listed: number;
}

/**
 * Pages put together to at most `size` results that count (more only when one page has more): fewer, larger batches
 * for the database, and never one too many for a call that takes so many ids.
 */
export async function* gather<P extends Page<unknown>>(
  pages: AsyncIterable<P>,
  size: number,
  counts: (result: P['results'][number]) => boolean = () => true,
): AsyncGenerator<Gathered<P>> {
  let held: Gathered<P> | null = null;
  for await (const page of pages) {
    const results = page.results.filter(counts);
    if (held !== null && held.results.length + results.length > size) {
      yield held;
      held = null;
    }
    held ??= { first: page, results: [], listed: 0, after: null };
    held.results.push(...results);
    held.listed += page.results.length;
    held.after = page.after;
    // `listed` bounds the work that a death could lose when hardly anything counts
    if (held.results.length >= size || held.listed >= size * 10 || page.after === null) {
      yield held;
      held = null;
    }
  }
}

/** The same items; the next one is being made while the caller works on this one. */
export async function* oneAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  try {
    let coming = items.next();
    for (;;) {
      const item = await coming;
      if (item.done) return;
      coming = items.next();
      // awaited in the next round; until then a failure must not count as unhandled
      coming.catch(() => {});
      yield item.value;
    }
  } finally {
    // not awaited: it ends when what it waits for does, and who stops here wants to go
    items.return?.().catch(() => {});
  }
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

/** Results in the order of the items, with at most `width` under way at a time. Stops at the first failure. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
