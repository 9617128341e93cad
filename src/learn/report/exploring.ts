import type { Odds } from '../../domain/composition.ts';
import { BASE } from '../../domain/genes.ts';
import { addTo } from '../model/arrow.ts';
import type { Exploring } from './data.ts';
import type { Outlook } from './earns.ts';
import type { LikeChoices } from './load.ts';
import { type Range, rangeOf } from './range.ts';

/**
 * What exploring cost and brought, by what is known of every candidate today: for each choice, what its odds are
 * expected to earn, against the best candidate and against the first forms by lot. A difference between two ways of
 * choosing in the same worlds, so what is uncertain about both cancels out.
 *
 * @param choices all, or an even part of them
 * @param shown offers' blocks in all: what was found is extended to them
 */
export function exploring(
  outlook: Outlook,
  choices: readonly LikeChoices[],
  shown: number,
): Exploring | null {
  const looked = choices.reduce((sum, { count }) => sum + count, 0);
  if (looked === 0) return null;
  const means = new Map<Float64Array, number>();
  const meanOf = (rates: Float64Array): number => {
    const mean = means.get(rates) ?? rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    means.set(rates, mean);
    return mean;
  };
  // how often each candidate is chosen one way less how often the other way: the rest is one sum over candidates
  const givenUp = new Map<Float64Array, number>();
  const brought = new Map<Float64Array, number>();
  for (const { odds, count } of choices) {
    let best: Float64Array | null = null;
    for (const candidate of odds) {
      const rates = outlook.candidate(candidate);
      weigh(givenUp, rates, -count * candidate.probability);
      weigh(brought, rates, count * candidate.probability);
      if (best === null || meanOf(rates) > meanOf(best)) best = rates;
    }
    if (best !== null) weigh(givenUp, best, count);
    const first = firstForms(odds);
    for (const candidate of first) weigh(brought, outlook.candidate(candidate), -count / first.length);
  }
  const each = shown / looked;
  return { choices: shown, looked, givenUp: total(givenUp, each), brought: total(brought, each) };

  function total(weights: Map<Float64Array, number>, scale: number): Range {
    const sum = new Float64Array(outlook.size);
    for (const [rates, weight] of weights) addTo(sum, rates, scale * weight);
    return rangeOf(sum);
  }
}

function weigh(weights: Map<Float64Array, number>, rates: Float64Array, by: number): void {
  weights.set(rates, (weights.get(rates) ?? 0) + by);
}

/** What had been chosen among without learning: each offer as it was written, to owners of what comes first. */
function firstForms(odds: readonly Odds[]): Omit<Odds, 'probability'>[] {
  const first = new Map<string, Odds>();
  for (const candidate of odds)
    if (!first.has(candidate.offerId)) first.set(candidate.offerId, { ...candidate, variantId: BASE });
  return [...first.values()];
}
