import { hash } from 'node:crypto';
import { seededUniform } from '../compose/random.ts';
import type { Composition } from '../domain/composition.ts';

/** The fractional part of the golden ratio: its multiples spread over [0, 1) as evenly as any number's can. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Where in its odds each mail of a campaign draws its first offer. Each draw by itself is as good as random: the first
 * point is, and the next ones follow from it. Together they lie evenly, so that of a hundred mails with the same choice
 * a candidate with 30 % gets 30, give or take one, not 30 ± 5: chance plays no larger part than it must. This is
 * systematic sampling without knowing beforehand how many there will be (a Kronecker sequence, Niederreiter, Random
 * Number Generation and Quasi-Monte Carlo Methods, 1992, ch. 3). Mails whose choice has changed until they are sent
 * still draw at random.
 *
 * @returns gives a number in [0, 1) for the next mail, or null when it has no offer
 */
export function evenDraws(randomKey: string, seed: string): (composition: Composition) => number | null {
  const points = new Map<string, number>();
  return ({ choices }) => {
    const first = choices?.[0];
    if (!first) return null;
    const choice = digest(
      first.odds.map(({ offerId, productKey, variantId }) => `${offerId}|${productKey}|${variantId}`).join(),
    );
    const last = points.get(choice);
    const point = last === undefined ? seededUniform(randomKey, seed, 'draws', choice) : (last + GOLDEN) % 1;
    points.set(choice, point);
    return point;
  };
}

/** Sets of candidates can be long, and a campaign may have many. */
const digest = (words: string): string => hash('sha256', words, 'base64').slice(0, 22);
