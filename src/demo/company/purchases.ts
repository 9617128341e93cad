import { AWKWARD } from './awkward.ts';
import { CATALOGUE, type CatalogueProduct, RELATED_FAMILY } from './catalogue.ts';
import { type Dice, weighted } from './dice.ts';

/** How many different products a contact owns, with shares; 0 is a lead. */
const COUNTS: readonly (readonly [number, number])[] = [
  [0, 0.03],
  [1, 0.62],
  [2, 0.19],
  [3, 0.09],
  [4, 0.04],
  [5, 0.017],
  [6, 0.008],
  [7, 0.005],
];

/** The products (places in the catalogue) a contact bought and kept, by family affinity, in buying order. */
export function ownedChoice(roll: Dice, contact: number): number[] {
  const drawn = weighted(COUNTS, roll('how many', contact));
  const count = AWKWARD.has(contact) ? Math.max(1, drawn) : drawn;
  const chosen: number[] = [];
  while (chosen.length < count) {
    const family = chosen.length === 0 ? null : (CATALOGUE[chosen[0] as number] as CatalogueProduct).family;
    chosen.push(choose(roll('which', contact, chosen.length), chosen, family));
  }
  return chosen;
}

/** A product outside a choice: what was offered in vain, cancelled or sent back. */
export function otherProduct(roll: number, chosen: readonly number[]): number {
  return choose(roll, chosen, null);
}

function choose(roll: number, without: readonly number[], family: string | null): number {
  const related = family === null ? undefined : RELATED_FAMILY[family];
  const shares: [number, number][] = [];
  CATALOGUE.forEach((product, place) => {
    if (without.includes(place)) return;
    let share = product.popularity;
    if (family !== null && product.family === family) share *= 5;
    else if (related !== undefined && product.family === related) share *= 2;
    shares.push([place, share]);
  });
  return weighted(shares, roll);
}
