import type { Experiment, Figures } from './experiment.ts';
import { chaser, type ProofLearner, product } from './proof-learners.ts';
import { type ProofRun, type ProofWorld, runProof } from './proof-world.ts';
import { table } from './table.ts';

/** Two years in which nothing is better or worse than anything else. */
export const alike: ProofWorld = {
  nights: 730,
  mails: 40,
  people: 4000,
  colleagues: 3,
  rate: 0.03,
  complaints: 0.004,
  alive: 8,
  births: 2,
  swing: 0,
  wander: 0,
  activity: 0,
  taste: 0,
  apart: null,
  special: null,
};

/** Rates drift, people differ, and companies have a taste for one variant or another; on average all are alike. */
export const restless: Partial<ProofWorld> = { swing: 0.4, wander: 0.02, activity: 0.7, taste: 0.5 };

type Learner = (rate: number, seed: string) => ProofLearner;

const seeded =
  (world: ProofWorld, learner: Learner) =>
  (seed: number): Figures =>
    figuresOf(runProof(world, learner(world.rate, `proof|${seed}`), `proof|${seed}`));

function figuresOf({ graduated, stopped, ...rest }: ProofRun): Figures {
  return {
    ...rest,
    // -1: never
    graduatedAfter: graduated?.nights ?? -1,
    graduatedMails: graduated?.mails ?? -1,
    stoppedAfter: stopped?.nights ?? -1,
    stoppedMails: stopped?.mails ?? -1,
  };
}

const alikeCases = {
  'all alike, winners chased': seeded(alike, chaser),
  'all alike, the product’s policy': seeded(alike, product),
  'rates drift': seeded({ ...alike, swing: 0.4, wander: 0.02 }, chaser),
  'people and companies differ': seeded({ ...alike, activity: 0.7, taste: 0.5 }, chaser),
  'owners apart, half complain twice as often': seeded({ ...alike, apart: 2, complaints: 0.008 / 3 }, chaser),
  'all of it, the product’s policy': seeded({ ...alike, ...restless }, product),
};

const special = (lift: number, harm: number) =>
  seeded({ ...alike, ...restless, special: { lift, harm } }, chaser);

const specialCases = {
  'answered 1.5 times as often': special(1.5, 1),
  'answered twice as often': special(2, 1),
  'answered 3 times as often': special(3, 1),
  'unsubscribed from twice as often': special(1, 2),
  'unsubscribed from 4 times as often': special(1, 4),
  'unsubscribed from 8 times as often': special(1, 8),
};

/** What is graduated or stopped where nothing is different, and how soon where something is. */
export const proof: Experiment = {
  name: 'proof',
  about: 'wrong graduations and stops when looking every night for two years, and how soon right ones come',
  seeds: 1000,
  cases: { ...alikeCases, ...specialCases },
  report: (runs) =>
    [
      table(
        [
          'nothing is different',
          'graduated',
          'stopped',
          'either, of runs',
          'by z > 1.96',
          'tests a run',
          'variants a run',
        ],
        Object.keys(alikeCases).map((name) => wrongRow(name, runs[name] ?? [])),
      ),
      table(
        [
          'one variant is different',
          'found',
          'median nights',
          'p90',
          'median mails with it',
          'others wrongly',
        ],
        Object.keys(specialCases).map((name) => soonRow(name, runs[name] ?? [])),
      ),
    ].join('\n\n'),
};

function wrongRow(name: string, runs: readonly Figures[]): string[] {
  const share = (wrong: (run: Figures) => boolean) => {
    const part = runs.filter(wrong).length / runs.length;
    const error = Math.sqrt((part * (1 - part)) / runs.length);
    return `${(100 * part).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
  };
  const graduated = (run: Figures) => number(run, 'wrongGraduates') > 0;
  const stopped = (run: Figures) => number(run, 'wrongStops') > 0;
  return [
    name,
    share(graduated),
    share(stopped),
    share((run) => graduated(run) || stopped(run)),
    share((run) => number(run, 'wrongPeeks') > 0),
    mean(runs, 'tests'),
    mean(runs, 'born'),
  ];
}

function soonRow(name: string, runs: readonly Figures[]): string[] {
  const kind = name.startsWith('answered') ? 'graduated' : 'stopped';
  const sorted = (figure: string) =>
    runs
      .map((run) => number(run, figure))
      .map((value) => (value < 0 ? Number.POSITIVE_INFINITY : value))
      .sort((a, b) => a - b);
  const at = (figure: string, part: number) => {
    const value = sorted(figure)[Math.floor(part * runs.length)] as number;
    return Number.isFinite(value) ? String(value) : 'not yet';
  };
  const found = runs.filter((run) => number(run, `${kind}After`) >= 0).length / runs.length;
  const wrong = runs.filter((run) => number(run, 'wrongGraduates') + number(run, 'wrongStops') > 0).length;
  return [
    name,
    `${(100 * found).toFixed(0)} %`,
    at(`${kind}After`, 0.5),
    at(`${kind}After`, 0.9),
    at(`${kind}Mails`, 0.5),
    `${((100 * wrong) / runs.length).toFixed(1)} %`,
  ];
}

const number = (run: Figures, name: string): number => run[name] as number;

const mean = (runs: readonly Figures[], name: string): string =>
  (runs.reduce((sum, run) => sum + number(run, name), 0) / runs.length).toFixed(1);
