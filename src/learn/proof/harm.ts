/** An unsubscribe or a complaint, after a mail in which chance could have drawn the variant for a place. */
export interface Complaint {
  /** Whether it was drawn there. */
  mine: boolean;
  /** The probability with which it was, 0 to 1, given what stands before it in the mail. */
  share: number;
}

/** How many times as many complaints are bet on, each with the same part of the money. */
const MULTIPLES = [2, 4, 8];

/**
 * What one unit of money has become that was bet, complaint after complaint, on "a mail brings more of them with this
 * variant". If it brings as many as with the others that could have stood there, or fewer, the mail that is complained
 * about shows it with the probability `share` at most, whoever got it and however many complain: the draw was made
 * without knowing. Then the money has grown by the factor t at any time, ever, with a probability of 1/t at most
 * (Shafer, "Testing by betting", JRSS A 184, 2021). As in the anytime-valid logrank test (Ter Schure, Pérez-Ortiz, Ly
 * and Grünwald, New England Journal of Statistics in Data Science 2, 2024), the rate of complaints falls out.
 */
export function harmEValue(complaints: readonly Complaint[]): number {
  const money = MULTIPLES.map((multiple) => {
    let log = 0;
    for (const { mine, share } of complaints)
      log += Math.log(mine ? multiple : 1) - Math.log1p((multiple - 1) * share);
    return Math.exp(log);
  });
  return money.reduce((sum, part) => sum + part, 0) / MULTIPLES.length;
}
