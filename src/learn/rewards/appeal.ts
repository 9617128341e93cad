import type { Summary } from '../summary.ts';

/**
 * So many answers, more or fewer than were expected, are needed to go half the way from the guess to what was seen: the
 * shape of a Gamma prior. Developments differ by about one half, owners of different products by about a quarter.
 */
const OVERALL = 4;
const BY_PRODUCT = 12;

/**
 * How much owners of a product answer a development, as a multiple of what is usual for its places and its priority.
 * Where little is known of these owners it is near what all of the development's readers answer, and where little is
 * known of them, near 1 (Gamma–Poisson, twice).
 */
export function appeals(
  summary: Pick<Summary, 'developments'>,
): (developmentId: string, productKey: string) => number {
  const sums = new Map<string, { earned: number; expected: number }>();
  for (const { developmentId, earned, expected } of summary.developments) {
    const sum = sums.get(developmentId) ?? { earned: 0, expected: 0 };
    sums.set(developmentId, { earned: sum.earned + earned, expected: sum.expected + expected });
  }
  const overall = new Map([...sums].map(([id, sum]) => [id, shrunk(sum, 1, OVERALL)]));
  const byProduct = new Map(
    summary.developments.map((cell) => [
      `${cell.developmentId} ${cell.productKey}`,
      shrunk(cell, overall.get(cell.developmentId) ?? 1, BY_PRODUCT),
    ]),
  );
  return (developmentId, productKey) =>
    byProduct.get(`${developmentId} ${productKey}`) ?? overall.get(developmentId) ?? 1;
}

function shrunk(seen: { earned: number; expected: number }, guess: number, strength: number): number {
  return (seen.earned + strength * guess) / (seen.expected + strength);
}
