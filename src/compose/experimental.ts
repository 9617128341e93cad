import type { LeftOut, LeftReason } from '../domain/composition.ts';
import type { Preferences } from '../domain/conversation.ts';
import type { ConsentBasis, Language } from '../domain/customer.ts';
import type { Bridge, Offer } from '../library/schema.ts';
import { type OwnedKey, whyNotToday } from './proven.ts';

/** An offer that this customer may get, with the bridge that carries it. */
export interface FittingOffer {
  offer: Offer;
  bridge: Bridge;
  productKey: string;
}

/** Whether a customer wants to hear of offers at all. */
export function wantsOffers(preferences: Pick<Preferences, 'topicsOff' | 'frequency'>): boolean {
  return !preferences.topicsOff.includes('offers') && preferences.frequency !== 'important';
}

/**
 * The offers a customer may get: wanted at all, not owned, not declined or answered, not worn out, with a bridge from
 * something owned, and allowed by the consent basis: without consent only over a bridge that a person has
 * marked as similar (UWG §7(3)), from something that was bought: their word that they use it is no sale.
 */
export function fittingOffers(given: {
  owned: OwnedKey[];
  offers: Iterable<Offer>;
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
    const found = bridgeOrReason(offer, given);
    if (typeof found === 'string') left.push({ contentId: offer.id, kind: 'experimental', reason: found });
    else fitting.push({ offer, ...found });
  }
  return { fitting, left };
}

function bridgeOrReason(
  offer: Offer,
  given: Parameters<typeof fittingOffers>[0],
): { bridge: Bridge; productKey: string } | LeftReason {
  const answer = given.answers.get(offer.id);
  if (given.owned.some((o) => o.key === offer.product)) return 'already_owned';
  if (answer === 'no') return 'declined';
  if (answer === 'yes' || answer === 'call') return 'already_answered';
  if (given.preferences.topicsOff.includes('offers')) return 'topic_off';
  if (given.preferences.frequency === 'important') return 'only_important';
  if ((given.notBefore.get(offer.id) ?? given.today) > given.today) return 'asked_for_later';
  if ((given.shown.get(offer.id) ?? 0) >= (offer.maxShown ?? given.maxShown)) return 'worn_out';
  if (!offer[given.language]) return 'no_text_in_language';
  const untimely = whyNotToday(offer, given.today);
  if (untimely) return untimely;
  let barred = false;
  for (const bridge of offer.bridges) {
    const sources = given.owned.filter((o) =>
      bridge.product === undefined ? o.family === bridge.family : o.key === bridge.product,
    );
    const from =
      given.consent === 'consent' ? sources[0] : sources.find((o) => bridge.similar && !o.declared);
    if (from) return { bridge, productKey: from.key };
    if (sources.length > 0) barred = true;
  }
  return barred ? 'consent_needed' : 'no_bridge';
}

/**
 * Decides which of the fitting offers is tried, and says with what probability it did so: that number is
 * stored with the block, so that what another policy would have earned can be estimated later.
 */
export interface OfferPolicy {
  name: string;
  /** @param uniform a seeded random number in [0, 1). @param offers never empty. */
  choose(offers: FittingOffer[], uniform: number): { chosen: FittingOffer; probability: number };
}

/** Every fitting offer is equally likely: where nothing has been learned yet, nothing is assumed. */
export const uniformPolicy: OfferPolicy = {
  name: 'uniform',
  choose(offers, uniform) {
    const chosen = offers[Math.floor(uniform * offers.length)];
    if (!chosen) throw new RangeError('No offers to choose from.');
    return { chosen, probability: 1 / offers.length };
  },
};
