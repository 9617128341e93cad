import type { Page } from './api.ts';

/** Pages one after the other; the next one is already on its way while the caller works on this one. */
export async function* pagesAhead<T>(
  fetch: (after: string | null) => Promise<Page<T>>,
  from: string | null,
): AsyncGenerator<Page<T>> {
  let coming = fetch(from);
  for (;;) {
    const page = await coming;
    if (page.after !== null) {
      coming = fetch(page.after);
      // awaited in the next round; until then a failure must not count as unhandled
      coming.catch(() => {});
    }
    yield page;
    if (page.after === null) return;
  }
}

/** Pages put together until there are `size` results or more: fewer, larger batches for the database. */
export async function* gather<T>(
  pages: AsyncIterable<Page<T>>,
  size: number,
  counts: (result: T) => boolean = () => true,
): AsyncGenerator<Page<T>> {
  let results: T[] = [];
  let read = 0;
  for await (const page of pages) {
    read += page.results.length;
    results.push(...page.results.filter(counts));
    // `read` bounds the work that a death could lose when hardly anything counts
    if (results.length >= size || read >= size * 10 || page.after === null) {
      yield { results, after: page.after };
      results = [];
      read = 0;
    }
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
