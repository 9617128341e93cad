import type { Candidate } from '../../domain/composition.ts';
import { effectsOf, SPREAD, variantName } from './features.ts';
import { expit, type Posterior, sample } from './posterior.ts';
import { normals, seededRandom } from './random.ts';

/**
 * Draws of what every candidate would earn, from one posterior: each draw is one way the world may be, so candidates
 * that share genes rise and fall together in it. What a candidate is made of that was never seen is drawn from the
 * prior, the same for all that have it.
 */
export interface Draws {
  /** Log-odds of `candidate` in each of the `size` draws. Kept, not to be changed. */
  of(candidate: Candidate, family: string | null): Float64Array;
  size: number;
}

/**
 * @param options.sharpness above 1, the draws lie closer to the mean than the posterior: less is tried, and more is
 *   earned (docs/decisions/0020)
 */
export function drawPosterior(
  posterior: Posterior,
  options: { size: number; sharpness: number; seed: string },
): Draws {
  const { size, sharpness, seed } = options;
  const random = normals(seededRandom(seed));
  const worlds = Array.from({ length: size }, () => sample(posterior, random, sharpness));
  const unseen = new Map<string, Float64Array>();
  const known = new Map<string, Float64Array>();

  /** An effect that no cell had: from its prior. Its draws depend on its name, not on who asks first. */
  function fromPrior(name: string, spread: number): Float64Array {
    let values = unseen.get(name);
    if (!values) {
      const normal = normals(seededRandom(`${seed}|${name}`));
      const width = spread / Math.sqrt(sharpness);
      const mean = name === 'intercept' ? posterior.base : 0;
      values = Float64Array.from({ length: size }, () => mean + normal() * width);
      unseen.set(name, values);
    }
    return values;
  }

  function logOdds(candidate: Candidate, family: string | null): Float64Array {
    const sum = new Float64Array(size);
    for (const { name, spread } of effectsOf(candidate, family, posterior.varying)) {
      const row = posterior.shared.get(name);
      const prior = row === undefined ? fromPrior(name, spread) : null;
      for (let i = 0; i < size; i += 1)
        sum[i] = (sum[i] as number) + ((prior ? prior[i] : worlds[i]?.shared[row as number]) as number);
    }
    const name = variantName(candidate);
    const row = posterior.own.get(name);
    const prior = row === undefined ? fromPrior(`own ${name}`, SPREAD.variant) : null;
    for (let i = 0; i < size; i += 1)
      sum[i] = (sum[i] as number) + ((prior ? prior[i] : worlds[i]?.own[row as number]) as number);
    return sum;
  }

  return {
    size,
    of(candidate, family) {
      const key = `${variantName(candidate)} ${candidate.productKey}`;
      let values = known.get(key);
      if (!values) {
        values = logOdds(candidate, family);
        known.set(key, values);
      }
      return values;
    },
  };
}

/** What a candidate is expected to earn a block: mean and the middle 95 % over the draws. */
export function expected(
  draws: Draws,
  candidate: Candidate,
  family: string | null,
): { mean: number; low: number; high: number } {
  const rates = draws.of(candidate, family).map(expit).sort();
  const at = (part: number) => rates[Math.min(draws.size - 1, Math.floor(part * draws.size))] as number;
  return { mean: rates.reduce((sum, rate) => sum + rate, 0) / draws.size, low: at(0.025), high: at(0.975) };
}
