import type { LeftOut, LeftReason, Odds } from '../domain/composition.ts';
import type { Preferences } from '../domain/conversation.ts';
import type { ConsentBasis, Language } from '../domain/customer.ts';
import type { Pairing } from '../domain/learning.ts';
import type { Bridge, Offer } from '../library/schema.ts';
import { type OwnedKey, whyNotToday } from './proven.ts';

/** An offer that this customer may get, and in which forms. */
export interface FittingOffer {
  offer: Offer;
  /** Owned products that it may be tied to, those with the most pieces first; never empty. */
  ways: Way[];
  /** Ids of its variants; never empty. */
  variants: string[];
}

/** One owned product that an offer may be tied to. */
export interface Way {
  productKey: string;
  family: string | null;
}

/** Whether a customer wants to hear of offers at all. */
export function wantsOffers(preferences: Pick<Preferences, 'topicsOff' | 'frequency'>): boolean {
  return !preferences.topicsOff.includes('offers') && preferences.frequency !== 'important';
}

/**
 * The offers a customer may get: wanted at all, not owned, not declined or answered, not worn out, with a form that may
 * be tried, with a bridge or an agreed pairing from something owned, and allowed by the consent basis: without consent
 * only where a person has marked them as similar (UWG §7(3)), from something that was bought: their word that they use
 * it is no sale.
 */
export function fittingOffers(given: {
  owned: OwnedKey[];
  offers: Iterable<Offer>;
  /** Which forms of an offer may be tried, of those that have a text in the language. */
  variantsOf: (offer: Offer) => string[];
  /** By offer id. */
  pairings: ReadonlyMap<string, readonly Pairing[]>;
  shown: ReadonlyMap<string, number>;
  answers: ReadonlyMap<string, string>;
  notBefore: ReadonlyMap<string, string>;
  preferences: Pick<Preferences, 'topicsOff' | 'frequency'>;
  consent: ConsentBasis;
  language: Language;
  today: string;
  maxShown: number;
}): { fitting: FittingOffer[]; left: LeftOut[] } {
  const fitting: FittingOffer[] = [];
  const left: LeftOut[] = [];
  for (const offer of given.offers) {
    const reason = whyNotOffer(offer, given);
    const found = reason ?? waysOrReason(offer, given);
    const variants = given.variantsOf(offer);
    if (typeof found === 'string') left.push({ contentId: offer.id, kind: 'experimental', reason: found });
    else if (variants.length === 0)
      left.push({ contentId: offer.id, kind: 'experimental', reason: 'no_variant' });
    else fitting.push({ offer, ways: found, variants });
  }
  return { fitting, left };
}

function whyNotOffer(offer: Offer, given: Parameters<typeof fittingOffers>[0]): LeftReason | null {
  const answer = given.answers.get(offer.id);
  if (given.owned.some((o) => o.key === offer.product)) return 'already_owned';
  if (answer === 'no') return 'declined';
  if (answer === 'yes' || answer === 'call') return 'already_answered';
  if (given.preferences.topicsOff.includes('offers')) return 'topic_off';
  if (given.preferences.frequency === 'important') return 'only_important';
  if ((given.notBefore.get(offer.id) ?? given.today) > given.today) return 'asked_for_later';
  if ((given.shown.get(offer.id) ?? 0) >= (offer.maxShown ?? given.maxShown)) return 'worn_out';
  if (!offer[given.language]) return 'no_text_in_language';
  return whyNotToday(offer, given.today);
}

/** The products that a bridge leads from come first, in the bridges' order, then those of pairings. */
function waysOrReason(offer: Offer, given: Parameters<typeof fittingOffers>[0]): Way[] | LeftReason {
  const ways = new Map<string, Way>();
  let barred = false;
  const bridges: Bridge[] = [
    ...offer.bridges,
    ...(given.pairings.get(offer.id) ?? []).map(({ productKey, similar }) => ({
      product: productKey,
      similar,
    })),
  ];
  for (const bridge of bridges) {
    for (const from of given.owned) {
      const leads =
        bridge.product === undefined ? from.family === bridge.family : from.key === bridge.product;
      if (!leads) continue;
      const allowed = given.consent === 'consent' || (bridge.similar && !from.declared);
      if (allowed) ways.set(from.key, ways.get(from.key) ?? { productKey: from.key, family: from.family });
      else barred = true;
    }
  }
  if (ways.size > 0) return [...ways.values()];
  return barred ? 'consent_needed' : 'no_bridge';
}

/**
 * Decides how likely each form of each fitting offer is to be tried. What is drawn is drawn from these probabilities,
 * and they are stored with the block: so they are exact, and what another policy would have earned can be estimated.
 */
export interface OfferPolicy {
  name: string;
  /** The model it goes by; null: none. */
  modelId: number | null;
  /** @param offers never empty. @returns all candidates; the probabilities add up to 1. */
  odds(offers: FittingOffer[]): Odds[];
}

/**
 * Every fitting offer is equally likely, in the form that comes first: where nothing has been learned yet, nothing is
 * assumed.
 */
export const uniformPolicy: OfferPolicy = {
  name: 'uniform',
  modelId: null,
  odds: (offers) =>
    offers.map(({ offer, ways, variants }) => ({
      offerId: offer.id,
      productKey: ways[0]?.productKey ?? '',
      variantId: variants[0] ?? 'base',
      probability: 1 / offers.length,
    })),
};

/**
 * The candidate at a point of the line from 0 to 1 on which each has a stretch as long as its probability.
 * @param uniform in [0, 1)
 */
export function drawFrom(odds: readonly Odds[], uniform: number): Odds {
  let end = 0;
  for (const candidate of odds) {
    end += candidate.probability;
    if (uniform < end) return candidate;
  }
  // the sum may fall short of 1 by what floating point loses
  const last = odds.findLast((candidate) => candidate.probability > 0);
  if (!last) throw new RangeError('There is nothing to choose from.');
  return last;
}
