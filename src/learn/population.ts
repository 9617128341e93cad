import type { Database } from '../db/connect.ts';
import type { Language } from '../domain/customer.ts';
import { BASE } from '../domain/genes.ts';
import type { Pairing } from '../domain/learning.ts';
import type { Offer } from '../library/schema.ts';
import { unwrittenAlleles } from '../library/variant.ts';

/** The forms that are tried now, by offer id, oldest first. An offer that is not in it was never bred. */
export async function loadPopulation(db: Database): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('variants')
    .select(['offer_id', 'variant_id', 'state'])
    .orderBy('number')
    .execute();
  const population = new Map<string, string[]>();
  for (const { offer_id: offerId, variant_id: variantId, state } of rows) {
    const alive = population.get(offerId) ?? [];
    if (state === 'alive') alive.push(variantId);
    population.set(offerId, alive);
  }
  return population;
}

/** Offers that must not be shown as they were written: that form of them was stopped. */
export async function loadStoppedOriginals(db: Database): Promise<Set<string>> {
  const rows = await db
    .selectFrom('variants')
    .select('offer_id')
    .where('variant_id', '=', BASE)
    .where('state', '=', 'stopped')
    .execute();
  return new Set(rows.map((row) => row.offer_id));
}

/** Pairings that a person has agreed to, by offer id. */
export async function loadPairings(db: Database): Promise<Map<string, Pairing[]>> {
  const rows = await db
    .selectFrom('pairings')
    .select(['offer_id', 'product_key', 'is_similar'])
    .where('state', '=', 'agreed')
    .orderBy('offer_id')
    .orderBy('product_key')
    .execute();
  const pairings = new Map<string, Pairing[]>();
  for (const { offer_id: offerId, product_key: productKey, is_similar: similar } of rows) {
    const of = pairings.get(offerId) ?? [];
    of.push({ offerId, productKey, similar });
    pairings.set(offerId, of);
  }
  return pairings;
}

/** Whether all alleles of a variant are (still) written for this offer, in this language. */
export function isWritten(offer: Offer, variantId: string, language: Language): boolean {
  return variantId === BASE || unwrittenAlleles(offer, variantId, language).length === 0;
}
