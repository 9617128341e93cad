import type { FittingOffer, OfferPolicy } from '../../compose/experimental.ts';
import type { Odds } from '../../domain/composition.ts';
import { type Draws, drawPosterior } from './draws.ts';
import { type Known, odds } from './odds.ts';
import type { Posterior } from './posterior.ts';

/** Ways the world may be that a choice looks at: the probability of being best is known to within 1.6 points. */
export const DRAWS = 1000;

/** How many times as sure as the posterior the policy acts: less trying, more earning (docs/decisions/0020). */
export const SHARPNESS = 2;

/** Candidates whose odds are kept, over all sets of them; more, and all are counted anew. Some 200 MB at most. */
const KEPT = 1_000_000;

/**
 * Thompson sampling with its probabilities known: each candidate is as likely as it is to be the best one, given what
 * was answered so far.
 */
export function learnedPolicy(given: {
  modelId: number;
  posterior: Posterior;
  exploration: number;
  /** Follows from the model, so that every process has the same odds. */
  seed: string;
}): OfferPolicy & { draws: Draws } {
  const { modelId, posterior, exploration, seed } = given;
  const draws = drawPosterior(posterior, { size: DRAWS, sharpness: SHARPNESS, seed });
  const kept = new Map<string, Odds[]>();
  let candidates = 0;
  return {
    name: 'thompson',
    modelId,
    draws,
    odds(offers) {
      const key = offers.map(keyOf).join(';');
      let found = kept.get(key);
      if (!found) {
        found = odds(draws, candidatesOf(offers), exploration);
        if (candidates + found.length > KEPT) {
          kept.clear();
          candidates = 0;
        }
        kept.set(key, found);
        candidates += found.length;
      }
      return found;
    },
  };
}

/** Every form of every fitting offer, on every way that leads to it. */
export function candidatesOf(offers: readonly FittingOffer[]): Known[] {
  return offers.flatMap(({ offer, ways, variants }) =>
    ways.flatMap(({ productKey, family }) =>
      variants.map((variantId) => ({ offerId: offer.id, productKey, family, variantId })),
    ),
  );
}

const keyOf = ({ offer, ways, variants }: FittingOffer): string =>
  `${offer.id} ${ways.map(({ productKey, family }) => `${productKey} ${family}`)} ${variants}`;
