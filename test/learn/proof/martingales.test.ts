import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eValue, lowerBound, type Outcome } from '../../../src/learn/proof/evidence.ts';
import { tiredEValue } from '../../../src/learn/proof/fatigue.ts';
import { type Complaint, harmEValue } from '../../../src/learn/proof/harm.ts';
import { ERROR, needed } from '../../../src/learn/proof/needed.ts';

/** Rounding may take this much. */
const TOLERANCE = 1e-9;

/** One thing that may happen next, and how likely it is. */
interface Branch<T> {
  chance: number;
  event: T;
}

/**
 * What the money is worth on average for somebody who looks after each event and stops when they like: by going through
 * all that can happen. What may happen next, and whether to stop, may depend on all that has happened.
 */
function worth<T>(given: {
  depth: number;
  next: (past: readonly T[]) => Branch<T>[];
  stops: (past: readonly T[]) => boolean;
  money: (past: readonly T[]) => number;
}): number {
  const from = (past: readonly T[]): number =>
    past.length === given.depth || given.stops(past)
      ? given.money(past)
      : given
          .next(past)
          .reduce((sum, { chance, event }) => sum + (chance > 0 ? chance * from([...past, event]) : 0), 0);
  return from([]);
}

const chance = fc.double({ min: 0, max: 1, noNaN: true });
const outcomes = fc.array(
  fc.record({
    difference: fc.double({ min: -1, max: 1, noNaN: true }),
    times: fc.integer({ min: 1, max: 50 }),
  }),
  {
    maxLength: 6,
  },
);
const stops = fc.func(fc.boolean());

describe('money bet on "it earns more than what is proven"', () => {
  const once = (past: readonly number[]): Outcome[] => past.map((d) => ({ difference: d, times: 1 }));

  it('does not grow on average when it earns no more, whatever makes one stop', () => {
    const lottery = fc.func(fc.record({ up: chance, lose: chance, part: chance }));
    fc.assert(
      fc.property(lottery, stops, (drawn, stop) => {
        const next = (past: readonly number[]): Branch<number>[] => {
          const { up, lose, part } = drawn(past);
          // it loses 1 or `part`, and gains as often as makes it even at best
          const gain = Math.max(0.05, up);
          const loss = lose + (1 - lose) * part;
          const win = loss / (gain + loss);
          return [
            { chance: win, event: gain },
            { chance: (1 - win) * lose, event: -1 },
            { chance: (1 - win) * (1 - lose), event: -part },
          ];
        };
        const value = worth({ depth: 5, next, stops: stop, money: (past) => eValue(once(past)) });
        expect(value).toBeLessThanOrEqual(1 + TOLERANCE);
      }),
      { numRuns: 40 },
    );
  });

  it('is never less than nothing, and is less the more is asked for', () => {
    const margin = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(outcomes, margin, margin, (found, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(eValue(found, more)).toBeGreaterThanOrEqual(0);
        expect(eValue(found, more)).toBeLessThanOrEqual(eValue(found, less) * (1 + TOLERANCE));
      }),
    );
  });

  it('depends on what was found, not on how it is added up', () => {
    fc.assert(
      fc.property(outcomes, (found) => {
        const turned = [...found].reverse().flatMap(({ difference: d, times }) => [
          { difference: d, times: 1 },
          { difference: d, times: times - 1 },
        ]);
        expect(Math.log(eValue(turned))).toBeCloseTo(Math.log(eValue(found)), 6);
      }),
    );
  });

  it('multiplies when it earns more', () => {
    const twice = [
      { difference: 1, times: 80 },
      { difference: -1, times: 40 },
      { difference: 0, times: 1880 },
    ];
    expect(eValue(twice)).toBeGreaterThan(needed(1));
    expect(lowerBound(twice, 0.05)).toBeGreaterThan(0.003);
    expect(lowerBound(twice, 0.05)).toBeLessThan(0.02);
  });

  it('bounds the difference by what money on it would have become', () => {
    fc.assert(
      fc.property(outcomes, (found) => {
        const bound = lowerBound(found, 0.05);
        const times = found.reduce((sum, each) => sum + each.times, 0);
        const mean = found.reduce((sum, each) => sum + each.times * each.difference, 0) / Math.max(1, times);
        expect(bound).toBeGreaterThanOrEqual(-1);
        if (times > 0) expect(bound).toBeLessThanOrEqual(mean + 1e-5);
        else expect(bound).toBe(-1);
      }),
    );
  });
});

describe('money bet on "it brings more complaints"', () => {
  it('does not grow on average when it brings no more, whatever its share and whatever makes one stop', () => {
    const urn = fc.func(fc.record({ share: chance, hazard: chance }));
    fc.assert(
      fc.property(urn, stops, (drawn, stop) => {
        const next = (past: readonly Complaint[]): Branch<Complaint>[] => {
          const { share, hazard } = drawn(past.length, past.filter(({ mine }) => mine).length);
          // how likely the next one is to come from it, when it brings `hazard` times as many as the others
          const all = 1 - share + share * hazard;
          const mine = all === 0 ? 0 : (share * hazard) / all;
          return [
            { chance: mine, event: { mine: true, share } },
            { chance: 1 - mine, event: { mine: false, share } },
          ];
        };
        // nothing but mails that show it, which bring none: there is no next complaint
        fc.pre(Array.from({ length: 7 }, (_, n) => n).every((n) => drawn(n, 0).share < 1));
        const value = worth({ depth: 7, next, stops: stop, money: harmEValue });
        expect(value).toBeLessThanOrEqual(1 + TOLERANCE);
      }),
      { numRuns: 40 },
    );
  });

  it('stays where it is when there is nothing to compare', () => {
    expect(harmEValue([])).toBe(1);
    expect(harmEValue(Array.from({ length: 50 }, () => ({ mine: true, share: 1 })))).toBeCloseTo(1, 9);
  });

  it('multiplies when it brings several times as many', () => {
    const complaints = Array.from({ length: 40 }, (_, n) => ({ mine: n % 2 === 0, share: 0.1 }));
    expect(harmEValue(complaints)).toBeGreaterThan(needed(10));
  });
});

describe('money bet on "hardly anybody answers it any more"', () => {
  it('does not grow on average when it is answered half as often as usual', () => {
    const usual = fc.func(fc.record({ rate: chance, more: chance }));
    fc.assert(
      fc.property(usual, stops, (drawn, stop) => {
        const rateAfter = (past: readonly boolean[]) => drawn(past).rate;
        const next = (past: readonly boolean[]): Branch<boolean>[] => {
          const least = rateAfter(past) / 2;
          const yes = least + (1 - least) * drawn(past).more;
          return [
            { chance: yes, event: true },
            { chance: 1 - yes, event: false },
          ];
        };
        const money = (past: readonly boolean[]) =>
          tiredEValue({
            earned: past.filter(Boolean).length,
            expected: past.reduce((sum, _, n) => sum + rateAfter(past.slice(0, n)), 0),
          });
        expect(worth({ depth: 7, next, stops: stop, money })).toBeLessThanOrEqual(1 + TOLERANCE);
      }),
      { numRuns: 40 },
    );
  });
});

it('parts the chance of an error among all tests that there will ever be', () => {
  let sum = 0;
  for (let number = 1; number <= 100_000; number += 1) sum += 1 / needed(number);
  expect(sum).toBeLessThanOrEqual(ERROR);
  expect(sum).toBeGreaterThan(0.99 * ERROR);
});
