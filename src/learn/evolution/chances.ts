import type { Draws } from '../model/draws.ts';

/**
 * Log-odds of variants of one offer in each draw. Which owned product the offer is tied to moves all of them alike, so
 * any stands for all: what is compared here does not depend on it.
 */
export function worthOf(draws: Draws, offerId: string, variantId: string): Float64Array {
  return draws.of({ offerId, variantId, productKey: '' }, null);
}

/** Which of these earns most in one draw. @param values never empty */
export function bestIn(values: readonly Float64Array[], draw: number): number {
  let best = 0;
  for (let k = 1; k < values.length; k += 1)
    if ((values[k]?.[draw] as number) > (values[best]?.[draw] as number)) best = k;
  return best;
}

/** How likely each variant is to be the best of them: the part of the draws in which it is. */
export function chancesOfBest(draws: Draws, offerId: string, variantIds: readonly string[]): number[] {
  const values = variantIds.map((variantId) => worthOf(draws, offerId, variantId));
  const wins = variantIds.map(() => 0);
  if (values.length === 0) return wins;
  for (let draw = 0; draw < draws.size; draw += 1) {
    const best = bestIn(values, draw);
    wins[best] = (wins[best] as number) + 1;
  }
  return wins.map((times) => times / draws.size);
}
