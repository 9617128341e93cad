import { type Births, type EvolutionFigures, runEvolution } from './evolution-run.ts';
import type { WorldRules } from './evolution-world.ts';
import type { Experiment, Figures } from './experiment.ts';
import { spread, table } from './table.ts';

/** Hidden worlds: answers of 2 to 5 %, tastes as strong as the model expects, weaker ones, and forms that depend on each other. */
export const WORLDS = {
  expected: { rate: 0.03, alleles: 5, allele: 0.4, interaction: 0.15 },
  weak: { rate: 0.03, alleles: 4, allele: 0.3, interaction: 0.15 },
  entangled: { rate: 0.02, alleles: 5, allele: 0.4, interaction: 0.3 },
} as const satisfies Record<string, WorldRules>;

const ALL_BIRTHS: readonly Births[] = ['none', 'bred', 'vetoed'];
const TRAFFIC = [1000, 300];

type Run = (seed: number) => Figures;

function casesOf(worlds: readonly (keyof typeof WORLDS)[], rounds: number): Record<string, Run> {
  const cases: Record<string, Run> = {};
  for (const world of worlds)
    for (const blocks of TRAFFIC)
      for (const births of ALL_BIRTHS)
        cases[`${world} ${blocks} ${births}`] = (seed) => ({
          ...runEvolution({ world: WORLDS[world], blocks, births, rounds }, seed),
        });
  return cases;
}

/** Each case with births beside the same world, founders and seed without. */
function report(runs: Readonly<Record<string, readonly Figures[]>>): string {
  const rows = Object.entries(runs).flatMap(([name, figures]) => {
    const without = runs[name.replace(/\S+$/, 'none')];
    if (!without || name.endsWith('none')) return [];
    const found = compare(figures as unknown as EvolutionFigures[], without as unknown as EvolutionFigures[]);
    return [
      [
        name,
        found.ofMeans.toFixed(2),
        `${found.ratios.mean.toFixed(2)} ± ${found.ratios.margin.toFixed(2)}`,
        percent(found.worse),
        percent(found.without),
        percent(found.with),
        percent(found.last),
        percent(found.bestFounder),
        percent(found.best),
        found.births.toFixed(0),
      ],
    ];
  });
  return table(
    [
      'world, blocks a month',
      'ratio of means',
      'mean of ratios',
      'worse',
      'without',
      'with',
      'last month',
      'best founder',
      'best of all',
      'births',
    ],
    rows,
  );
}

/** What births are worth: figures of the same seeds with them and without. */
export function compare(bred: readonly EvolutionFigures[], none: readonly EvolutionFigures[]) {
  const ratios = bred.map(({ average }, k) => average / (none[k] as EvolutionFigures).average);
  const mean = (name: keyof EvolutionFigures, of = bred) =>
    of.reduce((sum, figures) => sum + figures[name], 0) / of.length;
  return {
    ofMeans: mean('average') / mean('average', none),
    ratios: spread(ratios),
    /** Share of the seeds in which it was better not to breed. */
    worse: ratios.filter((ratio) => ratio < 1).length / ratios.length,
    without: mean('average', none),
    with: mean('average'),
    last: mean('last'),
    bestFounder: mean('bestFounder'),
    best: mean('best'),
    births: mean('births'),
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const evolution: Experiment = {
  name: 'evolution',
  about: 'what births are worth: 4 genes, 8 founders, 24 months, births monthly, in three hidden worlds',
  seeds: 200,
  cases: casesOf(['expected', 'weak', 'entangled'], 1),
  report,
};

export const nightlyEvolution: Experiment = {
  name: 'evolution-nightly',
  about: 'the same in the first of these worlds, learning and births every night',
  seeds: 40,
  cases: casesOf(['expected'], 30),
  report,
};
