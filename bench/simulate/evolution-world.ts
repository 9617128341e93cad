import { GENES, type Gene, genomeOf, variantIdOf } from '../../src/domain/genes.ts';
import type { Alleles } from '../../src/learn/evolution/genomes.ts';
import { expit, logit } from '../../src/learn/model/posterior.ts';
import { normals, seededRandom } from '../../src/learn/model/random.ts';

/** How the hidden world is made; spreads are standard deviations on the log-odds. */
export interface WorldRules {
  /** Rate of a form whose effects are all zero. */
  rate: number;
  /** Alleles of each of the four genes, `base` included. */
  alleles: number;
  /** How far each allele moves the log-odds by itself. */
  allele: number;
  /** Of every pair of alleles of two genes. */
  interaction: number;
}

/** What nobody knows: how each form of an offer is really taken up. */
export interface World {
  alleles: Alleles;
  /** Chance of a yes to a block in this form. */
  rateOf(variantId: string): number;
  /** Eight forms, drawn at random. */
  founders: string[];
  /** Rate of the best form of all. */
  best: number;
}

const VARYING: readonly Gene[] = ['headline', 'picture', 'benefit', 'call'];
const FOUNDERS = 8;

/** One such world; the same for the same seed. */
export function makeWorld(rules: WorldRules, seed: number): World {
  const random = seededRandom(`world ${seed}`);
  const normal = normals(random);
  const names = ['base', ...Array.from({ length: rules.alleles - 1 }, (_, k) => `form-${k + 1}`)];
  const main = VARYING.map(() => names.map(() => normal() * rules.allele));
  const pairs = VARYING.map((_, a) =>
    VARYING.slice(a + 1).map(() => names.map(() => names.map(() => normal() * rules.interaction))),
  );
  const known = new Map<string, number>();
  function rateOf(variantId: string): number {
    let rate = known.get(variantId);
    if (rate === undefined) {
      const genome = genomeOf(variantId);
      const at = VARYING.map((gene) => names.indexOf(genome[gene] ?? 'base'));
      let x = logit(rules.rate);
      for (const [a, allele] of at.entries()) {
        x += main[a]?.[allele] as number;
        for (const [b, other] of at.slice(a + 1).entries()) x += pairs[a]?.[b]?.[allele]?.[other] as number;
      }
      rate = expit(x);
      known.set(variantId, rate);
    }
    return rate;
  }
  const any = () => names[Math.floor(random() * names.length)] as string;
  const founders = new Set<string>();
  while (founders.size < FOUNDERS)
    founders.add(variantIdOf(Object.fromEntries(VARYING.map((gene) => [gene, any()]))));
  let all: string[][] = [[]];
  for (const _ of VARYING) all = all.flatMap((list) => names.map((name) => [...list, name]));
  const best = Math.max(
    ...all.map((list) =>
      rateOf(variantIdOf(Object.fromEntries(VARYING.map((gene, k) => [gene, list[k] as string])))),
    ),
  );
  const alleles = Object.fromEntries(
    GENES.map((gene) => [gene, VARYING.includes(gene) ? names.slice(1) : []]),
  ) as unknown as Alleles;
  return { alleles, rateOf, founders: [...founders], best };
}
