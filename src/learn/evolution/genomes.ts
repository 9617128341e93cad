import { BASE, GENES, type Gene, type Genome, genomeOf, variantIdOf } from '../../domain/genes.ts';

/** Which alleles people have written for each gene of an offer, besides `base`. */
export type Alleles = Readonly<Record<Gene, readonly string[]>>;

/** The alleles that the library has of an offer. */
export function allelesOf(genes: Readonly<Record<Gene, Readonly<Record<string, unknown>>>>): Alleles {
  return Object.fromEntries(
    GENES.map((gene) => [gene, Object.keys(genes[gene]).sort()]),
  ) as unknown as Alleles;
}

/** Whether every part of a variant is still written. */
export function isMadeOf(alleles: Alleles, variantId: string): boolean {
  const genome = genomeOf(variantId);
  return GENES.every((gene) => {
    const allele = genome[gene];
    return allele === undefined || alleles[gene].includes(allele);
  });
}

/** All variants that differ from this one in exactly one gene. */
export function mutantsOf(variantId: string, alleles: Alleles): string[] {
  const genome = genomeOf(variantId);
  return GENES.flatMap((gene) =>
    [BASE, ...alleles[gene]]
      .filter((allele) => allele !== (genome[gene] ?? BASE))
      .map((allele) => variantIdOf({ ...genome, [gene]: allele })),
  );
}

/** All variants that have each gene from one of these two, without the two themselves. */
export function crossoversOf(one: string, other: string): string[] {
  const [a, b] = [genomeOf(one), genomeOf(other)];
  let made: Genome[] = [{}];
  for (const gene of GENES) {
    const both = new Set([a[gene] ?? BASE, b[gene] ?? BASE]);
    made = made.flatMap((genome) => [...both].map((allele) => ({ ...genome, [gene]: allele })));
  }
  return made.map(variantIdOf).filter((id) => id !== one && id !== other);
}
