/**
 * Eight offers that share nothing, answered at rates from 0.8 to 4 %, for 120 nights; answers come after an exponential
 * of 2 days in the mean.
 */
import { type Chooser, exponentialDelay, play, type World } from './bandit.ts';
import { betaThompson, epsilonGreedy, testThenCommit, uniform } from './competitors.ts';
import type { Experiment } from './experiment.ts';
import { productLearner } from './learner.ts';
import { percentile, spread, table } from './table.ts';

export const RATES = [0.008, 0.01, 0.012, 0.015, 0.018, 0.02, 0.025, 0.04];
export const BASE_RATE = 0.02;
const NIGHTS = 120;

export const arms = RATES.map((_, number) => ({
  offerId: `offer-${number + 1}`,
  productKey: 'owned',
  variantId: 'base',
  family: null,
}));

/** @param batch blocks a night */
export const offerWorld = (batch: number, nights = NIGHTS): World => ({
  arms,
  rates: () => RATES,
  nights,
  batch,
  delay: exponentialDelay(2),
});

const choosers: Record<string, (seed: string) => Chooser> = {
  product: (seed) => productLearner(arms, BASE_RATE, seed),
  'Thompson, prior at the base rate': (seed) => betaThompson({ rate: BASE_RATE, blocks: 50 }, seed),
  'Thompson, flat prior': (seed) => betaThompson({ rate: 0.5, blocks: 2 }, seed),
  'ε-greedy 0.1': (seed) => epsilonGreedy(() => 0.1, { rate: BASE_RATE, blocks: 50 }, seed),
  'test 20 %, then commit': (seed) => testThenCommit(0.2 * NIGHTS, { rate: BASE_RATE, blocks: 50 }, seed),
  uniform: (seed) => uniform(arms.length, seed),
};

function experiment(name: string, batch: number): Experiment {
  return {
    name,
    about: `Regret among eight independent offers, ${batch} blocks a night`,
    seeds: 1000,
    cases: Object.fromEntries(
      Object.entries(choosers).map(([chooser, make]) => [
        chooser,
        (seed) => ({ regret: play(offerWorld(batch), make(String(seed)), String(seed)).regret }),
      ]),
    ),
    report: (runs) =>
      table(
        ['', 'mean regret', '± 95 %', 'p95 (its 95 % range)'],
        Object.entries(runs).map(([chooser, of]) => {
          const regrets = spread(of.map(({ regret }) => regret as number));
          return [chooser, regrets.mean.toFixed(1), regrets.margin.toFixed(1), percentile(regrets)];
        }),
      ),
  };
}

export const offers = experiment('offers', 100);
export const small = experiment('small', 25);
