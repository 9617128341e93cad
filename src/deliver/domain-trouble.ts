import type { Outcome } from './outcome.ts';

/** What one try in a row weighs, and how much is about us or the domain rather than about one recipient. */
const SILENCE = 3;
const REFUSAL = 2;
const ENOUGH = 6;

/** Notices, from how tries end, when a recipient domain wants to be left alone for a while. */
export interface DomainTrouble {
  /** Takes every try as it ends. @returns whether the domain should be left alone now */
  take(domain: string, outcome: Outcome): boolean;
}

/**
 * A domain that closes its door (421), or says that we are too fast, is left alone at once. Other refusals for reasons of
 * policy (4.7.x) may be greylisting of a single recipient, and silence a single mishap, so it takes some in a row.
 */
export function watchDomains(): DomainTrouble {
  const rows = new Map<string, number>();
  return {
    take(domain, outcome) {
      if (outcome.kind === 'sent') rows.delete(domain);
      if (outcome.kind !== 'later') return false;
      if (outcome.cause === 'slow_down') return true;
      const weight = weightOf(outcome);
      const row = (rows.get(domain) ?? 0) + weight;
      rows.set(domain, row);
      return weight > 0 && row >= ENOUGH;
    },
  };
}

function weightOf(outcome: Extract<Outcome, { kind: 'later' }>): number {
  if (outcome.cause === 'silent') return SILENCE;
  return outcome.response.startsWith('421') || outcome.status?.startsWith('4.7.') ? REFUSAL : 0;
}
