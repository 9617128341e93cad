import { ownedKeys } from '../compose/compose.ts';
import type { CustomerFacts } from '../compose/facts.ts';
import type { ConsentBasis } from '../domain/customer.ts';
import type { Library, ProductMatcher } from '../library/library.ts';

/** What is tried out about a customer. Nothing of it is ever stored. */
export interface WhatIf {
  /** Another innovation ratio than the one set, 0 to 1. */
  ratio: number | null;
  consent: ConsentBasis | null;
  /** Keys of library products that the customer would own too. */
  own: readonly string[];
  /** Keys of owned products (the library's, or the CRM's id) that they would not own. */
  disown: readonly string[];
}

export const NOTHING_ELSE: WhatIf = { ratio: null, consent: null, own: [], disown: [] };

export const isTried = (what: WhatIf): boolean =>
  what.ratio !== null || what.consent !== null || what.own.length > 0 || what.disown.length > 0;

/**
 * The facts as they would be. A product added was bought today; objections, wishes and history stay what they are.
 * Pure.
 * @param today ISO 8601 date
 */
export function tryOut(
  facts: CustomerFacts,
  what: WhatIf,
  given: { library: Library; matchProduct: ProductMatcher; today: string },
): CustomerFacts {
  const { library, matchProduct, today } = given;
  const keyOf = (one: CustomerFacts['owned'][number]) => matchProduct(one.product)?.key ?? one.product.id;
  const kept = facts.owned.filter((one) => !what.disown.includes(keyOf(one)));
  const known = new Set(kept.map(keyOf));
  const added = what.own.flatMap((key) => {
    const product = library.products.get(key);
    if (!product || known.has(key)) return [];
    const { family, skus, names } = product;
    const name = names[0] ?? product.de.name;
    return [{ product: { id: `try:${key}`, sku: skus[0] ?? null, name, family }, quantity: 1, since: today }];
  });
  return {
    ...facts,
    owned: [...kept, ...added],
    customer: {
      ...facts.customer,
      ...(what.ratio === null ? {} : { contactRatio: what.ratio }),
      ...(what.consent === null ? {} : { consent: what.consent }),
    },
  };
}

/** What the customer owns by the library's keys, with what is tried out or not. */
export const keysOf = (facts: CustomerFacts, match: ProductMatcher): string[] =>
  ownedKeys(facts, match).map(({ key }) => key);
