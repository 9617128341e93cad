import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/learn/model/cell.ts';
import { drawPosterior, expected } from '../../src/learn/model/draws.ts';
import { effectsOf, SPREAD, variantName } from '../../src/learn/model/features.ts';
import { odds } from '../../src/learn/model/odds.ts';
import { expit, fitPosterior, logit, type Posterior } from '../../src/learn/model/posterior.ts';

const BASE_RATE = 0.02;

function cell(
  offerId: string,
  variantId: string,
  trials: number,
  earned: number,
  productKey = 'laser',
): Cell {
  return { offerId, productKey, variantId, family: 'marking', trials, earned };
}

const cells = [
  cell('a', 'base', 400, 9),
  cell('a', 'headline=question', 300.5, 14.25),
  cell('a', 'headline=question,call=short', 50, 0),
  cell('a', 'base', 120, 2, 'scale'),
  cell('b', 'base', 200, 1),
];

/** Effects in one row: the shared ones, then the variants' own. And the slope and curvature there, the plain way. */
function dense(posterior: Posterior, from: readonly Cell[]) {
  const names = [...posterior.shared.keys(), ...[...posterior.own.keys()].map((name) => `own ${name}`)];
  const at = [...posterior.mean.shared, ...posterior.mean.own];
  const spreads = new Map<string, number>();
  const rows = from.map((one) => {
    const effects = [
      ...effectsOf(one, one.family, posterior.varying),
      { name: `own ${variantName(one)}`, spread: SPREAD.variant },
    ];
    for (const { name, spread } of effects) spreads.set(name, spread);
    return { one, has: names.map((name) => (effects.some((effect) => effect.name === name) ? 1 : 0)) };
  });
  const prior = names.map((name) => 1 / (spreads.get(name) ?? Number.NaN) ** 2);
  const slope = names.map(
    (name, i) => (prior[i] ?? 0) * ((name === 'intercept' ? logit(BASE_RATE) : 0) - (at[i] ?? 0)),
  );
  const precision = names.map((_, i) => names.map((__, j) => (i === j ? (prior[i] ?? 0) : 0)));
  for (const { one, has } of rows) {
    const rate = expit(has.reduce<number>((sum, x, i) => sum + x * (at[i] ?? 0), 0));
    for (const [i, x] of has.entries()) {
      slope[i] = (slope[i] ?? 0) + x * (one.earned - one.trials * rate);
      for (const [j, y] of has.entries()) {
        const row = precision[i] as number[];
        row[j] = (row[j] ?? 0) + x * y * one.trials * rate * (1 - rate);
      }
    }
  }
  return { names, slope, precision, rows };
}

/** Gauss and Jordan. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < n; i += 1) {
    const pivot = work[i] as number[];
    const by = pivot[i] as number;
    for (let k = 0; k < 2 * n; k += 1) pivot[k] = (pivot[k] as number) / by;
    for (const [j, row] of work.entries()) {
      const factor = row[i] as number;
      if (j !== i)
        for (let k = 0; k < 2 * n; k += 1) row[k] = (row[k] as number) - factor * (pivot[k] as number);
    }
  }
  return work.map((row) => row.slice(n));
}

describe('the gene model', () => {
  it('lies where the log-posterior is flat, and is as sure as it is curved there', () => {
    const posterior = fitPosterior(cells, BASE_RATE);
    const { slope, precision, rows } = dense(posterior, cells);
    for (const value of slope) expect(Math.abs(value)).toBeLessThan(1e-6);

    const covariance = inverse(precision);
    const size = 40_000;
    const draws = drawPosterior(posterior, { size, sharpness: 1, seed: 'cov' });
    const samples = rows.map(({ one }) => draws.of(one, one.family));
    const means = samples.map((values) => values.reduce((sum, value) => sum + value, 0) / size);
    const at = [...posterior.mean.shared, ...posterior.mean.own];
    const truth = (a: readonly number[], b: readonly number[]) =>
      a.reduce(
        (sum, x, i) => sum + x * b.reduce((inner, y, j) => inner + y * (covariance[i]?.[j] ?? 0), 0),
        0,
      );
    for (const [k, { has }] of rows.entries()) {
      const width = Math.sqrt(truth(has, has));
      const centre = has.reduce<number>((sum, x, i) => sum + x * (at[i] ?? 0), 0);
      expect(Math.abs((means[k] as number) - centre)).toBeLessThan((4.5 * width) / Math.sqrt(size));
      for (const [l, other] of rows.entries()) {
        let sum = 0;
        for (let i = 0; i < size; i += 1)
          sum +=
            ((samples[k]?.[i] as number) - (means[k] as number)) *
            ((samples[l]?.[i] as number) - (means[l] as number));
        const scale = width * Math.sqrt(truth(other.has, other.has));
        expect(Math.abs(sum / size - truth(has, other.has))).toBeLessThan(0.03 * scale);
      }
    }
  });

  it('is near the exact posterior of a single cell, by numerical integration', () => {
    const [trials, earned] = [2000, 60];
    const posterior = fitPosterior([{ ...cell('a', 'base', trials, earned), family: null }], BASE_RATE);
    const spread = Math.hypot(SPREAD.intercept, SPREAD.offer, SPREAD.pair, SPREAD.variant);
    let [mass, sum] = [0, 0];
    for (let x = logit(BASE_RATE) - 6; x < logit(BASE_RATE) + 6; x += 0.001) {
      const rate = expit(x);
      const weight = Math.exp(
        earned * Math.log(rate / 0.03) +
          (trials - earned) * Math.log((1 - rate) / 0.97) -
          ((x - logit(BASE_RATE)) / spread) ** 2 / 2,
      );
      mass += weight;
      sum += weight * rate;
    }
    const draws = drawPosterior(posterior, { size: 20_000, sharpness: 1, seed: 'exact' });
    const found = expected(draws, cell('a', 'base', 0, 0), null);
    expect(Math.abs(found.mean / (sum / mass) - 1)).toBeLessThan(0.01);
    expect(found.low).toBeLessThan(found.mean);
    expect(found.high).toBeGreaterThan(found.mean);
  });

  it('says nothing about certainty when its draws are sharpened', () => {
    const draws = drawPosterior(fitPosterior(cells, BASE_RATE), { size: 10, sharpness: 2, seed: 's' });
    expect(() => expected(draws, cell('a', 'base', 0, 0), 'marking')).toThrow(RangeError);
  });

  it('exists for every cell there can be', () => {
    const amount = fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 1, max: 1e9, noNaN: true }),
    );
    const part = fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
    const some = fc.record({
      offer: fc.constantFrom('a', 'b'),
      variant: fc.constantFrom('base', 'headline=x', 'headline=x,call=y'),
      product: fc.constantFrom('laser', 'scale'),
      trials: amount,
      part,
    });
    const rate = fc.double({ min: 0.0005, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), rate, (given, baseRate) => {
        const extreme = given.map(({ offer, variant, product, trials, part: won }) =>
          cell(offer, variant, trials, trials * won, product),
        );
        const posterior = fitPosterior(extreme, baseRate);
        const draws = drawPosterior(posterior, { size: 20, sharpness: 2, seed: 'extreme' });
        const candidates = [...extreme, cell('c', 'base', 0, 0)];
        for (const one of candidates)
          for (const value of draws.of(one, one.family)) expect(Number.isFinite(value)).toBe(true);
        const all = odds(draws, candidates, 0.05);
        expect(Math.abs(all.reduce((sum, { probability }) => sum + probability, 0) - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the odds of what to try', () => {
  const sets = (good: number) =>
    odds(
      drawPosterior(
        fitPosterior(
          [cell('a', 'base', 500, good), cell('b', 'base', 500, 10), cell('c', 'base', 500, 10)],
          BASE_RATE,
        ),
        { size: 2000, sharpness: 1, seed: 'same' },
      ),
      ['a', 'b', 'c'].map((offerId) => cell(offerId, 'base', 0, 0)),
      0.06,
    ).map(({ probability }) => probability);

  it('rise with every answer, add up to 1, and never fall under the floor', () => {
    const rising = [0, 4, 8, 12, 16, 24, 40].map((good) => sets(good));
    for (const all of rising) {
      expect(all.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      for (const p of all) expect(p).toBeGreaterThanOrEqual(0.02);
    }
    const first = rising.map(([p]) => p as number);
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(first[0]).toBeLessThan(0.1);
    expect(first.at(-1)).toBeGreaterThan(0.9);
  });

  it('are the same for the same seed, whoever asks first', () => {
    const posterior = fitPosterior(cells, BASE_RATE);
    const one = drawPosterior(posterior, { size: 50, sharpness: 2, seed: 'same' });
    const other = drawPosterior(posterior, { size: 50, sharpness: 2, seed: 'same' });
    const unseen = cell('new', 'call=short', 0, 0);
    const asked = [...cells, unseen].map((c) => [...one.of(c, c.family)]);
    const backwards = [unseen, ...[...cells].reverse()].map((c) => [...other.of(c, c.family)]);
    expect(backwards).toEqual([asked.at(-1), ...asked.slice(0, -1).reverse()]);
    const another = drawPosterior(posterior, { size: 50, sharpness: 2, seed: 'another' });
    expect([...another.of(unseen, 'marking')]).not.toEqual(asked.at(-1));
  });

  it('start a form that was never shown from what its genes earned', () => {
    const forms = (good: number, bad: number) => [
      cell('a', 'base', 1000, 20),
      cell('a', 'headline=good', 1000, good),
      cell('a', 'call=good', 1000, good),
      cell('a', 'headline=bad', 1000, bad),
      cell('a', 'call=bad', 1000, bad),
    ];
    const draws = drawPosterior(fitPosterior(forms(50, 8), BASE_RATE), {
      size: 4000,
      sharpness: 1,
      seed: 'genes',
    });
    const of = (variantId: string) => expected(draws, cell('a', variantId, 0, 0), 'marking').mean;
    expect(of('headline=good,call=good')).toBeGreaterThan(1.2 * of('headline=good'));
    expect(of('headline=bad,call=bad')).toBeLessThan(of('headline=bad'));
    expect(of('headline=good,call=bad')).toBeLessThan(of('headline=good,call=good') / 1.5);
  });
});
