/** What an offer's form is made of, in reading order. Each has forms that people wrote: alleles. */
export const GENES = ['headline', 'bridge', 'picture', 'benefit', 'call'] as const;
export type Gene = (typeof GENES)[number];

/** The allele of a gene that the offer itself has. */
export const BASE = 'base';

/** Which allele each gene has; genes that are missing have `base`. */
export type Genome = Readonly<Partial<Record<Gene, string>>>;

/**
 * A variant's id says what it is made of: `headline=question,picture=close-up`, or `base` for the offer as it was
 * written. One genome has one id.
 */
export function variantIdOf(genome: Genome): string {
  const genes = GENES.flatMap((gene) => {
    const allele = genome[gene] ?? BASE;
    return allele === BASE ? [] : [`${gene}=${allele}`];
  });
  return genes.length === 0 ? BASE : genes.join(',');
}

/** The genes that are not as the offer was written. Of what is no variant's id, none. */
export function genomeOf(variantId: string): Genome {
  const genome: Partial<Record<Gene, string>> = {};
  for (const part of variantId.split(',')) {
    const [gene, allele] = part.split('=');
    if (allele !== undefined && isGene(gene)) genome[gene] = allele;
  }
  return genome;
}

function isGene(word: string | undefined): word is Gene {
  return GENES.some((gene) => gene === word);
}
