/** An unsubscribe or a complaint, after a mail with an offer. */
export interface Complaint {
  /** Whether that mail showed the variant. */
  mine: boolean;
  /** Which part of the mails it could have come from showed the variant, 0 to 1. */
  share: number;
}

/** How many times as many complaints are bet on, each with the same part of the money. */
const MULTIPLES = [2, 4, 8];

/**
 * What one unit of money has become that was bet, complaint after complaint, on "mails with this variant bring more of
 * them". If they bring as many as the others or fewer, the next complaint comes from one of them with the probability
 * `share` at most, whatever the rate of complaints is and however it drifts: it falls out of the comparison, as in a
 * logrank test. Then the money has grown by the factor t at any time, ever, with a probability of 1/t at most (Ter
 * Schure, Pérez-Ortiz, Ly and Grünwald, "The anytime-valid logrank test", New England Journal of Statistics in Data
 * Science 2, 2024).
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
