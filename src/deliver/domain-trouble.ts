import type { Outcome } from './outcome.ts';

/** So many refusals of its policy in a row are about us, not about one recipient. */
const IN_A_ROW = 3;

/** Notices, from how tries end, when a recipient domain wants to be left alone for a while. */
export interface DomainTrouble {
  /** Takes every try as it ends. @returns whether the domain should be left alone now */
  take(domain: string, outcome: Outcome): boolean;
}

/**
 * A domain that answers 421, or says that we are too fast, is left alone at once. Other refusals for reasons of policy
 * (4.7.x) may be greylisting of a single recipient, so it takes some in a row.
 */
export function watchDomains(): DomainTrouble {
  const rows = new Map<string, number>();
  return {
    take(domain, outcome) {
      if (outcome.kind === 'sent') rows.delete(domain);
      if (outcome.kind !== 'later') return false;
      if (outcome.slowDown) return true;
      if (!outcome.status?.startsWith('4.7.')) return false;
      const row = (rows.get(domain) ?? 0) + 1;
      rows.set(domain, row);
      return row >= IN_A_ROW;
    },
  };
}
