import type { Candidate } from '../../domain/composition.ts';
import { BASE, type Gene } from '../../domain/genes.ts';
import { addTo, sharedDraws } from '../model/arrow.ts';
import { drawPosterior } from '../model/draws.ts';
import { SPREAD } from '../model/features.ts';
import { expit, type Posterior } from '../model/posterior.ts';
import { normals, seededRandom } from '../model/random.ts';

/** Ways the world may be that the report looks at: the ends of a range are known to within a few percent of it. */
const DRAWS = 1000;

/** In which parts an offer's blocks go to owners of which product. The parts add up to 1. */
export type Mix = readonly { productKey: string; family: string | null; part: number }[];

/** What the report asks a posterior; every answer is in draws of the same worlds, so they may be compared. */
export interface Outlook {
  size: number;
  /** What a block of a candidate earns, 0 to 1. */
  candidate(candidate: Candidate): Float64Array;
  /** What a block of a form earns, with these owners. */
  form(offerId: string, variantId: string, mix: Mix): Float64Array;
  /** How many times as many answers an allele brings as the offer's own text. */
  allele(offerId: string, gene: Gene, allele: string): Float64Array;
}

/**
 * As sure as the posterior is: choices are made more boldly (`model/policy.ts`), but what is told is not.
 * @param familyOf family of a library product
 */
export function outlookOn(given: {
  posterior: Posterior;
  familyOf: (productKey: string) => string | null;
  seed: string;
}): Outlook {
  const { posterior, familyOf, seed } = given;
  const draws = drawPosterior(posterior, { size: DRAWS, sharpness: 1, seed });
  const alleles = alleleDraws(posterior, `${seed}|alleles`);
  const known = new Map<string, Float64Array>();

  function rates(candidate: Candidate, family: string | null): Float64Array {
    const key = `${candidate.offerId} ${candidate.variantId} ${candidate.productKey}`;
    let found = known.get(key);
    if (!found) {
      found = draws.of(candidate, family).map(expit);
      known.set(key, found);
    }
    return found;
  }

  return {
    size: draws.size,
    candidate: (candidate) => rates(candidate, familyOf(candidate.productKey)),
    form(offerId, variantId, mix) {
      const sum = new Float64Array(draws.size);
      for (const { productKey, family, part } of mix)
        addTo(sum, rates({ offerId, variantId, productKey }, family), part);
      return sum;
    },
    allele(offerId, gene, allele) {
      const effect = alleles(`${offerId} ${gene}=${allele}`);
      const written = alleles(`${offerId} ${gene}=${BASE}`);
      return effect.map((value, i) => Math.exp(value - (written[i] as number)));
    },
  };
}

/** Draws of single effects by their names; one that nothing is known of comes from its prior. */
function alleleDraws({ shared, mean, precision }: Posterior, seed: string): (name: string) => Float64Array {
  const away = sharedDraws(precision, DRAWS, normals(seededRandom(seed)));
  return (name) => {
    const row = shared.get(name) ?? -1;
    const centre = mean.shared[row] ?? 0;
    const known = away[row];
    if (known) return known.map((value) => centre + value);
    const normal = normals(seededRandom(`${seed}|${name}`));
    return Float64Array.from({ length: DRAWS }, () => normal() * SPREAD.allele);
  };
}
