import type { Candidate, Odds } from '../../domain/composition.ts';
import type { Draws } from './draws.ts';

/** A candidate with the family of its owned product. */
export type Known = Candidate & { family: string | null };

/**
 * How likely each candidate is to be chosen: in which part of the draws it is the best one (probability matching), and
 * besides, a part `exploration` of all choices is shared out evenly.
 */
export function odds(draws: Draws, candidates: readonly Known[], exploration: number): Odds[] {
  const most = new Float64Array(draws.size).fill(Number.NEGATIVE_INFINITY);
  const best = new Uint32Array(draws.size);
  for (const [k, candidate] of candidates.entries()) {
    const values = draws.of(candidate, candidate.family);
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] as number;
      if (value > (most[i] as number)) {
        most[i] = value;
        best[i] = k;
      }
    }
  }
  const wins = new Uint32Array(candidates.length);
  for (const k of best) wins[k] = (wins[k] as number) + 1;
  return candidates.map(({ offerId, productKey, variantId }, k) => ({
    offerId,
    productKey,
    variantId,
    probability: ((1 - exploration) * (wins[k] as number)) / draws.size + exploration / candidates.length,
  }));
}
