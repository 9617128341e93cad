import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/learn/model/random.ts';
import { daily, delayFrom, partBy } from '../../../src/learn/rewards/delay.ts';

const HOURS = 14 * 24;

/** What a ledger that keeps sending shows at this moment: blocks of all ages up to twice the window. */
function lookAt(given: {
  seed: string;
  blocks: number;
  rate: number;
  /** Of those who answer. */
  noes: number;
  lag: (random: () => number) => number;
}) {
  const random = seededRandom(given.seed);
  const lags = new Array<number>(HOURS).fill(0);
  const ages = new Array<number>(HOURS).fill(0);
  const shown: { age: number; earned: boolean; would: boolean }[] = [];
  for (let i = 0; i < given.blocks; i += 1) {
    const age = random() * 2 * HOURS;
    const lag = given.lag(random);
    const would = random() < given.rate && random() >= given.noes && lag < HOURS;
    const earned = would && lag <= age;
    shown.push({ age, would, earned });
    if (!earned) continue;
    lags[Math.floor(lag)] = (lags[Math.floor(lag)] ?? 0) + 1;
    if (age < HOURS) ages[Math.floor(age)] = (ages[Math.floor(age)] ?? 0) + 1;
  }
  return { delay: delayFrom(lags, ages), shown };
}

const exponential = (mean: number) => (random: () => number) => -mean * Math.log1p(-random());
const count = fc.integer({ min: 0, max: 1000 });

describe('the delay', () => {
  it('rises to 1, whatever was counted', () => {
    const counts = fc.array(count, { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(counts, counts, (lags, ages) => {
        const delay = delayFrom(lags, ages);
        expect(delay).toHaveLength(24);
        expect(delay.at(-1)).toBe(1);
        for (const [hour, part] of delay.entries()) {
          expect(part).toBeGreaterThan(0);
          expect(part).toBeGreaterThanOrEqual(delay[hour - 1] ?? 0);
          expect(part).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('is a guess before the first answer: an exponential of two days', () => {
    const delay = delayFrom(new Array(HOURS).fill(0), new Array(HOURS).fill(0));
    for (const [hour, part] of delay.entries())
      expect(part).toBeCloseTo((1 - Math.exp(-(hour + 1) / 48)) / (1 - Math.exp(-HOURS / 48)), 10);
  });

  it('of blocks whose windows are over is what was counted', () => {
    const lags = new Array<number>(HOURS).fill(0);
    lags[5] = 60_000;
    lags[100] = 40_000;
    const delay = delayFrom(lags, new Array(HOURS).fill(0));
    expect(delay[4]).toBeCloseTo(0, 3);
    expect(delay[50]).toBeCloseTo(0.6, 3);
    expect(delay[100]).toBeCloseTo(1, 3);
  });

  it('is not misled by the young, whose answers are all quick ones', () => {
    const slow = lookAt({ seed: 'slow', blocks: 200_000, rate: 0.2, noes: 0, lag: exponential(96) });
    const truth = (hours: number) => (1 - Math.exp(-hours / 96)) / (1 - Math.exp(-HOURS / 96));
    for (const day of [1, 2, 4, 7, 10]) expect(daily(slow.delay)[day]).toBeCloseTo(truth(24 * day), 1.7);
    // what is simply counted says that half as much again comes on the first day
    const known = slow.shown.filter(({ earned }) => earned);
    const closed = known.filter(({ age }) => age >= HOURS);
    expect(known.length).toBeGreaterThan(1.3 * closed.length);
  });

  it('is known within each hour, and by full days', () => {
    fc.assert(
      fc.property(
        fc.array(count, { minLength: 48, maxLength: 48 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (lags, hours) => {
          const delay = delayFrom(lags, new Array(48).fill(0));
          const part = partBy(delay, hours);
          expect(part).toBeGreaterThanOrEqual(delay[Math.floor(hours) - 1] ?? (hours < 1 ? 0 : 1));
          expect(part).toBeLessThanOrEqual(delay[Math.floor(hours)] ?? 1);
          expect(daily(delay)).toEqual([0, delay[23], 1]);
        },
      ),
    );
  });
});

describe('a rate while many blocks are open', () => {
  // four standard errors, from the blocks that count
  const near = (rate: number, trials: number) => 4 * Math.sqrt(rate / trials);

  it.each([
    { says: 'quick answers', noes: 0, lag: exponential(12) },
    { says: 'slow answers', noes: 0, lag: exponential(120) },
    { says: 'nine noes to each yes', noes: 0.9, lag: exponential(48) },
    {
      says: 'answers at once or after a week',
      noes: 0.5,
      lag: (random: () => number) => (random() < 0.5 ? random() : 160 + 24 * random()),
    },
  ])('is the true one at every age: $says', ({ says, noes, lag }) => {
    const { delay, shown } = lookAt({ seed: says, blocks: 300_000, rate: 0.3, noes, lag });
    const rate = shown.filter(({ would }) => would).length / shown.length;
    for (const [from, to] of [
      [0, 24],
      [24, 48],
      [48, 96],
      [96, 168],
      [168, 336],
      [336, 672],
      [0, 672],
    ] as const) {
      const some = shown.filter(({ age }) => age >= from && age < to);
      const trials = some.reduce((sum, { age }) => sum + partBy(delay, age), 0);
      const earned = some.filter((block) => block.earned).length;
      expect(Math.abs(earned / trials - rate), `${from} to ${to} hours`).toBeLessThan(near(rate, trials));
    }
  });
});
