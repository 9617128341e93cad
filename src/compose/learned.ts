import type { Language } from '../domain/customer.ts';
import { BASE } from '../domain/genes.ts';
import type { Pairing } from '../domain/learning.ts';
import type { Offer } from '../library/schema.ts';
import { type OfferPolicy, uniformPolicy } from './experimental.ts';

/** What was learned from answers, as decisions use it. The law, wishes and the innovation ratio come before it. */
export interface Learned {
  policy: OfferPolicy;
  /** Ids of the variants of an offer that may be tried and have all their texts in that language. */
  variantsOf(offer: Offer, language: Language): string[];
  /** Offers for owners of products that no bridge leads from, agreed to by a person; by offer id. */
  pairings: ReadonlyMap<string, readonly Pairing[]>;
  /**
   * How much a development is answered by owners of a product, as a multiple of what is usual for its place in the
   * mail and its priority: 1 where nothing is known.
   */
  appeal(developmentId: string, productKey: string): number;
}

/** Before the first answer: every offer as it was written, each equally likely. */
export const nothingLearned: Learned = {
  policy: uniformPolicy,
  variantsOf: () => [BASE],
  pairings: new Map(),
  appeal: () => 1,
};
