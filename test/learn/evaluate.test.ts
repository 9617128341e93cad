import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrawnBlock } from '../../src/learn/evaluate/block.ts';
import { FOLDS, foldOf } from '../../src/learn/evaluate/crossfit.ts';
import { ESTIMATORS, estimate } from '../../src/learn/evaluate/estimate.ts';
import { evaluateBlocks } from '../../src/learn/evaluate/evaluate.ts';
import { Summing, type Sums } from '../../src/learn/evaluate/sums.ts';
import type { Known } from '../../src/learn/model/odds.ts';

const candidate = (k: number): Known => ({
  offerId: `o${k}`,
  productKey: 'laser',
  variantId: 'base',
  family: null,
});
const CANDIDATES = [0, 1, 2].map(candidate);
const evenly = () => [1 / 3, 1 / 3, 1 / 3];

const shares = fc
  .array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 })
  .map((parts) => parts.map((part) => part / parts.reduce((sum, each) => sum + each, 0)));

const block: fc.Arbitrary<DrawnBlock> = fc.record({
  customerId: fc.integer({ min: 0, max: 9 }).map((n) => `c${n}`),
  candidates: fc.constant(CANDIDATES),
  probabilities: shares,
  chosen: fc.integer({ min: 0, max: 2 }),
  reward: fc.constantFrom(0, 0, 0, 0.1, 0.25, 1),
});
const log = fc
  .array(block, { minLength: 1, maxLength: 40 })
  .map((blocks) => blocks.sort((a, b) => (a.customerId < b.customerId ? -1 : 1)));

function added(
  blocks: readonly DrawnBlock[],
  policy: (block: DrawnBlock) => ArrayLike<number>,
  expected: ArrayLike<number> = [0.02, 0.02, 0.02],
): Sums {
  const sums = new Summing();
  for (const each of blocks) sums.add(each, policy(each), expected);
  return sums.done();
}

const drawnWith = ({ probabilities }: DrawnBlock) => probabilities;
const mean = (blocks: readonly DrawnBlock[]) =>
  blocks.reduce((sum, { reward }) => sum + reward, 0) / blocks.length;

describe('what another policy would have earned', () => {
  it('is, for the policy that was drawn with, what was really earned', () => {
    fc.assert(
      fc.property(log, (blocks) => {
        const sums = added(blocks, drawnWith);
        for (const by of ['ips', 'snips'] as const)
          expect(estimate(sums, by).value).toBeCloseTo(mean(blocks), 10);
      }),
    );
  });

  it('is by the doubly robust way the same as by weight alone when nothing is expected', () => {
    fc.assert(
      fc.property(log, shares, (blocks, policy) => {
        const sums = added(blocks, () => policy, [1e-12, 1e-12, 1e-12]);
        expect(estimate(sums, 'dr').value).toBeCloseTo(estimate(sums, 'ips').value, 8);
      }),
    );
  });

  it('is by the doubly robust way what is expected when every answer came as expected', () => {
    fc.assert(
      fc.property(log, shares, (blocks, policy) => {
        const expected = [0.1, 0.2, 0.4];
        const answered = blocks.map((each) => ({ ...each, reward: expected[each.chosen] as number }));
        const value = policy.reduce((sum, share, k) => sum + share * (expected[k] as number), 0);
        expect(
          estimate(
            added(answered, () => policy, expected),
            'dr',
          ).value,
        ).toBeCloseTo(value, 10);
      }),
    );
  });

  it('lies in its interval, which lies between 0 and 1, and the better earned the higher', () => {
    fc.assert(
      fc.property(log, shares, fc.constantFrom(...ESTIMATORS), (blocks, policy, by) => {
        const found = estimate(
          added(blocks, () => policy),
          by,
        );
        const inside = Math.max(0, Math.min(1, found.value));
        expect(found.low).toBeGreaterThanOrEqual(0);
        expect(found.low).toBeLessThanOrEqual(inside + 1e-8);
        expect(found.high).toBeGreaterThanOrEqual(inside - 1e-8);
        expect(found.high).toBeLessThanOrEqual(1);
        const better = blocks.map((each) => ({ ...each, reward: 1 }));
        expect(
          estimate(
            added(better, () => policy),
            by,
          ).value,
        ).toBeGreaterThanOrEqual(found.value - 1e-9);
      }),
    );
  });

  it('does not depend on the order of candidates, of customers, or of the blocks of one customer', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (blocks) => {
        const turned = [...CANDIDATES].reverse();
        const other = [...blocks]
          .sort((a, b) => (a.customerId > b.customerId ? -1 : 1))
          .map((each) => ({
            ...each,
            candidates: turned,
            probabilities: Array.from(each.probabilities).reverse(),
            chosen: 2 - each.chosen,
          }));
        const first = await evaluateBlocks(() => [blocks], { policy: 'uniform', exploration: 0.05 });
        const second = await evaluateBlocks(() => other.map((each) => [each]), {
          policy: 'uniform',
          exploration: 0.05,
        });
        for (const by of ESTIMATORS) {
          const [a, b] = [first?.other[by], second?.other[by]];
          expect(a?.value).toBeCloseTo(b?.value ?? Number.NaN, 5);
          expect(a?.low).toBeCloseTo(b?.low ?? Number.NaN, 5);
          expect(a?.high).toBeCloseTo(b?.high ?? Number.NaN, 5);
        }
        expect(first?.more.value).toBeCloseTo(second?.more.value ?? Number.NaN, 5);
      }),
      { numRuns: 30 },
    );
  });

  it('is nothing when nothing was shown', async () => {
    expect(await evaluateBlocks(() => [], { policy: 'uniform', exploration: 0.05 })).toBeNull();
  });
});

describe('the interval', () => {
  const many = (count: number, change: (i: number) => Partial<DrawnBlock>): DrawnBlock[] =>
    Array.from({ length: count }, (_, i) => ({
      customerId: `c${i}`,
      candidates: CANDIDATES,
      probabilities: [0.9, 0.05, 0.05],
      chosen: i % 20 === 0 ? 1 : i % 20 === 1 ? 2 : 0,
      reward: 0,
      ...change(i),
    }));
  const width = (blocks: DrawnBlock[]) => {
    const { low, high } = estimate(added(blocks, evenly), 'dr');
    return high - low;
  };

  it('says without a single answer how high the value may be', () => {
    const { value, low, high } = estimate(
      added(
        many(1000, () => ({})),
        evenly,
      ),
      'ips',
    );
    expect([value, low]).toEqual([0, expect.closeTo(0, 6)]);
    expect(high).toBeGreaterThan(0.01);
    expect(high).toBeLessThan(0.05);
  });

  it('is wider where what the policy shows was seldom shown, also when no answer to it has come', () => {
    const answered = many(1000, (i) => ({ reward: i % 20 === 2 ? 1 : 0 }));
    const even = answered.map((each) => ({ ...each, probabilities: [1 / 3, 1 / 3, 1 / 3] }));
    expect(width(answered)).toBeGreaterThan(1.25 * width(even));
  });

  it('is wider when the same customers answer again and again', () => {
    const some = many(2000, (i) => ({ reward: i % 100 < 5 ? 1 : 0 }));
    const few = some.map((each, i) => ({ ...each, customerId: `c${Math.floor((i % 100) / 5)}-${i % 10}` }));
    const grouped = few.sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
    expect(width(grouped)).toBeGreaterThan(1.3 * width(some));
  });
});

describe('policies to compare with', () => {
  /** The second candidate is answered by one in five, the others by one in fifty. */
  const blocks = Array.from(
    { length: 3000 },
    (_, i): DrawnBlock => ({
      customerId: `c${Math.floor(i / 3)}`,
      candidates: CANDIDATES,
      probabilities: [1 / 3, 1 / 3, 1 / 3],
      chosen: i % 3,
      reward: (i % 3 === 1 ? i % 5 === 0 : i % 50 === 0) ? 1 : 0,
    }),
  );

  it('the greedy one always shows what is answered most', async () => {
    const found = await evaluateBlocks(() => [blocks], { policy: 'greedy', exploration: 0.05 });
    expect(found?.other.ips.value).toBeCloseTo(0.2, 2);
    expect(found?.more.low).toBeGreaterThan(0);
  });

  it('the product’s own one nearly always does', async () => {
    const found = await evaluateBlocks(() => [blocks], { policy: 'thompson', exploration: 0.05 });
    expect(found?.other.dr.value).toBeGreaterThan(0.18);
    expect(found?.other.dr.value).toBeLessThan(0.2);
  });

  it('drawing lots earns what was earned by lot', async () => {
    const found = await evaluateBlocks(() => [blocks], { policy: 'uniform', exploration: 0.05 });
    expect(found?.other.ips.value).toBeCloseTo(found?.real.value ?? Number.NaN, 10);
    expect(found?.more).toMatchObject({ value: expect.closeTo(0, 10), low: expect.closeTo(0, 6) });
    expect(found?.weights).toMatchObject({ mean: 1, effective: expect.closeTo(3000, 6) });
  });

  it('what is said about a customer is learned from others, of all parts about as many', () => {
    const sizes = new Array<number>(FOLDS).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const fold = foldOf(String(i));
      sizes[fold] = (sizes[fold] ?? 0) + 1;
    }
    for (const size of sizes) expect(Math.abs(size - 10_000 / FOLDS)).toBeLessThan(200);
  });
});
