import { evenDraws } from '../../src/campaign/draws.ts';
import { drawFrom, type FittingOffer } from '../../src/compose/experimental.ts';
import type { Composition } from '../../src/domain/composition.ts';
import type { DrawnBlock } from '../../src/learn/evaluate/block.ts';
import type { Cell } from '../../src/learn/model/cell.ts';
import type { Known } from '../../src/learn/model/odds.ts';
import { candidatesOf, learnedPolicy } from '../../src/learn/model/policy.ts';
import { expit, fitPosterior, logit } from '../../src/learn/model/posterior.ts';
import { normals, seededRandom } from '../../src/learn/model/random.ts';
import { plainOffer } from './plain-offer.ts';

/** A company whose mails are logged, to see whether the log tells what another policy would have earned. */
export interface LoggedWorld {
  customers: number;
  nights: number;
  /** Offer blocks a night. */
  blocks: number;
  offers: number;
  /** Forms of each offer. */
  variants: number;
  /** Share of blocks that earn something, about. */
  rate: number;
  exploration: number;
  /** How much customers differ in how readily they answer: standard deviation of the logarithm. */
  habits: number;
  /** How much an answer earns, and in which share of the answers. */
  earns: readonly (readonly [worth: number, share: number])[];
}

export interface Logged {
  /** All of a customer's together. */
  blocks: DrawnBlock[];
  /** What a block earned on average, but for the luck of draws and answers. */
  real: number;
  /** What a block earns on average if its candidate is chosen with these probabilities. */
  truth(policy: (block: DrawnBlock) => ArrayLike<number>): number;
}

/** Answers come after an exponential time with this mean, in days. */
const DELAY = 2;

/**
 * Nights of a company that learns by the product's own policy: new odds from a new model every night, fitted to what was
 * answered until then, even draws, answers that come late. Customers own one of two products, and so have different
 * candidates.
 */
export function logged(world: LoggedWorld, seed: string): Logged {
  const random = seededRandom(seed);
  const normal = normals(random);
  const mean = world.earns.reduce((sum, [worth, share]) => sum + worth * share, 0);
  const situations = situationsOf(world).map((fitting) => {
    const candidates = candidatesOf(fitting);
    return { fitting, candidates };
  });
  const effects = new Map<string, number>();
  const effect = (name: string, spread: number) => {
    const known = effects.get(name) ?? normal() * spread;
    effects.set(name, known);
    return known;
  };
  // a customer's own readiness is 1 on average, so that rates are those of the population
  const rates = situations.map(({ candidates }) =>
    candidates.map(({ offerId, productKey, variantId }) =>
      expit(
        logit(world.rate) +
          effect(offerId, 0.5) +
          effect(`${offerId} ${variantId}`, 0.4) +
          effect(`${offerId} ${productKey}`, 0.3),
      ),
    ),
  );
  const readiness = Array.from({ length: world.customers }, () =>
    Math.exp(world.habits * normal() - world.habits ** 2 / 2),
  );
  const cells = situations.map(({ candidates }) =>
    candidates.map((candidate): Cell => ({ ...candidate, trials: 0, earned: 0 })),
  );
  const open: { cell: Cell; night: number; earned: number; answered: number }[] = [];
  const ofCustomer = Array.from({ length: world.customers }, (): DrawnBlock[] => []);
  for (let night = 0; night < world.nights; night += 1) {
    const policy = learnedPolicy({
      modelId: night,
      posterior: fitPosterior(known(cells, open, night), world.rate * mean),
      exploration: world.exploration,
      seed: `${seed}|${night}`,
    });
    const odds = situations.map(({ fitting }) => policy.odds(fitting));
    const probabilities = odds.map((each) => each.map(({ probability }) => probability));
    const draw = evenDraws(seed, `night ${night}`);
    // whom evenDraws sees: only the choice matters
    const compositions = odds.map((each) => ({ choices: [{ odds: each }] }) as unknown as Composition);
    for (let i = 0; i < world.blocks; i += 1) {
      const customer = Math.floor(random() * world.customers);
      const at = customer % situations.length;
      const { candidates } = situations[at] as (typeof situations)[number];
      const offers = odds[at] as (typeof odds)[number];
      const chosen = offers.indexOf(drawFrom(offers, draw(compositions[at] as Composition) as number));
      const answers =
        random() < Math.min(1, (rates[at]?.[chosen] as number) * (readiness[customer] as number));
      const reward = answers ? worthOf(world.earns, random()) : 0;
      open.push({
        cell: cells[at]?.[chosen] as Cell,
        night,
        earned: reward,
        answered: night - DELAY * Math.log(1 - random()),
      });
      ofCustomer[customer]?.push({
        customerId: `c${customer}`,
        candidates,
        probabilities: probabilities[at] as number[],
        chosen,
        reward,
      });
    }
  }
  const blocks = ofCustomer.flat();
  const rateOf = new Map(situations.map(({ candidates }, at) => [candidates, rates[at] as number[]]));
  const truth: Logged['truth'] = (policy) =>
    (mean / blocks.length) *
    blocks.reduce((sum, block) => {
      const target = policy(block);
      const rates = rateOf.get(block.candidates as Known[]) ?? [];
      return sum + rates.reduce((value, rate, k) => value + rate * (target[k] as number), 0);
    }, 0);
  return { blocks, real: truth(({ probabilities }) => probabilities), truth };
}

/** What is known in a night: answers that have come, and blocks as far as their answers would have come. */
function known(
  cells: readonly (readonly Cell[])[],
  open: readonly { cell: Cell; night: number; earned: number; answered: number }[],
  night: number,
): Cell[] {
  for (const cell of cells.flat()) Object.assign(cell, { trials: 0, earned: 0 });
  for (const block of open) {
    block.cell.trials += 1 - Math.exp(-(night - block.night) / DELAY);
    if (block.answered <= night) block.cell.earned += block.earned;
  }
  for (const cell of cells.flat()) cell.trials = Math.max(cell.trials, cell.earned);
  return cells.flat();
}

function worthOf(earns: LoggedWorld['earns'], point: number): number {
  let end = 0;
  for (const [worth, share] of earns) {
    end += share;
    if (point < end) return worth;
  }
  return earns.at(-1)?.[0] ?? 1;
}

/** Owners of the one product, who may get all offers, and of the other one, who may not get the last. */
function situationsOf({ offers, variants }: LoggedWorld): FittingOffer[][] {
  const ids = Array.from({ length: variants }, (_, i) => (i === 0 ? 'base' : `headline=h${i}`));
  const fitting = (productKey: string, count: number): FittingOffer[] =>
    Array.from({ length: count }, (_, i) => ({
      offer: plainOffer(`o${i + 1}`),
      ways: [{ productKey, family: productKey === 'laser' ? 'marking' : 'weighing' }],
      variants: ids,
    }));
  return [fitting('laser', offers), fitting('scale', Math.max(2, offers - 1))];
}
