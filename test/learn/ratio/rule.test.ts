import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suggestionWords } from '../../../src/domain/suggested-ratio.ts';
import { normals, seededRandom } from '../../../src/learn/model/random.ts';
import { leanings, type Owner } from '../../../src/learn/ratio/hierarchy.ts';
import { leaning } from '../../../src/learn/ratio/leaning.ts';
import { renewal, type Standing } from '../../../src/learn/ratio/renewal.ts';
import { suggestRatio } from '../../../src/learn/ratio/rule.ts';
import type { Judged } from '../../../src/learn/ratio/suggest.ts';

const SURELY_MORE = { log: 0.8, error: 0.2 };
const SURELY_LESS = { log: -1.2, error: 0.2 };

describe('a suggested ratio', () => {
  test('is never more than a tenth away, whole hundredths, and leaves room for both kinds', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.integer({ min: 0, max: 10_000 }),
        (log, error, units) => {
          const ratio = units / 10_000;
          const found = suggestRatio({ log, error }, ratio);
          if (found === null) return;
          const suggested = found.suggested * 10_000;
          expect(Math.abs(suggested - units)).toBeLessThan(1000 + 1e-6);
          expect(Math.abs(suggested / 100 - Math.round(suggested / 100))).toBeLessThan(1e-9);
          expect(found.probability).toBeGreaterThanOrEqual(0.9);
          if (found.suggested > ratio) expect(found.suggested).toBeLessThanOrEqual(0.5);
          else expect(found.suggested).toBeGreaterThanOrEqual(0.05);
          expect(Math.sign(found.suggested - ratio)).toBe(Math.sign(log));
        },
      ),
    );
  });

  test('is a step up or down where it is clear', () => {
    expect(suggestRatio(SURELY_MORE, 0.2)).toMatchObject({ ratio: 0.2, suggested: 0.3 });
    expect(suggestRatio(SURELY_LESS, 0.2)).toMatchObject({ ratio: 0.2, suggested: 0.1 });
    expect(suggestRatio(SURELY_MORE, 0.1234)?.suggested).toBe(0.22);
    expect(suggestRatio(SURELY_LESS, 0.12)?.suggested).toBe(0.05);
  });

  test('is none while nothing is known, or nothing is clear', () => {
    expect(suggestRatio(leaning({ log: 0, answers: 8 }, []), 0.2)).toBeNull();
    expect(suggestRatio({ log: 0.2, error: 0.2 }, 0.2)).toBeNull();
  });

  test('is none where somebody decided that there is to be nothing new', () => {
    expect(suggestRatio(SURELY_MORE, 0)).toBeNull();
  });

  test('is none beyond the bounds', () => {
    expect(suggestRatio(SURELY_MORE, 0.5)).toBeNull();
    expect(suggestRatio(SURELY_MORE, 0.8)).toBeNull();
    expect(suggestRatio(SURELY_LESS, 0.05)).toBeNull();
    expect(suggestRatio(SURELY_LESS, 0.02)).toBeNull();
  });

  test('is not less only because what is new is answered a little less: trying it teaches something', () => {
    expect(suggestRatio({ log: Math.log(0.8), error: 0.02 }, 0.2)).toBeNull();
    expect(suggestRatio({ log: Math.log(0.7), error: 0.02 }, 0.2)).toMatchObject({ suggested: 0.1 });
  });

  test('does not flicker: it stands until it is less than four to one, for the same ratio', () => {
    const unclear = { log: 0.2, error: 0.2 };
    expect(suggestRatio(unclear, 0.2, { ratio: 0.2, suggested: 0.3 })).toMatchObject({ suggested: 0.3 });
    expect(suggestRatio(unclear, 0.2, { ratio: 0.2, suggested: 0.1 })).toBeNull();
    expect(suggestRatio(unclear, 0.3, { ratio: 0.2, suggested: 0.3 })).toBeNull();
    expect(suggestRatio({ log: 0.1, error: 0.2 }, 0.2, { ratio: 0.2, suggested: 0.3 })).toBeNull();
  });

  test('says in words how often, how sure, and who decides', () => {
    const found = { ratio: 0.2, suggested: 0.3, probability: 0.92, times: 2.1 };
    expect(suggestionWords(found, 'customer', 'de')).toBe(
      'Aus den Antworten: Auf Neues reagiert dieser Kunde etwa doppelt so oft wie auf Bewährtes (wahrscheinlich). Vorschlag: 0,3 statt 0,2. Setzen können nur Sie ihn.',
    );
    expect(suggestionWords({ ...found, suggested: 0.1, probability: 0.97, times: 0.5 }, 'owners', 'en')).toBe(
      'From the answers: these customers respond to what is new only about half as often as to what is proven (very likely). Suggested: 0.1 instead of 0.2. Only you can set it.',
    );
  });
});

describe('customers with tastes of their own', () => {
  /** Mails to customers who answer differently often, and what is new `taste` as differently. */
  function suggestions(taste: number, seed: string) {
    const random = seededRandom(seed);
    const normal = normals(random);
    const all = Array.from({ length: 4000 }, () => {
      const log = taste * normal();
      const rate = Math.min(0.4, 0.1 * Math.exp(0.8 * normal() - 0.3));
      const keys = [`p${Math.floor(random() * 5)}`];
      const one: Owner & { log: number } = {
        keys,
        log,
        newShown: 12,
        newEarned: 0,
        provenShown: 24,
        provenEarned: 0,
      };
      for (let n = 0; n < 24; n += 1) if (random() < rate) one.provenEarned += 1;
      for (let n = 0; n < 12; n += 1) if (random() < Math.min(0.95, rate * Math.exp(log))) one.newEarned += 1;
      return one;
    }).filter((one) => one.newEarned + one.provenEarned >= 4);
    const known = leanings(all);
    const found = all.flatMap((one) => {
      const suggested = suggestRatio(known.of(one), 0.2);
      return suggested ? [{ up: suggested.suggested > 0.2, log: one.log }] : [];
    });
    const wrong = found.filter(({ up, log }) => (up ? log <= 0 : log >= Math.log(0.75)));
    return { asked: all.length, found: found.length, wrong: wrong.length };
  }

  test('are told apart, and of what is suggested less than a tenth points the wrong way', () => {
    const { asked, found, wrong } = suggestions(0.7, 'tastes');
    expect(found / asked).toBeGreaterThan(0.1);
    expect(wrong / found).toBeLessThan(0.08);
  });

  test('are left in peace when there is none: of a hundred hardly three', () => {
    const { asked, found } = suggestions(0, 'none');
    expect(found / asked).toBeLessThan(0.03);
  });
});

describe('a night', () => {
  const now = new Date('2026-11-23T04:00:00Z');
  const days = (n: number) => new Date(now.getTime() + n * 86_400_000);
  const more = { ratio: 0.2, suggested: 0.3, probability: 0.95, times: 2 };
  const judged = (customerId: string, given: Partial<Judged> = {}): Judged => ({
    customerId,
    ratio: 0.2,
    suggestion: more,
    ...given,
  });
  const standing = (customerId: string, settledAt: Date | null = null): Standing => ({
    customerId,
    settledAt,
    ...more,
  });

  test('makes what is clear, the surest first, and not more than people can look at', () => {
    const many = Array.from({ length: 500 }, (_, n) =>
      judged(`c${n}`, { suggestion: { ...more, probability: 0.9 + n / 5000 } }),
    );
    const { made } = renewal([], many, now);
    expect(made).toHaveLength(300);
    expect(made[0]?.customerId).toBe('c499');
  });

  test('says nothing twice, and takes back what is not clear any more', () => {
    const plan = renewal(
      [standing('same'), standing('unclear'), standing('gone'), standing('turned')],
      [
        judged('same'),
        judged('unclear', { suggestion: null }),
        judged('turned', { suggestion: { ...more, suggested: 0.1 } }),
      ],
      now,
    );
    expect(plan.made.map(({ customerId }) => customerId)).toEqual(['turned']);
    expect(plan.withdrawn).toEqual(['unclear', 'gone']);
    expect(plan.settled).toEqual([]);
  });

  test('waits for what follows when somebody has set another ratio', () => {
    const set = judged('set', { ratio: 0.3, suggestion: { ...more, ratio: 0.3, suggested: 0.4 } });
    const plan = renewal([standing('set')], [set], now);
    expect(plan).toMatchObject({ made: [], settled: ['set'] });
    expect(renewal([standing('set', days(-89))], [set], now)).toMatchObject({ made: [], forgotten: [] });
    const again = renewal([standing('set', days(-90))], [set], now);
    expect(again).toMatchObject({ made: [{ customerId: 'set', suggested: 0.4 }], forgotten: ['set'] });
  });
});
