import { GENES } from '../../domain/genes.ts';
import type { Offer } from '../../library/schema.ts';
import type { AlleleReport, NextStep, OfferReport } from './data.ts';

/** More than a person writes in a week. */
const MOST = 5;

/** A wording makes no difference when it surely moves answers by less than this part, up or down. */
const ALIKE = 0.25;

/**
 * What to write next: the offers that are shown most come first, then what stands first in the mail. Pictures are not
 * asked for where there is only one: they cost most, and most offers have one that fits.
 */
export function nextSteps(offers: readonly OfferReport[], library: ReadonlyMap<string, Offer>): NextStep[] {
  return offers
    .flatMap(({ offerId, shown, alleles }) => {
      const offer = library.get(offerId);
      if (!offer || shown === 0) return [];
      return GENES.flatMap((gene): NextStep[] => {
        const written = Object.keys(offer.genes[gene]).length;
        if (written === 0) return gene === 'picture' ? [] : [{ offerId, gene, why: 'only_one', shown }];
        const known = alleles.filter((allele) => allele.gene === gene);
        return known.length === written && known.every(isAlike)
          ? [{ offerId, gene, why: 'all_alike', shown }]
          : [];
      }).slice(0, 1);
    })
    .sort((a, b) => b.shown - a.shown)
    .slice(0, MOST);
}

const isAlike = ({ times }: AlleleReport): boolean => times.low > 1 - ALIKE && times.high < 1 + ALIKE;
