/** A number that is not known exactly: its expected value, and the middle 95 % of what it may be. */
export interface Range {
  mean: number;
  low: number;
  high: number;
}

/** Of draws, each as likely as the next. @throws RangeError for none */
export function rangeOf(draws: Float64Array): Range {
  if (draws.length === 0) throw new RangeError('A range needs at least one draw.');
  const sorted = draws.toSorted();
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] as number;
  return {
    mean: draws.reduce((sum, value) => sum + value, 0) / draws.length,
    low: at(0.025),
    high: at(0.975),
  };
}

/** In which part of the draws each of several is the highest. */
export function bestShares(candidates: readonly Float64Array[]): number[] {
  const size = candidates[0]?.length ?? 0;
  const wins = candidates.map(() => 0);
  for (let i = 0; i < size; i += 1) {
    let best = 0;
    for (let k = 1; k < candidates.length; k += 1)
      if ((candidates[k]?.[i] as number) > (candidates[best]?.[i] as number)) best = k;
    wins[best] = (wins[best] as number) + 1;
  }
  return wins.map((won) => won / size);
}

/** 95 % of a normal distribution lie within so many standard deviations. */
const Z = 1.959964;

/**
 * What a share may be after so many of so many, by Wilson's score interval (JASA 22, 1927), which is sound for few and
 * rare answers too. Null of none.
 */
export function shareRange(hits: number, of: number): Range | null {
  if (of === 0) return null;
  const share = hits / of;
  const middle = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const reach = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return { mean: share, low: hits === 0 ? 0 : middle - reach, high: hits === of ? 1 : middle + reach };
}
