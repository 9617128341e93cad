import { CrossFitting } from '../../src/learn/evaluate/crossfit.ts';
import { ESTIMATORS } from '../../src/learn/evaluate/estimate.ts';
import { Evaluating, type Evaluation } from '../../src/learn/evaluate/evaluate.ts';
import type { Evaluated, TargetPolicy } from '../../src/learn/evaluate/policies.ts';
import type { Experiment, Figures } from './experiment.ts';
import { type LoggedWorld, logged } from './logged.ts';
import { table } from './table.ts';

/** Policies that don't depend on what was learned: drawing lots; half of the time by lot, half of the time the first candidate. */
export const KNOWN_POLICIES: Readonly<Record<string, Evaluated | TargetPolicy>> = {
  uniform: 'uniform',
  mixed: (candidates) => candidates.map((_, k) => (k === 0 ? 0.5 : 0) + 0.5 / candidates.length),
};

/** And those that follow from the log: for each customer, from the answers of others. */
export const ALL_POLICIES: typeof KNOWN_POLICIES = {
  ...KNOWN_POLICIES,
  greedy: 'greedy',
  thompson: 'thompson',
};

/** A small company in its first nights: few answers, odds that change every night. */
export const SMALL_LOG: LoggedWorld = {
  customers: 1000,
  nights: 4,
  blocks: 600,
  offers: 3,
  variants: 2,
  rate: 0.02,
  exploration: 0.05,
  habits: 0.5,
  earns: [[1, 1]],
};

/**
 * One seeded log, and for each policy and each interval: estimate, lower end, upper end, truth (of one block), and
 * how much of its own blocks the log is worth.
 */
export function estimates(
  world: LoggedWorld,
  seed: string,
  policies: typeof KNOWN_POLICIES,
): Record<string, readonly number[]> {
  const log = logged(world, seed);
  const fitting = new CrossFitting();
  for (const block of log.blocks) fitting.add(block);
  const posteriors = fitting.done();
  const found: Record<string, readonly number[]> = {};
  for (const [name, policy] of Object.entries(policies)) {
    const evaluating = new Evaluating(posteriors, { policy, exploration: world.exploration });
    for (const block of log.blocks) evaluating.add(block);
    const { other, more, weights } = evaluating.done() as Evaluation;
    const truth = log.truth((block) => evaluating.target(block));
    for (const by of ESTIMATORS) {
      const { value, low, high } = other[by];
      found[`${name}, ${by}`] = [value, low, high, truth, weights.effective];
    }
    found[`${name}, more`] = [more.value, more.low, more.high, truth - log.real, weights.effective];
  }
  return found;
}

const run =
  (changes: Partial<LoggedWorld>) =>
  (seed: number): Figures =>
    estimates({ ...SMALL_LOG, ...changes }, `evaluate ${seed}`, ALL_POLICIES);

/** Whether the intervals of `learn evaluate` hold what they promise. */
export const evaluate: Experiment = {
  name: 'evaluate',
  about: 'what another policy would have earned: how often the 95 % interval holds the truth',
  seeds: 1000,
  cases: {
    'exploration 0.05': run({}),
    'exploration 0.10': run({ exploration: 0.1 }),
    'clicks and “later” count in part': run({
      earns: [
        [1, 0.6],
        [0.25, 0.2],
        [0.1, 0.2],
      ],
    }),
    'two hundred customers of very different habits': run({ customers: 200, habits: 1 }),
    'sixteen candidates, twenty nights': run({ offers: 4, variants: 4, nights: 20, blocks: 300 }),
  },
  report: (runs) =>
    Object.entries(runs)
      .map(([name, figures]) => `${name}\n${table(HEAD, rowsOf(figures))}`)
      .join('\n\n'),
};

const HEAD = ['per 100 blocks', 'truth', 'bias', 'width', 'holds the truth', 'too high', 'too low', 'worth'];

function rowsOf(figures: readonly Figures[]): string[][] {
  return Object.keys(figures[0] ?? {}).map((key) => {
    const all = figures.map((each) => each[key] as [number, number, number, number, number]);
    const mean = (of: (each: (typeof all)[number]) => number) =>
      all.reduce((sum, each) => sum + of(each), 0) / all.length;
    const share = (of: (each: (typeof all)[number]) => boolean) =>
      `${(100 * mean((each) => (of(each) ? 1 : 0))).toFixed(1)} %`;
    return [
      key,
      (100 * mean(([, , , truth]) => truth)).toFixed(2),
      (100 * mean(([value, , , truth]) => value - truth)).toFixed(3),
      (100 * mean(([, low, high]) => high - low)).toFixed(2),
      share(([, low, high, truth]) => low <= truth && truth <= high),
      share(([, low, , truth]) => truth < low),
      share(([, , high, truth]) => truth > high),
      mean((each) => each[4]).toFixed(0),
    ];
  });
}
