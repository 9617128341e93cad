import type { CustomerFacts } from '../../src/compose/facts.ts';
import type { Candidate } from '../../src/domain/composition.ts';
import { type Answer, NO_PREFERENCES } from '../../src/domain/conversation.ts';
import { GENES, genomeOf } from '../../src/domain/genes.ts';
import { expit, logit } from '../../src/learn/model/posterior.ts';
import { normals, seededRandom } from '../../src/learn/model/random.ts';
import { PRODUCTS } from './company-library.ts';

/** The invented company's customers: what they own and may get, and what they like, which nobody knows. */

const BASE_RATE = 0.03;
/** Standard deviations on the logit. */
const SPREAD = { offer: 0.6, family: 0.4, allele: 0.4, variant: 0.2, customer: 0.5 };
/** Tastes forget half of what they were in so many nights. */
const HALF_LIFE = 365;

/** A customer's facts, as they change. */
export type Person = CustomerFacts & { shown: Map<string, number>; answers: Map<string, Answer> };

export function customers(count: number, seed: string): Person[] {
  const random = seededRandom(`${seed}|customers`);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  return Array.from({ length: count }, (_, number) => {
    const keys = new Set(Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(PRODUCTS).key));
    const owned = [...keys].map((key) => ({
      product: { id: key, sku: key, name: key, family: null },
      quantity: 1 + Math.floor(random() * 5),
      since: '2020-01-01',
    }));
    return {
      customer: {
        id: String(number),
        email: `customer-${number}@musterwerk.example`,
        salutation: null,
        title: null,
        firstName: null,
        lastName: null,
        companyName: null,
        companyId: null,
        language: 'de',
        country: 'DE',
        ownerName: null,
        ownerEmail: null,
        consent: random() < 0.7 ? 'consent' : 'existing_customer',
        optedOut: false,
        bounced: false,
        contactRatio: pick([null, null, 0.1, 0.2, 0.3]),
        companyRatio: null,
      },
      archived: false,
      suppressed: false,
      duplicate: false,
      owned,
      shown: new Map(),
      answers: new Map(),
      notBefore: new Map(),
      preferences: NO_PREFERENCES,
      heldOut: { shown: new Map(), mails: [], account: null },
      account: { wanted: 0, given: 0, forgiven: 0 },
      recentMails: [],
      inFlight: false,
    };
  });
}

/** Chance that a customer answers a candidate that night. Nights must not go back. */
export type Taste = (customerId: string, candidate: Candidate, night: number) => number;

/** Hidden tastes that drift: each effect is an Ornstein–Uhlenbeck process from night 0 on. */
export function tastes(seed: string): Taste {
  const effects = new Map<string, { value: number; night: number; normal: () => number }>();
  function effect(name: string, spread: number, night: number): number {
    let known = effects.get(name);
    if (!known) {
      const normal = normals(seededRandom(`${seed}|${name}`));
      known = { value: normal() * spread, night: 0, normal };
      effects.set(name, known);
    }
    for (; known.night < night; known.night += STEP) {
      known.value = known.value * KEPT + Math.sqrt(1 - KEPT ** 2) * spread * known.normal();
    }
    return known.value;
  }
  /** Of the current night, without what customers differ in. */
  const liked = new Map<string, number>();
  let today = 0;
  function common({ offerId, productKey, variantId }: Candidate): number {
    const genome = genomeOf(variantId);
    const family = productKey.split('-')[0];
    return (
      logit(BASE_RATE) +
      effect(`offer ${offerId}`, SPREAD.offer, today) +
      effect(`family ${offerId} ${family}`, SPREAD.family, today) +
      effect(`variant ${offerId} ${variantId}`, SPREAD.variant, today) +
      GENES.reduce((sum, gene) => sum + effect(`${offerId} ${gene}=${genome[gene]}`, SPREAD.allele, today), 0)
    );
  }
  return (customerId, candidate, night) => {
    if (night !== today) liked.clear();
    today = night;
    const key = `${candidate.offerId} ${candidate.productKey} ${candidate.variantId}`;
    const value = liked.get(key) ?? common(candidate);
    liked.set(key, value);
    return expit(value + effect(`customer ${customerId}`, SPREAD.customer, 0));
  };
}

/** Nights from one step of the drift to the next. */
const STEP = 7;
const KEPT = 0.5 ** (STEP / HALF_LIFE);
