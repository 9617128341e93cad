import type { Candidate } from '../../domain/composition.ts';
import { addTo, drawn, sharedDraws } from './arrow.ts';
import { effectsOf, SPREAD, variantName } from './features.ts';
import { expit, type Posterior } from './posterior.ts';
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
  /** How many times as sure as the posterior they are. */
  sharpness: number;
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
  const { shared, own, mean, precision, varying, base } = posterior;
  const width = 1 / Math.sqrt(sharpness);
  const sharedAway = sharedDraws(precision, size, normals(seededRandom(seed)));
  const named = new Map<string, Float64Array>();
  const known = new Map<string, Float64Array>();

  /** Each name has draws of its own, so that they do not depend on who asks first. */
  const drawnFor = (name: string, spread: number) =>
    kept(named, name, () => drawn(size, normals(seededRandom(`${seed}|${name}`)), spread));

  function logOdds(candidate: Candidate, family: string | null): Float64Array {
    const away = new Float64Array(size);
    let centre = 0;
    /** How much each shared effect counts. */
    const weights = new Map<number, number>();
    for (const { name, spread } of effectsOf(candidate, family, varying)) {
      const row = shared.get(name);
      if (row === undefined) {
        // no cell had it: from its prior
        addTo(away, drawnFor(name, spread), width);
        if (name === 'intercept') centre += base;
      } else {
        weights.set(row, 1);
        centre += mean.shared[row] as number;
      }
    }
    const variant = variantName(candidate);
    const row = own.get(variant);
    if (row === undefined) addTo(away, drawnFor(`own ${variant}`, SPREAD.variant), width);
    else {
      // given the shared effects it is normal, and what they gain it loses
      const tightness = precision.ownPrecision[row] as number;
      addTo(away, drawnFor(`own ${variant}`, 1 / Math.sqrt(tightness)), width);
      for (const [other, coupling] of precision.coupling[row] ?? [])
        weights.set(other, (weights.get(other) ?? 0) - coupling / tightness);
      centre += mean.own[row] as number;
    }
    for (const [other, weight] of weights) addTo(away, sharedAway[other] as Float64Array, weight * width);
    for (let i = 0; i < size; i += 1) away[i] = centre + (away[i] as number);
    return away;
  }

  return {
    size,
    sharpness,
    of(candidate, family) {
      const key = `${variantName(candidate)} ${candidate.productKey} ${family ?? ''}`;
      return kept(known, key, () => logOdds(candidate, family));
    },
  };
}

function kept(map: Map<string, Float64Array>, key: string, make: () => Float64Array): Float64Array {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/**
 * What a candidate is expected to earn a block: mean and the middle 95 % over the draws. They must be as unsure as the
 * posterior: @throws RangeError when they are sharpened.
 */
export function expected(
  draws: Draws,
  candidate: Candidate,
  family: string | null,
): { mean: number; low: number; high: number } {
  if (draws.sharpness !== 1) throw new RangeError('Sharpened draws do not say how sure anything is.');
  const rates = draws.of(candidate, family).map(expit).sort();
  const at = (part: number) => rates[Math.min(draws.size - 1, Math.floor(part * draws.size))] as number;
  return { mean: rates.reduce((sum, rate) => sum + rate, 0) / draws.size, low: at(0.025), high: at(0.975) };
}
