import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gather, oneAhead, pagesAhead } from '../../../src/sync/hubspot/paging.ts';

/** A list of so many pages with so many results each; results are `page/number`. */
const listOf = (sizes: readonly number[]) => async (after: string | null) => {
  const page = after === null ? 0 : Number(after);
  return {
    results: Array.from({ length: sizes[page] ?? 0 }, (_, n) => ({ page, n })),
    after: page + 1 < sizes.length ? String(page + 1) : null,
  };
};

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

const pageSizes = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 30 });

test('gathered pages hold everything once, at most as much as was asked for, and end where the next begin', async () => {
  await fc.assert(
    fc.asyncProperty(pageSizes, fc.integer({ min: 1, max: 20 }), async (sizes, size) => {
      const even = ({ n }: { n: number }) => n % 2 === 0;
      const chunks = await collect(gather(pagesAhead(listOf(sizes), null), size, even));
      const whole = (await collect(pagesAhead(listOf(sizes), null))).flatMap(({ results }) => results);
      expect(chunks.flatMap(({ results }) => results)).toEqual(whole.filter(even));
      expect(chunks.reduce((sum, { listed }) => sum + listed, 0)).toBe(whole.length);
      for (const [n, { results, after, first }] of chunks.entries()) {
        const pages = new Set(results.map(({ page }) => page));
        // one page alone may be more than was asked for
        if (pages.size > 1) expect(results.length).toBeLessThanOrEqual(size);
        const next = chunks[n + 1];
        expect(after === null).toBe(next === undefined);
        // going on from here reads the next chunk again
        if (after !== null) {
          const rest = await collect(gather(pagesAhead(listOf(sizes), after), size, even));
          expect(rest).toEqual(chunks.slice(n + 1));
        }
        if (first.results.length > 0 && results.length > 0) {
          expect(first.results[0]?.page).toBeLessThanOrEqual(results[0]?.page ?? 0);
        }
      }
    }),
  );
});

test('a list that leads back to where it has been ends, however large the circle', async () => {
  for (const [from, circle] of [
    [null, { null: 'a', a: 'b', b: 'a' }],
    [null, { null: 'a', a: 'b', b: 'c', c: 'b' }],
    ['x', { x: 'y', y: 'x' }],
  ] as [string | null, Record<string, string>][]) {
    const fetched: (string | null)[] = [];
    const pages = pagesAhead(async (after) => {
      fetched.push(after);
      return { results: [after], after: circle[String(after)] ?? null };
    }, from);
    await expect(collect(pages)).rejects.toMatchObject({ code: 'not_hubspot' });
    expect(fetched).toEqual([...new Set(fetched)]);
  }
});

test('full pages make full chunks: none is one page over', async () => {
  const chunks = await collect(gather(pagesAhead(listOf(Array(50).fill(100)), null), 2000));
  expect(chunks.map(({ results }) => results.length)).toEqual([2000, 2000, 1000]);
});

test('pages of which little counts are cut off after ten times the size', async () => {
  const chunks = await collect(gather(pagesAhead(listOf(Array(100).fill(10)), null), 20, () => false));
  expect(chunks.map(({ listed }) => listed)).toEqual([200, 200, 200, 200, 200]);
});

test('one item is made ahead, not more', async () => {
  let made = 0;
  async function* source() {
    while (made < 5) yield ++made;
  }
  const seen: [item: number, made: number][] = [];
  for await (const item of oneAhead(source())) {
    await new Promise(setImmediate);
    seen.push([item, made]);
  }
  expect(seen).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 5],
  ]);
});

test('a failure ahead comes in its turn, after the items before it', async () => {
  async function* source() {
    yield 1;
    throw new Error('the second');
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of oneAhead(source())) {
      await new Promise(setImmediate);
      seen.push(item);
    }
  })();
  await expect(reading).rejects.toThrow('the second');
  expect(seen).toEqual([1]);
});

test('whoever stops does not wait for what is on its way', async () => {
  async function* source() {
    yield 1;
    await new Promise(() => {});
    yield 2;
  }
  for await (const item of oneAhead(source())) {
    expect(item).toBe(1);
    break;
  }
});
