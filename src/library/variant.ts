import type { Language } from '../domain/customer.ts';
import { BASE, GENES, type Gene, genomeOf } from '../domain/genes.ts';
import type { Offer } from './schema.ts';

/** What an offer says in one of its forms, in one language; placeholders not yet filled. */
export interface OfferForm {
  headline: string;
  /** Markdown. */
  body: string;
  picture: string | undefined;
  alt: string | undefined;
  linkLabel: string | undefined;
  /** A sentence for owners of whichever product; undefined: that of the bridge. */
  bridge: string | undefined;
  /** The question above the answers; undefined: that of the mail's words. */
  call: string | undefined;
}

/**
 * The offer with the alleles of one of its variants in place of its own texts. An allele that is not written (any more)
 * leaves the offer's own text; `unwrittenAlleles` tells.
 * @returns undefined when the offer has no text in that language
 */
export function offerForm(offer: Offer, variantId: string, language: Language): OfferForm | undefined {
  const text = offer[language];
  if (!text) return undefined;
  const genome = genomeOf(variantId);
  const written = (gene: Gene) => alleleText(offer, gene, genome[gene] ?? BASE, language);
  const alt = written('picture');
  return {
    headline: written('headline') ?? text.headline,
    body: written('benefit') ?? text.body,
    picture: alt === undefined ? offer.picture : offer.genes.picture[genome.picture ?? BASE]?.file,
    alt: alt ?? text.alt,
    linkLabel: text.linkLabel,
    bridge: written('bridge'),
    call: written('call'),
  };
}

/** The alleles of a variant, such as `headline=as-question`, that this offer does not have (any more) in a language. */
export function unwrittenAlleles(offer: Offer, variantId: string, language: Language): string[] {
  const genome = genomeOf(variantId);
  return GENES.flatMap((gene) => {
    const allele = genome[gene] ?? BASE;
    return allele === BASE || alleleText(offer, gene, allele, language) !== undefined
      ? []
      : [`${gene}=${allele}`];
  });
}

/** What an allele says; of a picture, what is seen in it. */
function alleleText(offer: Offer, gene: Gene, allele: string, language: Language): string | undefined {
  const alleles = offer.genes[gene];
  return Object.hasOwn(alleles, allele) ? alleles[allele]?.[language] : undefined;
}
