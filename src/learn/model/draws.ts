import type { Candidate } from '../../domain/composition.ts';
import { addTo, ownDraws, sharedDraws } from './arrow.ts';
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
  const unseen = new Map<string, Float64Array>();
  const owns = new Map<string, Float64Array>();
  const known = new Map<string, Float64Array>();

  /** Each name has draws of its own, so that they do not depend on who asks first. */
  const normalsFor = (name: string) => normals(seededRandom(`${seed}|${name}`));

  /** How far an effect that no cell had lies from its mean: from its prior. */
  function fromPrior(name: string, spread: number): Float64Array {
    return kept(unseen, name, () => {
      const normal = normalsFor(name);
      return Float64Array.from({ length: size }, () => normal() * spread);
    });
  }

  function ownAway(name: string): Float64Array {
    const row = own.get(name);
    if (row === undefined) return fromPrior(`own ${name}`, SPREAD.variant);
    return kept(owns, name, () => ownDraws(precision, row, sharedAway, normalsFor(`own ${name}`)));
  }

  function logOdds(candidate: Candidate, family: string | null): Float64Array {
    const variant = variantName(candidate);
    const sum = new Float64Array(size);
    let centre = mean.own[own.get(variant) ?? -1] ?? 0;
    for (const { name, spread } of effectsOf(candidate, family, varying)) {
      const row = shared.get(name);
      addTo(sum, sharedAway[row ?? -1] ?? fromPrior(name, spread), width);
      centre += mean.shared[row ?? -1] ?? (name === 'intercept' ? base : 0);
    }
    addTo(sum, ownAway(variant), width);
    return sum.map((away) => centre + away);
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
