/** The source's marks: less than one mail in a hundred to customers is common, more than one in five is rare. */
export const COMMON_BELOW = 0.01;
export const RARE_ABOVE = 0.2;

/** Fewer mails than this say little. */
export const FEW_MAILS = 100;

/** `nothing_sent` and `no_customers`: there is nothing to compare. */
export type Standing = 'nothing_sent' | 'no_customers' | 'common' | 'between' | 'rare';

export interface Verdict {
  /** Share of the sent mails that went to customers, 0 to 1. */
  share: number;
  standing: Standing;
  /** With few mails: between which shares it may as well lie (95 %). */
  range: [number, number] | null;
}

/**
 * Where a mailbox stands.
 * @param known whether any customers are known: else a share of 0 says nothing
 */
export function verdictOf(toCustomers: number, sent: number, known: boolean): Verdict {
  if (sent === 0 || !known) {
    return { share: 0, standing: sent === 0 ? 'nothing_sent' : 'no_customers', range: null };
  }
  const share = toCustomers / sent;
  const standing = share < COMMON_BELOW ? 'common' : share > RARE_ABOVE ? 'rare' : 'between';
  return { share, standing, range: sent < FEW_MAILS ? wilson(toCustomers, sent) : null };
}

/** Wilson's interval (1927): honest for few trials and for shares near 0, where the textbook's one is not. */
function wilson(hits: number, trials: number): [number, number] {
  const z = 1.959964;
  const share = hits / trials;
  const middle = share + z ** 2 / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  const scale = 1 + z ** 2 / trials;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}
