import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompanyCount, estimate, standingOut, studentT95, verdict } from '../../src/effect/estimate.ts';
import { differenceInterval, distanceFromZero, type Group } from '../../src/effect/interval.ts';
import { seeded } from './company-chance.ts';

const of = (buyers: number, people: number): Group => ({ buyers, people });
const group = fc
  .integer({ min: 2, max: 5000 })
  .chain((people) => fc.integer({ min: 0, max: people }).map((buyers) => of(buyers, people)));

describe('the interval of a difference', () => {
  it.each([
    // worked examples of Laud's own program (R package ratesci, scoreci)
    [of(12, 16), of(1, 16), 0.38567597, 0.8778839],
    [of(19, 29), of(22, 30), -0.31189939, 0.1600794],
    [of(5, 56), of(0, 29), -0.01861751, 0.186718],
    [of(15, 16), of(9, 16), 0.07947651, 0.6366192],
    [of(44, 54), of(17, 55), 0.33270276, 0.6528154],
    [of(38, 44), of(12, 45), 0.41394266, 0.7429163],
  ])('of %j and %j is that of worked examples', (a, b, low, high) => {
    const interval = differenceInterval(a, b);
    expect(interval.low).toBeCloseTo(low, 5);
    expect(interval.high).toBeCloseTo(high, 5);
  });

  it('agrees with the test: 5 of 56 and 0 of 29 are 1.7392 standard errors apart', () => {
    expect(distanceFromZero(of(5, 56), of(0, 29))).toBeCloseTo(1.7392131, 5);
    expect(distanceFromZero(of(19, 29), of(22, 30))).toBeCloseTo(-0.6466546, 5);
  });

  it('contains the difference, lies within -1 and 1, and turns round with the groups', () => {
    fc.assert(
      fc.property(group, group, (a, b) => {
        const { low, high } = differenceInterval(a, b);
        const difference = a.buyers / a.people - b.buyers / b.people;
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(difference + 1e-9);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-9);
        const turned = differenceInterval(b, a);
        expect(turned.low).toBeCloseTo(-high, 6);
        expect(turned.high).toBeCloseTo(-low, 6);
      }),
      // at both ends at once, where a closed form loses its digits
      { numRuns: 300, examples: [[of(4684, 4686), of(0, 2)]] },
    );
  });

  it('is narrower with more people who do the same', () => {
    fc.assert(
      fc.property(group, group, fc.integer({ min: 2, max: 20 }), (a, b, times) => {
        const more = (g: Group) => of(g.buyers * times, g.people * times);
        const few = differenceInterval(a, b);
        const many = differenceInterval(more(a), more(b));
        expect(many.high - many.low).toBeLessThan(few.high - few.low + 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves zero out exactly when the test says so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 60, max: 4000 }),
        fc.integer({ min: 60, max: 400 }),
        (x1, x0, n1, n0) => {
          const [a, b] = [of(x1, n1), of(x0, n0)];
          const { low, high } = differenceInterval(a, b);
          const z = distanceFromZero(a, b);
          fc.pre(Math.abs(Math.abs(z) - 1.959964) > 1e-4);
          expect(low > 0 || high < 0).toBe(Math.abs(z) > 1.959964);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const company = (times: number, mailed: Group, heldOut: Group): CompanyCount => ({ times, mailed, heldOut });
const none = of(0, 0);

describe('the estimate', () => {
  it('of people who all stand alone is the plain interval', () => {
    const found = estimate([
      company(40, of(1, 1), none),
      company(960, of(0, 1), none),
      company(3, none, of(1, 1)),
      company(147, none, of(0, 1)),
    ]);
    expect(found?.designEffect).toBeCloseTo(1, 12);
    const plain = differenceInterval(of(40, 1000), of(3, 150));
    expect(found?.low).toBeCloseTo(plain.low, 8);
    expect(found?.high).toBeCloseTo(plain.high, 8);
    expect(found?.difference).toBeCloseTo(0.04 - 0.02, 12);
  });

  it('of companies that act as one has the size of so many companies', () => {
    // groups of four colleagues, all on one side, all doing the same
    const found = estimate([
      company(30, of(4, 4), none),
      company(70, of(0, 4), none),
      company(20, none, of(4, 4)),
      company(80, none, of(0, 4)),
    ]);
    // a hundred companies on each side: Student's t makes it a little wider
    const wider = (1.984217 / 1.959964) ** 2;
    expect(found?.designEffect).toBeCloseTo(4 * wider, 5);
    const companies = differenceInterval(of(30 / wider, 100 / wider), of(20 / wider, 100 / wider));
    expect(found?.low).toBeCloseTo(companies.low, 5);
    expect(found?.high).toBeCloseTo(companies.high, 5);
    expect(found?.companies).toEqual({ mailed: 100, heldOut: 100, buying: 50 });
  });

  it('lets cancel out what colleagues on both sides do together', () => {
    const found = estimate([company(300, of(1, 1), of(1, 1)), company(700, of(0, 1), of(0, 1))]);
    expect(found?.designEffect).toBeCloseTo(1, 2);
  });

  it('says nothing where a group is empty', () => {
    expect(estimate([company(100, of(1, 1), none)])).toBeNull();
  });

  it("knows Student's t from tables", () => {
    for (const [freedom, t] of [
      [10, 2.228139],
      [29, 2.04523],
      [99, 1.984217],
      [5000, 1.960439],
    ] as const)
      expect(studentT95(freedom)).toBeCloseTo(t, 3);
  });

  it.each([
    { people: 4000, holdout: 0.05, rate: 0.03 },
    { people: 1000, holdout: 0.1, rate: 0.05 },
    { people: 3000, holdout: 0.3, rate: 0.04 },
    { people: 600, holdout: 0.06, rate: 0.05 },
  ])('sees what it calls detectable four times out of five: %j', ({ people, holdout, rate }) => {
    const random = seeded(5);
    const heldOut = Math.round(people * holdout);
    const mailed = people - heldOut;
    const chance = (among: number, part: number) =>
      Array.from({ length: among }, random).filter((drawn) => drawn < part).length;
    const once = (buyers: number, others: number) =>
      estimate([
        company(buyers, of(1, 1), none),
        company(mailed - buyers, of(0, 1), none),
        company(others, none, of(1, 1)),
        company(heldOut - others, none, of(0, 1)),
      ]);
    const found = once(Math.round(rate * mailed), Math.round(rate * heldOut));
    const more = found?.detectable ?? Number.NaN;
    const seen = Array.from({ length: 1000 }, () => {
      return (once(chance(mailed, rate + more), chance(heldOut, rate))?.low ?? 0) > 0;
    });
    const power = seen.filter(Boolean).length / seen.length;
    expect(power).toBeGreaterThan(0.75);
    expect(power).toBeLessThan(0.85);
  });
});

describe('the verdict', () => {
  const open = { mailed: 0, heldOut: 0 };
  const say = (mailed: Group, heldOut: Group, stillOpen = open) =>
    verdict(
      { mailed, heldOut },
      estimate([
        company(mailed.buyers, of(1, 1), none),
        company(mailed.people - mailed.buyers, of(0, 1), none),
        company(heldOut.buyers, none, of(1, 1)),
        company(heldOut.people - heldOut.buyers, none, of(0, 1)),
      ]),
      stillOpen,
    );

  it('dresses up nothing that is too small to know', () => {
    expect(say(of(40, 1000), of(0, 29))).toBe('too_few');
    expect(say(of(4, 1000), of(0, 300))).toBe('too_few');
    expect(say(of(40, 1000), none)).toBe('no_holdout');
    expect(say(of(40, 1000), none, { mailed: 5, heldOut: 2 })).toBe('too_early');
    expect(say(none, none, { mailed: 5, heldOut: 2 })).toBe('too_early');
  });

  it('takes few companies, or few large ones, for few', () => {
    const groups = { mailed: of(200, 2000), heldOut: of(60, 1000) };
    const say = (companies: CompanyCount[]) => verdict(groups, estimate(companies), open);
    const alone = [
      company(150, of(1, 1), none),
      company(1650, of(0, 1), none),
      company(60, none, of(1, 1)),
      company(940, none, of(0, 1)),
    ];
    expect(say([...alone, company(20, of(3, 10), none)])).toBe('more');
    // one company with a fifth of the mailed
    expect(say([...alone, company(1, of(50, 500), none)])).toBe('too_few');
    // twenty companies that are everything
    expect(say([company(20, of(10, 100), of(3, 50))])).toBe('too_few');
    // many companies, of which two bought everything
    expect(say([...alone, company(2, of(5000, 5000), none)])).toBe('too_few');
    expect(say([company(2, of(40, 40), none), company(500, of(0, 4), of(0, 2))])).toBe('too_few');
  });

  it('follows the interval otherwise', () => {
    expect(say(of(40, 1000), of(12, 300))).toBe('no_difference');
    expect(say(of(80, 1000), of(2, 300))).toBe('more');
    expect(say(of(5, 1000), of(20, 300))).toBe('fewer');
  });
});

describe('many comparisons at once', () => {
  it('stand out as Holm says', () => {
    expect(standingOut([0.04])).toEqual([true]);
    expect(standingOut([0.04, 0.3])).toEqual([false, false]);
    expect(standingOut([0.3, 0.001, 0.02])).toEqual([false, true, true]);
    expect(standingOut([])).toEqual([]);
  });

  it('stand out at least where Bonferroni would let them, and never above 5 %', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (ps) => {
          const bonferroni = ps.map((p) => p <= 0.05 / ps.length);
          // Holm finds all that Bonferroni finds, and nothing above 5 %
          for (const [i, flag] of standingOut(ps).entries()) {
            if (bonferroni[i]) expect(flag).toBe(true);
            if (flag) expect(ps[i]).toBeLessThanOrEqual(0.05);
          }
        },
      ),
    );
  });
});
