import type { FittingOffer } from '../../src/compose/experimental.ts';
import { seededRandom } from '../../src/learn/model/random.ts';
import type { Library } from '../../src/library/library.ts';
import { VARIANTS } from './ledger.ts';

/**
 * What customers may get, one after the other: each owns three products, and may have seen one of the offers often
 * enough. Offers fit where a bridge of the library leads to them, in eight forms each.
 */
export function* contexts(library: Library, customers: number): Generator<FittingOffer[]> {
  const random = seededRandom('contexts');
  const products = [...library.products.values()];
  const offers = [...library.offers.values()];
  const any = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  for (let i = 0; i < customers; i += 1) {
    const owned = new Set([any(products), any(products), any(products)]);
    const seen = random() < 0.5 ? any(offers) : null;
    const fitting = offers.flatMap((offer): FittingOffer[] => {
      const ways = [...owned]
        .filter(({ key, family }) => offer.bridges.some((b) => b.product === key || b.family === family))
        .map(({ key, family }) => ({ productKey: key, family }));
      return offer === seen || ways.length === 0 ? [] : [{ offer, ways, variants: VARIANTS }];
    });
    if (fitting.length > 0) yield fitting;
  }
}
