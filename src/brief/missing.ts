import { type FittingOffer, fittingOffers } from '../compose/experimental.ts';
import { whyNotToday } from '../compose/proven.ts';
import type { Language } from '../domain/customer.ts';
import { BASE } from '../domain/genes.ts';
import type { Library } from '../library/library.ts';
import type { Development } from '../library/schema.ts';
import { bestAffinities } from './affinity.ts';
import type { Affinity, BriefFacts } from './facts.ts';

/** Something this customer may be missing, and what says so. */
export type Missing =
  | { kind: 'affinity'; productKey: string; affinity: Affinity }
  | { kind: 'offer'; contentId: string; productKey: string }
  | { kind: 'accessory'; contentId: string; productKey: string };

/** More would not be read. */
const MOST = 3;

/**
 * What may be missing, at most three things: a product that owners of the same things mostly have, an offer that fits
 * and was not declined, and an accessory; where one kind has nothing, the others fill up. Each product once. Pure.
 *
 * Offers are those that a mail could show (compose/experimental.ts), worn out or not: in a conversation they are new.
 */
export function missingThings(facts: BriefFacts, library: Library, language: Language): Missing[] {
  const kinds: Missing[][] = [
    bestAffinities(facts.affinities).map((affinity) => ({
      kind: 'affinity',
      productKey: affinity.to,
      affinity,
    })),
    offersFor(facts, library, language).map(({ offer, ways }) => ({
      kind: 'offer',
      contentId: offer.id,
      productKey: ways[0]?.productKey ?? '',
    })),
    accessoriesFor(facts, library).map(({ development, productKey }) => ({
      kind: 'accessory',
      contentId: development.id,
      productKey,
    })),
  ];
  const taken: Missing[] = [];
  const products = new Set<string>();
  for (let round = 0; taken.length < MOST && kinds.some((kind) => kind.length > round); round++) {
    for (const kind of kinds) {
      const next = kind[round];
      if (next === undefined || taken.length === MOST) continue;
      const sold = next.kind === 'offer' ? library.offers.get(next.contentId)?.product : undefined;
      const subject = next.kind === 'affinity' ? next.productKey : (sold ?? next.contentId);
      if (!products.has(subject)) taken.push(next);
      products.add(subject);
    }
  }
  return taken;
}

/** Newest first. */
function offersFor(facts: BriefFacts, library: Library, language: Language): FittingOffer[] {
  const { answers, notBefore, preferences, customer } = facts.known;
  return fittingOffers({
    owned: facts.owned,
    offers: library.offers.values(),
    variantsOf: () => [BASE],
    pairings: new Map(),
    shown: new Map(),
    answers,
    notBefore,
    preferences,
    consent: customer.consent,
    language,
    today: facts.today,
    maxShown: 1,
  }).fitting.toSorted((a, b) => newestFirst(a.offer, b.offer));
}

function accessoriesFor(
  facts: BriefFacts,
  library: Library,
): { development: Development; productKey: string }[] {
  return [...library.developments.values()]
    .filter(
      (each) =>
        each.kind === 'accessory' &&
        whyNotToday(each, facts.today) === null &&
        !facts.known.answers.has(each.id) &&
        !facts.known.preferences.topicsOff.includes('accessory'),
    )
    .sort(newestFirst)
    .flatMap((development) => {
      const about = facts.owned.find(
        ({ key, family }) =>
          development.products.includes(key) || (family !== null && development.families.includes(family)),
      );
      return about ? [{ development, productKey: about.key }] : [];
    });
}

const newestFirst = (a: { published: string; id: string }, b: { published: string; id: string }): number =>
  a.published === b.published ? (a.id < b.id ? -1 : 1) : a.published < b.published ? 1 : -1;
