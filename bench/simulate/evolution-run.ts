import { drawFrom } from '../../src/compose/experimental.ts';
import { BASE } from '../../src/domain/genes.ts';
import { evolve, type Tried } from '../../src/learn/evolution/evolve.ts';
import { mutantsOf } from '../../src/learn/evolution/genomes.ts';
import type { Cell } from '../../src/learn/model/cell.ts';
import { drawPosterior } from '../../src/learn/model/draws.ts';
import { odds } from '../../src/learn/model/odds.ts';
import { SHARPNESS } from '../../src/learn/model/policy.ts';
import { fitPosterior } from '../../src/learn/model/posterior.ts';
import { seededRandom } from '../../src/learn/model/random.ts';
import { makeWorld, type World, type WorldRules } from './evolution-world.ts';

/** How offers are bred: not at all, by the product's own rules, or so that people refuse four births of ten. */
export type Births = 'none' | 'bred' | 'vetoed';

/** One case of the simulation. */
export interface RunRules {
  world: WorldRules;
  /** Offer blocks a month. */
  blocks: number;
  births: Births;
  /** How often a month the model learns and forms are born. */
  rounds: number;
}

/** What one run measured. */
export interface EvolutionFigures {
  /** True rates of what was shown, averaged over all blocks, and over those of the last month. */
  average: number;
  last: number;
  /** How many were born after the founders. */
  births: number;
  /** True rates of the best form of all and of the best founder. */
  best: number;
  bestFounder: number;
}

const MONTHS = 24;
const DAYS_A_MONTH = 365 / 12;
/** Defaults of the settings. */
const EXPLORATION = 0.05;
const POPULATION = 8;
const HALF_LIFE = 365;
const VETO = 0.4;
const DRAWS = 400;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const OFFER = 'offer';
const PRODUCT = { productKey: 'product', family: null };

/** One offer in one hidden world. All chances follow from the seed; with births and without, the founders are the same. */
export function runEvolution(rules: RunRules, seed: number): EvolutionFigures {
  const world = makeWorld(rules.world, seed);
  const answers = seededRandom(`${seed} answers`);
  const breeding = seededRandom(`${seed} births`);
  const people = seededRandom(`${seed} people`);
  const tried = world.founders.map(
    (variantId): Tried => ({ variantId, state: 'alive', endReason: null, trials: 0 }),
  );
  const cells = new Map<string, Cell>();
  const perRound = Array.from(
    { length: MONTHS * rules.rounds },
    (_, round) =>
      Math.floor((rules.blocks * (round + 1)) / rules.rounds) -
      Math.floor((rules.blocks * round) / rules.rounds),
  );
  let births = 0;
  let sum = 0;
  let sumBeforeLast = 0;
  for (const [round, blocks] of perRound.entries()) {
    if (round === perRound.length - rules.rounds) sumBeforeLast = sum;
    const known = [...cells.values()];
    const baseRate = pooledRate(known);
    if (rules.births !== 'none' && round > 0)
      births += nextGeneration({
        world,
        tried,
        cells,
        baseRate,
        seed: `${seed} ${round}`,
        breeding,
        people,
        rules,
      });
    const alive = tried.flatMap(({ state, variantId }) =>
      state === 'alive' ? [{ offerId: OFFER, variantId, ...PRODUCT }] : [],
    );
    const draws = drawPosterior(fitPosterior(known, baseRate, alive), {
      size: DRAWS,
      sharpness: SHARPNESS,
      seed: `${seed} ${round} choice`,
    });
    const chances = odds(draws, alive, EXPLORATION);
    fade(known, DAYS_A_MONTH / rules.rounds);
    let point = answers();
    for (let block = 0; block < blocks; block += 1) {
      const { variantId } = drawFrom(chances, point);
      point = (point + GOLDEN) % 1;
      const rate = world.rateOf(variantId);
      const cell = cells.get(variantId) ?? { offerId: OFFER, variantId, ...PRODUCT, trials: 0, earned: 0 };
      cells.set(variantId, cell);
      cell.trials += 1;
      if (answers() < rate) cell.earned += 1;
      sum += rate;
    }
  }
  return {
    average: sum / (MONTHS * rules.blocks),
    last: (sum - sumBeforeLast) / rules.blocks,
    births,
    best: world.best,
    bestFounder: Math.max(...world.founders.map(world.rateOf)),
  };
}

/** Retirements and births, as the nightly round does them. @returns how many were born */
function nextGeneration(given: {
  world: World;
  tried: Tried[];
  cells: ReadonlyMap<string, Cell>;
  baseRate: number;
  seed: string;
  breeding: () => number;
  people: () => number;
  rules: RunRules;
}): number {
  const { world, tried, cells, baseRate } = given;
  const everyAllele = mutantsOf(BASE, world.alleles).map((variantId) => ({ offerId: OFFER, variantId }));
  const draws = drawPosterior(fitPosterior([...cells.values()], baseRate, everyAllele), {
    size: DRAWS,
    sharpness: SHARPNESS,
    seed: `${given.seed} births`,
  });
  const plan = evolve({
    judging: true,
    offerId: OFFER,
    alleles: world.alleles,
    tried: tried.map((each) => ({ ...each, trials: cells.get(each.variantId)?.trials ?? 0 })),
    draws,
    baseRate,
    population: POPULATION,
    random: given.breeding,
  });
  for (const { variantId, reason } of plan.retirements) end(tried, variantId, reason);
  for (const { variantId } of plan.births) {
    tried.push({ variantId, state: 'alive', endReason: null, trials: 0 });
    if (given.rules.births === 'vetoed' && given.people() < VETO) end(tried, variantId, 'person');
  }
  return plan.births.length;
}

function end(tried: readonly Tried[], variantId: string, reason: string): void {
  const found = tried.find((each) => each.variantId === variantId);
  if (found) Object.assign(found, { state: 'retired', endReason: reason });
}

/** As the summary has it: 2 % and 200 blocks besides what was seen. */
function pooledRate(cells: readonly Cell[]): number {
  const trials = cells.reduce((sum, cell) => sum + cell.trials, 200);
  return cells.reduce((sum, cell) => sum + cell.earned, 200 * 0.02) / trials;
}

/** What was seen counts half as much after a while. */
function fade(cells: readonly Cell[], days: number): void {
  for (const cell of cells) {
    cell.trials *= 0.5 ** (days / HALF_LIFE);
    cell.earned *= 0.5 ** (days / HALF_LIFE);
  }
}
