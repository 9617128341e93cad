import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priorityWeight } from '../../../src/compose/proven.ts';
import { seededRandom } from '../../../src/learn/model/random.ts';
import { appeals } from '../../../src/learn/rewards/appeal.ts';
import { expectations, type PlacedCell } from '../../../src/learn/rewards/places.ts';

const cell = (developmentId: string, productKey: string, expected: number, earned: number) => ({
  developmentId,
  productKey,
  expected,
  earned,
});

describe('the appeal of a development', () => {
  it('is 1 where nothing is known, and that of its other readers where nothing is known of these', () => {
    expect(appeals({ developments: [] })('news', 'laser')).toBe(1);
    const appeal = appeals({ developments: [cell('news', 'laser', 100, 200)] });
    expect(appeal('other', 'laser')).toBe(1);
    expect(appeal('news', 'scale')).toBeCloseTo(204 / 104, 10);
  });

  it('goes with what was answered, the more so the more was', () => {
    const few = appeals({ developments: [cell('news', 'laser', 1, 2)] })('news', 'laser');
    const many = appeals({ developments: [cell('news', 'laser', 1000, 2000)] })('news', 'laser');
    expect(few).toBeGreaterThan(1);
    expect(few).toBeLessThan(1.4);
    expect(many).toBeCloseTo(2, 1);
  });

  it('tells owners of different products apart once they have answered differently', () => {
    const appeal = appeals({
      developments: [cell('news', 'laser', 100, 300), cell('news', 'scale', 100, 20)],
    });
    expect(appeal('news', 'laser')).toBeGreaterThan(2.5);
    expect(appeal('news', 'scale')).toBeLessThan(0.5);
  });

  it('lies between 1 and what was seen, whatever was', () => {
    const some = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(some, some, (expected, earned) => {
        const found = appeals({ developments: [cell('news', 'laser', expected, earned)] })('news', 'laser');
        const seen = expected === 0 ? (earned === 0 ? 1 : Number.POSITIVE_INFINITY) : earned / expected;
        expect(found).toBeGreaterThan(0);
        expect(found).toBeGreaterThanOrEqual(Math.min(1, seen) * (1 - 1e-9));
        expect(found).toBeLessThanOrEqual(Math.max(1, seen) * (1 + 1e-9));
      }),
    );
  });
});

describe('what is usual', () => {
  const placed = (developmentId: string, position: number, trials: number, earned: number): PlacedCell => ({
    developmentId,
    productKey: 'laser',
    position,
    trials,
    earned,
  });
  const middle = () => 1;
  const order = (cells: PlacedCell[], weightOf: (id: string) => number, baseRate: number) => {
    const appeal = appeals({ developments: expectations(cells, weightOf, baseRate) });
    return (id: string) => weightOf(id) * appeal(id, 'laser');
  };

  it('takes a place into account: half as many answers further down are no worse', () => {
    const cells = [
      placed('a', 0, 10_000, 400),
      placed('a', 1, 10_000, 200),
      placed('b', 0, 10_000, 400),
      placed('b', 1, 10_000, 200),
      placed('c', 1, 10_000, 200),
    ];
    const rank = order(cells, middle, 0.03);
    expect(rank('c') / rank('a')).toBeCloseTo(1, 1);
  });

  it('does not credit a place with what usually stands there', () => {
    // the first place is worth twice the second; "good" is three times as good, and stands first in nine of ten mails
    const cells = [
      placed('good', 0, 9000, 9000 * 0.06),
      placed('plain', 1, 9000, 9000 * 0.01),
      placed('plain', 0, 1000, 1000 * 0.02),
      placed('good', 1, 1000, 1000 * 0.03),
    ];
    const rank = order(cells, middle, 0.03);
    expect(rank('good') / rank('plain')).toBeGreaterThan(2.4);
    expect(rank('good') / rank('plain')).toBeLessThan(3.2);
  });

  it('follows priority at first, and gives way in the end', () => {
    const weightOf = (id: string) => priorityWeight(id === 'urgent' ? 5 : 2);
    const shown = (trials: number) => [
      placed('urgent', 0, trials, 0),
      placed('liked', 1, trials, 0.05 * trials),
    ];
    const early = order(shown(20), weightOf, 0.03);
    expect(early('urgent')).toBeGreaterThan(early('liked'));
    const late = order(shown(2000), weightOf, 0.03);
    expect(late('urgent')).toBeLessThan(late('liked'));
  });

  it('goes by what was answered alone once there is enough of it, whatever the priorities were', () => {
    const rates = fc.record({
      a: fc.double({ min: 0.01, max: 0.2, noNaN: true }),
      b: fc.double({ min: 0.01, max: 0.2, noNaN: true }),
    });
    const priority = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(rates, priority, priority, ({ a, b }, first, second) => {
        const weightOf = (id: string) => priorityWeight(id === 'a' ? first : second);
        const trials = 1e6;
        const cells = [0, 1].flatMap((position) => [
          placed('a', position, trials, (trials * a) / (position + 1)),
          placed('b', position, trials, (trials * b) / (position + 1)),
        ]);
        const rank = order(cells, weightOf, 0.03);
        expect(rank('a') / rank('b') / (a / b)).toBeCloseTo(1, 1);
      }),
    );
  });

  it('adds up to what was earned', () => {
    const random = seededRandom('places');
    const cells = Array.from({ length: 60 }, (_, i) =>
      placed(`d${i % 20}`, Math.floor(i / 20), 5000 * random(), 200 * random()),
    );
    const found = expectations(cells, middle, 0.04);
    const sum = (of: 'expected' | 'earned') => found.reduce((total, each) => total + each[of], 0);
    expect(sum('expected') / sum('earned')).toBeGreaterThan(0.8);
    expect(sum('expected') / sum('earned')).toBeLessThan(1.25);
  });
});
