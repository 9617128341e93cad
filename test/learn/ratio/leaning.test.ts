import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leanings, type Owner } from '../../../src/learn/ratio/hierarchy.ts';
import { chanceAbove, leaning, logWithout, type Reader } from '../../../src/learn/ratio/leaning.ts';
import { suggestRatio } from '../../../src/learn/ratio/rule.ts';

const NEUTRAL = { log: 0, answers: 8 };
const reader = (newEarned: number, newShown: number, provenEarned: number, provenShown: number): Reader => ({
  newEarned,
  newShown,
  provenEarned,
  provenShown,
});
const readers = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(100), fc.nat(100))
    .map(([shown, proven, a, b]) => reader((shown * a) / 100, shown, (proven * b) / 100, proven)),
  { minLength: 1, maxLength: 6 },
);
const swapped = (each: Reader) => reader(each.provenEarned, each.provenShown, each.newEarned, each.newShown);

describe('how somebody leans', () => {
  test('is as it was guessed while nothing is known', () => {
    expect(leaning({ log: 0.7, answers: 8 }, []).log).toBeCloseTo(0.7, 9);
  });

  test('is even when a fifth of both kinds was answered, however much was shown of each', () => {
    expect(leaning(NEUTRAL, [reader(4, 20, 20, 100)]).log).toBeCloseTo(0, 9);
    expect(leaning(NEUTRAL, [reader(1, 5, 20, 100)]).log).toBeCloseTo(0, 9);
  });

  test('does not look like a liking for what is new where keen readers are shown more of it', () => {
    const keen = Array.from({ length: 50 }, () => reader(20, 40, 20, 40));
    const seldom = Array.from({ length: 50 }, () => reader(0.5, 10, 3.5, 70));
    expect(leaning(NEUTRAL, [...keen, ...seldom]).log).toBeCloseTo(0, 6);
    // in sum 41 % of the new were answered, and 21 % of the proven
  });

  test('turns round with the kinds, and the chances add up', () => {
    fc.assert(
      fc.property(readers, (some) => {
        const one = leaning(NEUTRAL, some);
        const other = leaning(NEUTRAL, some.map(swapped));
        expect(other.log).toBeCloseTo(-one.log, 6);
        expect(chanceAbove(one, 1) + chanceAbove(other, 1)).toBeCloseTo(1, 6);
      }),
    );
  });

  test('of the others of a group is near what it would be without those', () => {
    fc.assert(
      fc.property(readers, (some) => {
        const [first, ...others] = some;
        const without = logWithout(leaning(NEUTRAL, some), [first as Reader]);
        expect(Math.abs(without - leaning(NEUTRAL, others).log)).toBeLessThan(0.02);
      }),
    );
  });

  test('of a few answers is as likely as exact integration says, within two hundredths where it counts', () => {
    for (const [newShown, provenShown] of [
      [5, 20],
      [20, 20],
      [3, 30],
    ] as const) {
      for (let newEarned = 0; newEarned <= newShown; newEarned += 1) {
        for (const provenEarned of [0, 2, 6, 12]) {
          const one = reader(newEarned, newShown, provenEarned, provenShown);
          for (const times of [0.75, 1]) {
            const approximate = chanceAbove(leaning(NEUTRAL, [one]), times);
            const error = Math.abs(approximate - integrated(one, times));
            expect(error).toBeLessThan(approximate > 0.9 || approximate < 0.1 ? 0.02 : 0.04);
          }
        }
      }
    }
  });
});

/** By summing the posterior up, with the guess "as often, as surely as eight answers". */
function integrated(one: Reader, times: number): number {
  const answers = one.newEarned + one.provenEarned;
  let [above, all] = [0, 0];
  for (let log = -10; log < 10; log += 0.02) {
    const prior = 4 * log - 8 * Math.log1p(Math.exp(log));
    const said = one.newEarned * log - answers * Math.log(one.newShown * Math.exp(log) + one.provenShown);
    const density = Math.exp(prior + said + answers * Math.log(one.newShown + one.provenShown));
    all += density;
    if (log > Math.log(times)) above += density;
  }
  return above / all;
}

describe('from everybody to one', () => {
  const owner = (keys: string[], ...numbers: Parameters<typeof reader>): Owner => ({
    ...reader(...numbers),
    keys,
  });

  test('owners of a product who like what is new make it likely of one of them, but not of others', () => {
    const fond = Array.from({ length: 60 }, () => owner(['laser'], 3, 10, 1, 10));
    const even = Array.from({ length: 300 }, () => owner(['waage'], 2, 10, 2, 10));
    const [quietFond, quietEven] = [owner(['laser'], 0, 1, 0, 1), owner(['waage'], 0, 1, 0, 1)];
    const known = leanings([...fond, ...even, quietFond, quietEven]);
    const laser = known.segments.get('laser')?.leaning as { log: number; error: number };
    expect(suggestRatio(laser, 0.2)).toMatchObject({ suggested: 0.3 });
    expect(known.of(quietFond).log).toBeGreaterThan(0.7);
    expect(Math.abs(known.of(quietEven).log)).toBeLessThan(0.15);
    const waage = known.segments.get('waage')?.leaning as { log: number; error: number };
    expect(suggestRatio(waage, 0.2)).toBeNull();
  });

  test('nobody’s answers count twice: the only one with a product is guessed from everybody else', () => {
    const even = Array.from({ length: 200 }, () => owner(['waage'], 2, 10, 2, 10));
    const only = owner(['presse'], 9, 10, 1, 10);
    const known = leanings([...even, only]);
    expect(known.of(only).log).toBeCloseTo(leaning({ log: 0, answers: 8 }, [only]).log, 1);
  });

  test('readers who differ make a group less sure than as many answers of one mind', () => {
    const some = (n: number) => (n % 2 === 0 ? owner([], 9, 10, 1, 10) : owner([], 1, 10, 9, 10));
    const torn = leanings(Array.from({ length: 40 }, (_, n) => some(n))).everybody;
    const calm = leanings(Array.from({ length: 40 }, () => owner([], 5, 10, 5, 10))).everybody;
    expect(torn.error).toBeGreaterThan(1.3 * calm.error);
  });
});
