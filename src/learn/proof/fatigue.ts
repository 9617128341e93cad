/** What a development earned where it stood in mails, and what blocks in these places usually earn. */
export interface Told {
  earned: number;
  expected: number;
}

/** Money is bet on so many times fewer answers than half of what is usual, each with the same part. */
const FEWER = [2, 5, 25].map(Math.log);

/** A development is put forward when one unit of money has become this much. */
export const TIRED = 100;

/**
 * What one unit of money has become that was bet on "it earns less than half of what is usual in its places". For
 * earnings between 0 and 1 with mean p, exp(-s × earned) is 1 - (1 - e⁻ˢ) p on average, at most. If it earns half or
 * more, the money has grown by the factor t with a probability of 1/t at most.
 */
export function tiredEValue({ earned, expected }: Told): number {
  const money = FEWER.map((s) => Math.exp(-s * earned + (1 - Math.exp(-s)) * (expected / 2)));
  return money.reduce((sum, part) => sum + part, 0) / FEWER.length;
}
