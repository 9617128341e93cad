import type { Candidate } from '../../domain/composition.ts';
import { BASE, GENES, type Gene, genomeOf } from '../../domain/genes.ts';

/** What tells candidates apart, and how far each is expected to move the log-odds of an answer (standard deviations). */
export const SPREAD = {
  /** Of the company's base rate, which is known well. */
  intercept: 0.5,
  offer: 0.7,
  family: 0.3,
  pair: 0.2,
  allele: 0.4,
  /** What the variant has of its own, beyond its genes: they may act together. */
  variant: 0.2,
} as const;

/** An effect that several candidates share, by name. */
export interface Effect {
  name: string;
  spread: number;
}

/** Which genes an offer has in more than one form, by offer id. Genes with one form tell nothing apart. */
export type VaryingGenes = ReadonlyMap<string, readonly Gene[]>;

/** The genes that differ among these variants. */
export function varyingGenes(variants: Iterable<Pick<Candidate, 'offerId' | 'variantId'>>): VaryingGenes {
  const found = new Map<string, Set<Gene>>();
  for (const { offerId, variantId } of variants) {
    const genes = found.get(offerId) ?? new Set();
    for (const gene of GENES) if (genomeOf(variantId)[gene] !== undefined) genes.add(gene);
    found.set(offerId, genes);
  }
  return new Map([...found].map(([offerId, genes]) => [offerId, GENES.filter((gene) => genes.has(gene))]));
}

/** All effects of a candidate except that of the variant itself. */
export function effectsOf(
  { offerId, productKey, variantId }: Candidate,
  family: string | null,
  varying: VaryingGenes,
): Effect[] {
  const genome = genomeOf(variantId);
  return [
    { name: 'intercept', spread: SPREAD.intercept },
    { name: `offer ${offerId}`, spread: SPREAD.offer },
    ...(family === null ? [] : [{ name: `family ${family}`, spread: SPREAD.family }]),
    { name: `pair ${offerId} ${productKey}`, spread: SPREAD.pair },
    ...(varying.get(offerId) ?? []).map((gene) => ({
      name: `${offerId} ${gene}=${genome[gene] ?? BASE}`,
      spread: SPREAD.allele,
    })),
  ];
}

/** Name of the effect that a variant has of its own. */
export const variantName = ({ offerId, variantId }: Pick<Candidate, 'offerId' | 'variantId'>): string =>
  `${offerId} ${variantId}`;
