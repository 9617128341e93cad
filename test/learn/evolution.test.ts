import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../bench/simulate/evolution.ts';
import { runEvolution } from '../../bench/simulate/evolution-run.ts';
import { BASE } from '../../src/domain/genes.ts';
import { type Breeding, evolve, type Tried } from '../../src/learn/evolution/evolve.ts';
import { type Alleles, isMadeOf, mutantsOf } from '../../src/learn/evolution/genomes.ts';
import { choosePairing, liftOf } from '../../src/learn/evolution/pairing.ts';
import { retirementWords } from '../../src/learn/evolution/words.ts';
import type { Cell } from '../../src/learn/model/cell.ts';
import { drawPosterior } from '../../src/learn/model/draws.ts';
import { fitPosterior } from '../../src/learn/model/posterior.ts';
import { seededRandom } from '../../src/learn/model/random.ts';

const ALLELES: Alleles = {
  headline: ['as-question', 'in-figures'],
  bridge: [],
  picture: ['close-up'],
  benefit: ['less-waste', 'more-time'],
  call: ['see-it'],
};
const BASE_RATE = 0.03;

function breeding(
  tried: readonly Tried[],
  given: Partial<Breeding> & { earned?: Readonly<Record<string, number>>; seed?: string } = {},
): Breeding {
  const { alleles = ALLELES, earned = {}, seed = 'seed' } = given;
  const cells = tried.map(
    ({ variantId, trials }): Cell => ({
      offerId: 'offer',
      productKey: 'laser',
      family: null,
      variantId,
      trials,
      earned: Math.min(trials, earned[variantId] ?? trials * BASE_RATE),
    }),
  );
  const all = mutantsOf(BASE, alleles).map((variantId) => ({ offerId: 'offer', variantId }));
  return {
    offerId: 'offer',
    alleles,
    tried,
    draws: drawPosterior(fitPosterior(cells, BASE_RATE, all), { size: 200, sharpness: 2, seed }),
    baseRate: BASE_RATE,
    population: 8,
    judging: true,
    random: seededRandom(seed),
    ...given,
  };
}

const alive = (variantId: string, trials = 0): Tried => ({
  variantId,
  state: 'alive',
  endReason: null,
  trials,
});
const ended = (variantId: string, endReason: string): Tried => ({
  variantId,
  state: endReason === 'guardrail' ? 'stopped' : 'retired',
  endReason,
  trials: 50,
});

/** Who is alive afterwards. */
function livingAfter(given: Breeding): string[] {
  const { retirements, returns, births } = evolve(given);
  const gone = new Set(retirements.map(({ variantId }) => variantId));
  const stay = given.tried.filter(({ state, variantId }) => state === 'alive' && !gone.has(variantId));
  return [...stay, ...births].map(({ variantId }) => variantId).concat(returns);
}

describe('the first forms of an offer', () => {
  it('are the offer as it was written, and others that differ from it in one gene', () => {
    const { births } = evolve(breeding([], { population: 6 }));
    expect(births).toHaveLength(6);
    expect(births[0]).toEqual({ variantId: BASE, origin: 'founder', parents: [] });
    for (const { variantId } of births.slice(1)) expect(mutantsOf(BASE, ALLELES)).toContain(variantId);
    // each gene that has alleles, before any has a second one
    const genes = births.slice(1, 5).map(({ variantId }) => variantId.split('=')[0]);
    expect(new Set(genes)).toEqual(new Set(['headline', 'picture', 'benefit', 'call']));
  });

  it('need no bookkeeping where nobody has written any', () => {
    const nothing: Alleles = { headline: [], bridge: [], picture: [], benefit: [], call: [] };
    expect(evolve(breeding([], { alleles: nothing })).births).toEqual([]);
  });
});

describe('a generation', () => {
  it('retires a form that others are surely better than, and says how unlikely it is the best', () => {
    const tried = [alive(BASE, 2000), alive('headline=as-question', 2000), alive('call=see-it', 2000)];
    const given = breeding(tried, {
      population: 3,
      earned: { [BASE]: 10, 'headline=as-question': 200, 'call=see-it': 190 },
    });
    const { retirements, births } = evolve(given);
    expect(retirements).toMatchObject([{ variantId: BASE, reason: 'outdone' }]);
    expect(retirements[0]?.chance).toBeLessThan(0.01);
    expect(births).toHaveLength(1);
    expect(births[0]?.parents[0]).toMatch(/as-question|see-it/);
  });

  it('protects a newborn until it has been tried', () => {
    const tried = [
      alive('headline=as-question', 5000),
      alive('call=see-it', 5000),
      alive('benefit=less-waste', 10),
    ];
    const given = breeding(tried, {
      population: 3,
      earned: { 'headline=as-question': 500, 'call=see-it': 500, 'benefit=less-waste': 0 },
    });
    expect(evolve(given).retirements).toEqual([]);
  });

  it('breeds on from the genes that earned most', () => {
    const tried = [alive(BASE, 3000), alive('headline=as-question', 3000), alive('benefit=less-waste', 3000)];
    const earned = { [BASE]: 60, 'headline=as-question': 300, 'benefit=less-waste': 280 };
    const children = Array.from({ length: 20 }, (_, seed) =>
      evolve(breeding(tried, { population: 4, earned, seed: `${seed}` })).births.at(0),
    );
    for (const child of children) expect(child?.parents[0]).toMatch(/as-question|less-waste/);
    const both = children.filter((child) => child?.variantId === 'headline=as-question,benefit=less-waste');
    // one of eleven children that these two can have, were it left to chance
    expect(both.length).toBeGreaterThan(6);
  });

  it('ends forms whose texts are gone, and takes them up again when they are back', () => {
    const without: Alleles = { ...ALLELES, headline: [] };
    const tried = [alive(BASE, 50), alive('headline=as-question', 50)];
    const gone = evolve(breeding(tried, { alleles: without, population: 2 }));
    expect(gone.retirements).toEqual([
      { variantId: 'headline=as-question', reason: 'unwritten', chance: null },
    ]);
    const back = evolve(
      breeding([alive(BASE), ended('headline=as-question', 'unwritten')], { population: 2 }),
    );
    expect(back.returns).toEqual(['headline=as-question']);
  });

  it('shows the offer as it was written again rather than nothing', () => {
    const nothing: Alleles = { headline: [], bridge: [], picture: [], benefit: [], call: [] };
    const tried = [ended(BASE, 'outdone'), alive('headline=as-question', 50)];
    expect(livingAfter(breeding(tried, { alleles: nothing }))).toEqual([BASE]);
    // but not what did harm
    const harmful = [ended(BASE, 'guardrail'), alive('headline=as-question', 50)];
    expect(livingAfter(breeding(harmful, { alleles: nothing }))).toEqual([]);
  });

  it('holds its promises whatever was tried and earned', () => {
    const variant = fc.constantFrom(
      BASE,
      ...mutantsOf(BASE, ALLELES),
      'headline=gone',
      ...mutantsOf('call=see-it,headline=as-question', ALLELES),
    );
    const history = fc.uniqueArray(
      fc.record({
        variantId: variant,
        fate: fc.constantFrom('alive', 'alive', 'outdone', 'crowded', 'unwritten', 'guardrail'),
        trials: fc.integer({ min: 0, max: 500 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { selector: ({ variantId }) => variantId, maxLength: 14 },
    );
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 10 }), fc.string(), (list, population, seed) => {
        const tried = list.map(
          ({ variantId, fate, trials }): Tried => ({
            ...(fate === 'alive' ? alive(variantId) : ended(variantId, fate)),
            trials,
          }),
        );
        const earned = Object.fromEntries(
          list.map(({ variantId, trials, share }) => [variantId, trials * share]),
        );
        const given = () => breeding(tried, { population, earned, seed });
        const plan = evolve(given());
        expect(evolve(given())).toEqual(plan);
        const left = livingAfter(given());
        expect(new Set(left).size).toBe(left.length);
        expect(left.length).toBeLessThanOrEqual(Math.max(population, 1));
        for (const variantId of left) expect(isMadeOf(ALLELES, variantId)).toBe(true);
        const before = new Set(tried.map(({ variantId }) => variantId));
        for (const { variantId } of plan.births) expect(before.has(variantId)).toBe(false);
        const stopped = tried.filter(({ state }) => state === 'stopped').map(({ variantId }) => variantId);
        for (const variantId of stopped) expect(left).not.toContain(variantId);
        const written = tried.filter(
          ({ state, variantId }) => state === 'alive' && isMadeOf(ALLELES, variantId),
        );
        if (written.length > 0) expect(left.length).toBeGreaterThan(0);
        if (written.length >= 2 && population >= 2) expect(left.length).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });
});

describe('words for people', () => {
  it('say the number in their language', () => {
    expect(retirementWords({ reason: 'outdone', chance: 0.004 }, 'de')).toContain('0,4\u00a0%');
    expect(retirementWords({ reason: 'outdone', chance: 0.004 }, 'en')).toContain('0.4%');
    expect(retirementWords({ reason: 'outdone', chance: 0 }, 'en')).toContain('under 0.1%');
  });
});

describe('pairings of products', () => {
  const pairing = (productKey: string, owners: number, also: number) => ({
    offerId: 'offer',
    productKey,
    owners,
    also,
    usual: 0.1,
  });

  it('mostly are those whose owners have what the offer is about more often than usual', () => {
    const possible = [pairing('pump', 500, 50), pairing('scale', 500, 200), pairing('valve', 19, 19)];
    expect(choosePairing(possible, () => 0.9)).toMatchObject({ productKey: 'scale', reason: 'affinity' });
  });

  it('now and then are any, and always where nothing goes together', () => {
    expect(choosePairing([pairing('scale', 500, 200)], () => 0.1)?.reason).toBe('curiosity');
    expect(choosePairing([pairing('pump', 500, 50)], () => 0.9)?.reason).toBe('curiosity');
    expect(choosePairing([pairing('valve', 19, 19)], () => 0.9)).toBeNull();
  });

  it('do not look good because of a few owners', () => {
    expect(liftOf(pairing('few', 20, 8))).toBeLessThan(liftOf(pairing('many', 2000, 800)));
    expect(liftOf(pairing('usual', 500, 50))).toBeCloseTo(1);
  });
});

it('births earn more than the founders do (small version of the simulation)', () => {
  const world = { rate: 0.03, alleles: 5, allele: 0.4, interaction: 0.15 };
  const seeds = [1, 2, 3, 4, 5, 6];
  const run = (births: 'none' | 'bred') =>
    seeds.map((seed) => runEvolution({ world, blocks: 1000, births, rounds: 1 }, seed));
  expect(compare(run('bred'), run('none')).ratios.mean).toBeGreaterThan(1.35);
});
