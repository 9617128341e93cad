import type { Candidate, Odds } from '../../domain/composition.ts';
import type { Draws } from './draws.ts';

/** A candidate with the family of its owned product. */
export type Known = Candidate & { family: string | null };

/** Up to so many candidates the even part of all choices is as large as the setting says. */
const FEW = 8;

/**
 * Which part of all choices is shared out evenly, whatever was learned: `exploration` among few candidates, and less
 * among many. What it costs is the same however many there are; what it brings is shared by all of them, and many
 * candidates are made of the same genes, so that one tells about others (docs/decisions/0020).
 */
export const evenPart = (exploration: number, candidates: number): number =>
  1 - (1 - exploration) ** Math.min(1, FEW / candidates);

/**
 * How likely each candidate is to be chosen: in which part of the draws it is the best one (probability matching), and
 * besides, a part of all choices is shared out evenly.
 * @param exploration that part, among few candidates
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
  const even = evenPart(exploration, candidates.length);
  return candidates.map(({ offerId, productKey, variantId }, k) => ({
    offerId,
    productKey,
    variantId,
    probability: ((1 - even) * (wins[k] as number)) / draws.size + even / candidates.length,
  }));
}
