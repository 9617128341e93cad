import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenDraws } from '../../src/campaign/draws.ts';
import { drawFrom } from '../../src/compose/experimental.ts';
import type { Composition, Odds } from '../../src/domain/composition.ts';

const candidate = (offerId: string, probability: number): Odds => ({
  offerId,
  productKey: 'laser',
  variantId: 'base',
  probability,
});

function offering(odds: Odds[]): Composition {
  return {
    blocks: [],
    left: [],
    language: 'de',
    ratio: { value: 0.2, source: 'default' },
    experimentsDue: 1,
    account: {
      before: { wanted: 0, given: 0, forgiven: 0 },
      after: { wanted: 0, given: 0, forgiven: 0 },
    },
    choices: odds.length === 0 ? [] : [{ position: 0, policy: 'test', modelId: 1, odds }],
    seed: 'seed',
  };
}

const someOdds = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }).map((weights) => {
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight, i) => candidate(`o${i}`, weight / sum));
});

describe('the draws of a campaign', () => {
  it('give each candidate its share, give or take a few, however many mails there are', () => {
    fc.assert(
      fc.property(someOdds, fc.integer({ min: 1, max: 1500 }), fc.string(), (odds, mails, key) => {
        const next = evenDraws(key, 'spring');
        const drawn = new Map<string, number>();
        for (let mail = 0; mail < mails; mail += 1) {
          const { offerId } = drawFrom(odds, next(offering(odds)) ?? Number.NaN);
          drawn.set(offerId, (drawn.get(offerId) ?? 0) + 1);
        }
        for (const { offerId, probability } of odds)
          expect(Math.abs((drawn.get(offerId) ?? 0) - mails * probability)).toBeLessThan(5);
      }),
      { numRuns: 60 },
    );
  });

  it('are each as good as random by themselves: over many campaigns every mail gets what its odds say', () => {
    const odds = [candidate('often', 0.7), candidate('seldom', 0.3)];
    const often = [0, 0, 0];
    for (let campaign = 0; campaign < 2000; campaign += 1) {
      const next = evenDraws('key', `campaign-${campaign}`);
      for (let mail = 0; mail < often.length; mail += 1)
        if (drawFrom(odds, next(offering(odds)) ?? Number.NaN).offerId === 'often')
          often[mail] = (often[mail] ?? 0) + 1;
    }
    // four standard errors
    for (const count of often) expect(Math.abs(count / 2000 - 0.7)).toBeLessThan(4 * Math.sqrt(0.21 / 2000));
  });

  it('keep choices apart that are not among the same candidates', () => {
    const next = evenDraws('key', 'spring');
    const [a, b] = [[candidate('a', 1)], [candidate('b', 1)]];
    const alone = evenDraws('key', 'spring');
    const first = alone(offering(a));
    expect(next(offering(a))).toBe(first);
    next(offering(b));
    expect(next(offering(a))).toBe(alone(offering(a)));
  });

  it('are none where there is no offer', () => {
    expect(evenDraws('key', 'spring')(offering([]))).toBeNull();
  });
});

describe('a draw', () => {
  it('never takes what has no chance, also at the very ends', () => {
    fc.assert(
      fc.property(
        someOdds,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        (odds, uniform, at) => {
          const withNone = odds.toSpliced(at, 0, candidate('never', 0));
          expect(drawFrom(withNone, uniform).offerId).not.toBe('never');
          expect(drawFrom(withNone, 1 - Number.EPSILON / 2).offerId).not.toBe('never');
        },
      ),
    );
  });
});
