import { describe, expect, it } from 'vitest';
import { type Chooser, play, type World } from '../../bench/simulate/bandit.ts';
import { greedy, playCompany, product } from '../../bench/simulate/company.ts';
import { betaThompson, epsilonGreedy, testThenCommit, uniform } from '../../bench/simulate/competitors.ts';
import { CHANGE, driftWorld, recovery } from '../../bench/simulate/drift.ts';
import { geneWorld } from '../../bench/simulate/genes.ts';
import { productLearner } from '../../bench/simulate/learner.ts';
import { arms, BASE_RATE, offerWorld } from '../../bench/simulate/offers.ts';

/** The simulator's experiments in small; `npm run simulate` has the figures. */

function regret(world: (seed: string) => World, chooser: (seed: string) => Chooser, seeds: number): number {
  let sum = 0;
  for (let seed = 1; seed <= seeds; seed += 1)
    sum += play(world(String(seed)), chooser(String(seed)), String(seed)).regret;
  return sum / seeds;
}

describe('the choice of offers, in the simulator', { timeout: 120_000 }, () => {
  it('gives up far fewer answers than chance, and fewer than a test before, with few independent offers', () => {
    const belief = { rate: BASE_RATE, blocks: 50 };
    const of = (chooser: (seed: string) => Chooser) => regret(() => offerWorld(100), chooser, 8);
    const own = of((seed) => productLearner(arms, BASE_RATE, seed));
    const chance = of((seed) => uniform(arms.length, seed));
    // 0.04 less the mean rate, 12,000 times
    expect(Math.abs(chance - 258)).toBeLessThan(5);
    expect(own).toBeLessThan(0.35 * chance);
    expect(own).toBeLessThan(of((seed) => testThenCommit(24, belief, seed)));
  });

  it('gives up fewer than what knows no genes at usual settings, among 256 forms', () => {
    const world = (seed: string) => geneWorld(0.15, seed, 28);
    const size = geneWorld(0, '1').arms.length;
    const belief = { rate: 0.05, blocks: 40 };
    const own = regret(world, (seed) => productLearner(geneWorld(0, '1').arms, 0.05, seed), 2);
    const others = [
      regret(world, (seed) => betaThompson(belief, seed, 4), 2),
      regret(world, (seed) => epsilonGreedy(() => 0.1, belief, seed), 2),
      regret(world, (seed) => testThenCommit(7, belief, seed), 2),
      regret(world, (seed) => uniform(size, seed), 2),
    ];
    expect(own).toBeLessThan(0.6 * Math.min(...others));
  });

  it('finds back after taste has turned around', () => {
    const { attained } = play(driftWorld(400, 180, CHANGE + 150), productLearner(arms, BASE_RATE, '1'), '1');
    expect(attained[CHANGE]).toBeLessThan(0.35);
    expect(recovery(attained)).toBeLessThan(120);
  });

  it('earns more in a company, within its ratio', () => {
    const [own, chance] = [product, greedy(1)].map((make) => playCompany(make, 1, 120, 364));
    const rate = (of: typeof own) => (of?.answers ?? 0) / (of?.offers ?? 1);
    expect(rate(own)).toBeGreaterThan(1.1 * rate(chance));
    expect(own?.furthest).toBeLessThan(1);
    expect(own?.offers).toBeGreaterThan(300);
  });

  it('comes to the same for the same seed', () => {
    const again = () => play(offerWorld(25, 20), productLearner(arms, BASE_RATE, 'x'), 'x');
    expect(again()).toEqual(again());
  });
});
