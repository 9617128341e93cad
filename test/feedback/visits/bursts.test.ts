import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANSWERS } from '../../../src/domain/conversation.ts';
import { findBursts, isWithin, PAUSE_MS, type Visit } from '../../../src/feedback/visits/bursts.ts';

const start = Date.parse('2026-10-12T09:00:00Z');
const visit = (seconds: number, given: Partial<Visit> = {}): Visit => ({
  at: start + seconds * 1000,
  link: 'answer',
  position: 0,
  answer: 'yes',
  posted: false,
  ahead: false,
  confirmed: false,
  ...given,
});
const about = (position: number | null, answer: Visit['answer'] = 'yes') => ({ position, answer });
const preferences = { link: 'preferences', ...about(null, null) } as const;
const unsubscribe = { link: 'unsubscribe', ...about(null, null) } as const;

/** Every link of a mail with so many blocks. */
const linksOf = (blocks: number): Partial<Visit>[] => [
  ...Array.from({ length: blocks }, (_, position): Partial<Visit>[] => [
    ...(['yes', 'call', 'no'] as const).map((answer) => about(position, answer)),
    { link: 'click', ...about(position, null) },
  ]).flat(),
  unsubscribe,
  preferences,
];

describe('a burst', () => {
  test('is four different links in five seconds', () => {
    const links = [about(0), about(1), about(2), preferences];
    const at = (gap: number) => findBursts(links.map((link, index) => visit(index * gap, link)));
    expect(at(1.6)).toHaveLength(1);
    expect(at(1.7)).toEqual([]);
  });

  test('is not: the same link again and again, pages’ own forms, what a browser fetches ahead', () => {
    const quick = linksOf(3);
    expect(findBursts(Array.from({ length: 50 }, (_, index) => visit(index / 10)))).toEqual([]);
    expect(findBursts(quick.map((link) => visit(1, { ...link, posted: true })))).toEqual([]);
    expect(findBursts(quick.map((link) => visit(1, { ...link, ahead: true })))).toEqual([]);
  });

  test('is not a quick person who answers, corrects a slip, looks at the preferences and unsubscribes', () => {
    const path = [
      visit(0),
      visit(2, { posted: true }),
      visit(2.5, about(0, 'no')),
      visit(3, { ...about(0, 'no'), posted: true }),
      visit(3.5, preferences),
      visit(4, { ...preferences, posted: true }),
      visit(4.5, { ...unsubscribe, posted: true }),
    ];
    expect(findBursts(path)).toEqual([]);
  });

  test('begins with the first of its four links, and lasts until ten seconds after the last visit without a pause', () => {
    const visits = [
      visit(0, { link: 'click', ...about(2, null) }),
      visit(8, about(0)),
      visit(9, about(1)),
      visit(10, about(2)),
      visit(11, unsubscribe),
      visit(20, { ...unsubscribe, posted: true }),
      visit(31, about(1)),
    ];
    expect(findBursts(visits)).toEqual([{ from: start + 8000, until: start + 20_000 + PAUSE_MS }]);
  });
});

describe('for any visits', () => {
  const visits = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 120_000 }).map((ms) => start + ms),
      link: fc.constantFrom('answer', 'click', 'unsubscribe', 'preferences' as const),
      position: fc.nat(3),
      answer: fc.constantFrom(...ANSWERS),
      posted: fc.boolean(),
      ahead: fc.boolean(),
      confirmed: fc.boolean(),
    }) satisfies fc.Arbitrary<Visit>,
    { maxLength: 40 },
  );

  test('their order does not matter', () => {
    fc.assert(
      fc.property(
        visits.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          const spans = (of: Visit[]) => findBursts(of).map(({ from, until }) => [from, until]);
          expect(spans(shuffled)).toEqual(spans(list));
        },
      ),
    );
  });

  test('bursts stand apart, and each is shown by four links that were opened', () => {
    fc.assert(
      fc.property(visits, (list) => {
        const bursts = findBursts(list);
        bursts.forEach((burst, index) => {
          const next = bursts[index + 1];
          if (next) expect(next.from).toBeGreaterThan(burst.until);
          const inside = list.filter(({ at }) => burst.from <= at && at <= burst.until);
          const shows = inside.filter(({ posted, confirmed, ahead }) => !posted && !confirmed && !ahead);
          expect(
            new Set(shows.map((each) => JSON.stringify({ ...each, at: 0 }))).size,
          ).toBeGreaterThanOrEqual(4);
        });
      }),
    );
  });

  test('one more visit never clears an earlier one', () => {
    fc.assert(
      fc.property(visits, (list) => {
        const sorted = [...list].sort((a, b) => a.at - b.at);
        const after = findBursts(sorted);
        const before = sorted.filter(({ at }) => isWithin(at, findBursts(sorted.slice(0, -1))));
        expect(before.every(({ at }) => isWithin(at, after))).toBe(true);
      }),
    );
  });

  test('a program that opens every link of a mail without a pause is found, whatever the order', () => {
    const scans = fc.record({
      links: fc
        .integer({ min: 1, max: 6 })
        .map(linksOf)
        .chain((links) => fc.shuffledSubarray(links, { minLength: links.length })),
      gapMs: fc.integer({ min: 0, max: 1600 }),
    });
    fc.assert(
      fc.property(scans, ({ links, gapMs }) => {
        const all = links.map((link, index) => visit((index * gapMs) / 1000, link));
        const [burst, ...more] = findBursts(all);
        expect([burst?.from, more]).toEqual([start, []]);
        expect(burst?.until).toBe((all.at(-1)?.at ?? 0) + PAUSE_MS);
      }),
    );
  });
});
