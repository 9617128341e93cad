/**
 * 256 forms of one offer, of four genes with four alleles each: 40,000 choices in nightly batches of 500, answers up to
 * 7 nights late. On the logit every allele has an effect (standard deviation 0.35), and every form one of its own, for
 * genes that act together (standard deviation 0, 0.15 or 0.3); 5 % where all are 0. Showing forms by chance gives up
 * some 5,200 answers without interactions and 7,100 with the strongest.
 */
import { BASE, type Gene, variantIdOf } from '../../src/domain/genes.ts';
import { expit, logit } from '../../src/learn/model/posterior.ts';
import { normals, seededRandom } from '../../src/learn/model/random.ts';
import { type Arm, type Chooser, evenDelay, play, type World } from './bandit.ts';
import { betaThompson, epsilonGreedy, testThenCommit, uniform } from './competitors.ts';
import type { Experiment } from './experiment.ts';
import { productLearner } from './learner.ts';
import { percentile, spread, table } from './table.ts';

const BASE_RATE = 0.05;
const ALLELE = 0.35;
const INTERACTIONS = [0, 0.15, 0.3];
const GENES: readonly Gene[] = ['headline', 'picture', 'benefit', 'call'];
const ALLELES = [BASE, 'one', 'two', 'three'];
const NIGHTS = 80;

interface Form extends Arm {
  alleles: readonly number[];
}

const forms: readonly Form[] = Array.from({ length: ALLELES.length ** GENES.length }, (_, number) => {
  const alleles = GENES.map((_gene, place) => Math.floor(number / ALLELES.length ** place) % ALLELES.length);
  const genome = Object.fromEntries(GENES.map((gene, place) => [gene, ALLELES[alleles[place] as number]]));
  return { offerId: 'offer', productKey: 'owned', family: null, variantId: variantIdOf(genome), alleles };
});

/** A world with these interactions; the same alleles' effects for the same seed. */
export function geneWorld(interaction: number, seed: string, nights = NIGHTS): World {
  const normal = normals(seededRandom(`${seed}|genes`));
  const effects = GENES.map(() => ALLELES.map(() => normal() * ALLELE));
  const rates = forms.map(({ alleles }) => {
    const sum = alleles.reduce((total, allele, place) => total + (effects[place]?.[allele] ?? 0), 0);
    return expit(logit(BASE_RATE) + sum + normal() * interaction);
  });
  return { arms: forms, rates: () => rates, nights, batch: 500, delay: evenDelay(7) };
}

/** Ways to choose, each with its settings; what is compared is the best setting in hindsight. */
export const choosers: Readonly<Record<string, Readonly<Record<string, (seed: string) => Chooser>>>> = {
  'product (pooled by genes)': { default: (seed) => productLearner(forms, BASE_RATE, seed) },
  'Thompson per variant': each([5, 20, 60, 100, 200], (blocks) => [
    `prior of ${blocks} blocks`,
    (seed) => betaThompson({ rate: BASE_RATE, blocks }, seed, 2),
  ]),
  'ε-greedy': {
    ...each([0.05, 0.1, 0.2, 0.3, 0.4], (part) => [
      `ε ${part}`,
      (seed) => epsilonGreedy(() => part, { rate: BASE_RATE, blocks: 20 }, seed),
    ]),
    ...each([1.5, 3, 6, 12], (nights) => [
      `ε ${nights}/night`,
      (seed) => epsilonGreedy((night) => nights / (night + 1), { rate: BASE_RATE, blocks: 20 }, seed),
    ]),
  },
  'test, then commit': each([0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5], (share) => [
    `${100 * share} %`,
    (seed) => testThenCommit(share * NIGHTS, { rate: BASE_RATE, blocks: 20 }, seed),
  ]),
  uniform: { '': (seed) => uniform(forms.length, seed) },
};

function each(
  values: readonly number[],
  make: (value: number) => [string, (seed: string) => Chooser],
): Record<string, (seed: string) => Chooser> {
  return Object.fromEntries(values.map(make));
}

const nameOf = (interaction: number, chooser: string, setting: string) =>
  `${interaction}|${chooser}|${setting}`;

export const genes: Experiment = {
  name: 'genes',
  about: 'Regret among 256 forms of four genes, against ways that know no genes',
  seeds: 40,
  cases: Object.fromEntries(
    INTERACTIONS.flatMap((interaction) =>
      Object.entries(choosers).flatMap(([chooser, settings]) =>
        Object.entries(settings).map(([setting, make]) => [
          nameOf(interaction, chooser, setting),
          (seed: number) => ({
            regret: play(geneWorld(interaction, String(seed)), make(String(seed)), String(seed)).regret,
          }),
        ]),
      ),
    ),
  ),
  report: (runs) =>
    INTERACTIONS.map((interaction) => {
      const rows = Object.entries(choosers).map(([chooser, settings]) => {
        const [best] = Object.keys(settings)
          .map((setting) => {
            const of = runs[nameOf(interaction, chooser, setting)] ?? [];
            return { setting, ...spread(of.map(({ regret }) => regret as number)) };
          })
          .sort((a, b) => a.mean - b.mean);
        return {
          chooser,
          setting: '',
          mean: 0,
          margin: 0,
          p95: 0,
          p95Range: [0, 0] as [number, number],
          ...best,
        };
      });
      const [own, ...others] = rows;
      const rival = Math.min(...others.map(({ mean }) => mean));
      const text = table(
        [`interactions ${interaction}`, 'best setting', 'mean regret', '± 95 %', 'p95'],
        rows.map((row) => [
          row.chooser,
          row.setting,
          row.mean.toFixed(0),
          row.margin.toFixed(0),
          percentile(row),
        ]),
      );
      return `${text}\n${((own?.mean ?? 0) / rival).toFixed(2)} × the best of the others\n`;
    }).join('\n'),
};
