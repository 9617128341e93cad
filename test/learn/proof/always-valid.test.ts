import { describe, expect, it } from 'vitest';
import { restless } from '../../../bench/simulate/proof.ts';
import { chaser } from '../../../bench/simulate/proof-learners.ts';
import { type ProofWorld, runProof } from '../../../bench/simulate/proof-world.ts';

/** Two small years: rates drift, people differ, companies have tastes, early winners are chased, and births go on. */
const world: ProofWorld = {
  nights: 730,
  mails: 8,
  people: 900,
  colleagues: 3,
  rate: 0.08,
  complaints: 0.02,
  alive: 8,
  births: 2,
  swing: 0,
  wander: 0,
  activity: 0,
  taste: 0,
  apart: null,
  special: null,
  ...restless,
};
const run = (changes: Partial<ProofWorld>, seed: string) =>
  runProof({ ...world, ...changes }, chaser(world.rate, seed), seed);

describe('looking every night for two years', () => {
  it('graduates or stops anything wrongly in at most 5 % of 1,000 experiments without a difference', () => {
    let wrong = 0;
    let peeks = 0;
    let tests = 0;
    for (let seed = 1; seed <= 1000; seed += 1) {
      const { wrongGraduates, wrongStops, wrongPeeks, tests: begun } = run({}, `alike ${seed}`);
      if (wrongGraduates + wrongStops > 0) wrong += 1;
      if (wrongPeeks > 0) peeks += 1;
      tests += begun;
    }
    // there was plenty of opportunity: whoever looks every night for z > 1.96 goes wrong in almost every second one
    expect(tests).toBeGreaterThan(3000);
    expect(peeks).toBeGreaterThan(300);
    // no more than is truly behind it: some 14, of the 50 that 5 % are
    expect(wrong).toBeLessThanOrEqual(25);
  }, 300_000);

  it('blames no form for its readers, when they complain twice as much as those who may only get others', () => {
    const apart = { apart: 2, complaints: 0.04, alive: 4, births: 1 };
    const runs = Array.from({ length: 60 }, (_, seed) => run(apart, `apart ${seed}`));
    expect(runs.filter(({ wrongStops }) => wrongStops > 0).length).toBeLessThanOrEqual(3);
  }, 60_000);

  it('finds what is truly better, and what truly does harm', () => {
    const runs = Array.from({ length: 20 }, (_, seed) => ({
      better: run({ special: { lift: 3, harm: 1 } }, `better ${seed}`),
      harmful: run({ special: { lift: 1, harm: 8 } }, `harmful ${seed}`),
    }));
    expect(runs.filter(({ better }) => better.graduated).length).toBeGreaterThanOrEqual(15);
    expect(runs.filter(({ harmful }) => harmful.stopped).length).toBeGreaterThanOrEqual(15);
  }, 60_000);
});
