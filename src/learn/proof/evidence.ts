/** A difference between what a variant and the proven blocks beside it earned, and how often it was found. */
export interface Outcome {
  /** From -1 to 1. */
  difference: number;
  times: number;
}

/**
 * Which part of the stake is put on "it earns more", each with the same part of the money. The best part depends on how
 * much more it is: (a - b) / (a + b) for rates a and b side by side. Who does not know it bets on all.
 */
const BETS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/**
 * What one unit of money has become that was bet on "it earns more than the proven blocks beside it by over `margin`",
 * one difference after the other, at fair odds at best. If it does not earn more, the money has grown by the factor t
 * at any time, ever, with a probability of 1/t at most, however often one looks and whatever made one stop (Ville
 * 1939; Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86, 2024).
 *
 * @param margin above -1, below 1
 */
export function eValue(outcomes: readonly Outcome[], margin = 0): number {
  const money = BETS.map((bet) => {
    let log = 0;
    // the difference in parts of the most that can be lost
    for (const { difference, times } of outcomes)
      log += times * Math.log1p((bet * (difference - margin)) / (1 + margin));
    return Math.exp(log);
  });
  return money.reduce((sum, part) => sum + part, 0) / BETS.length;
}

/** Halvings of a range of 2: the bound is exact to a millionth. */
const HALVINGS = 21;

/**
 * By how much more it earns at least: the largest margin that money bet on more than it would have multiplied by
 * 1 / `error`. As money at a larger margin is always less, one search finds it. Too high at any time, ever, with a
 * probability of at most `error`.
 * @returns from -1 to 1
 */
export function lowerBound(outcomes: readonly Outcome[], error: number): number {
  let [low, high] = [-1, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (eValue(outcomes, middle) >= 1 / error) low = middle;
    else high = middle;
  }
  return low;
}
