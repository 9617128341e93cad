import type { Candidate, Odds } from '../../domain/composition.ts';
import type { Draws } from './draws.ts';

/** A candidate with the family of its owned product. */
export type Known = Candidate & { family: string | null };

/**
 * How likely each candidate is to be chosen: in which part of the draws it is the best one (probability matching), and
 * besides, a part `exploration` of all choices is shared out evenly.
 */
export function odds(draws: Draws, candidates: readonly Known[], exploration: number): Odds[] {
  const wins = new Uint32Array(candidates.length);
  const values = candidates.map((candidate) => draws.of(candidate, candidate.family));
  for (let i = 0; i < draws.size; i += 1) {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < values.length; k += 1) {
      const value = values[k]?.[i] as number;
      if (value > most) {
        most = value;
        best = k;
      }
    }
    wins[best] = (wins[best] as number) + 1;
  }
  return candidates.map(({ offerId, productKey, variantId }, k) => ({
    offerId,
    productKey,
    variantId,
    probability: ((1 - exploration) * (wins[k] as number)) / draws.size + exploration / candidates.length,
  }));
}
