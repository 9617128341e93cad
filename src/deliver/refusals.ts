import type { Outcome } from './outcome.ts';

/** Fewer refusals in a row than this are about the recipients, even when they sound alike. */
const ALIKE = 5;

/** What is to be done about refusals. */
export interface Verdict<Try> {
  /** These have failed. */
  failed: Try[];
  /** These have not: the server refuses us, in these words, and a person must look. */
  spared: { tries: Try[]; response: string } | null;
}

export interface Refusals<Try> {
  /** Takes every try in the order in which they end; a refusal is held until it is clear whom it is about. */
  take(tried: Try): Verdict<Try>;
  /** Refusals that are held at the moment. */
  held(): readonly Try[];
  /** Nothing more comes: what is still held was about the recipients. */
  end(): Try[];
}

/**
 * Tells a server that refuses some recipients from one that refuses us ("Relay access denied"): when refusals follow
 * each other in the same words and nothing is taken in between, nobody has failed. A status of 5.1.x is always about
 * the recipient's address (RFC 3463, 3.2).
 */
export function watchRefusals<Try extends { outcome: Outcome }>(): Refusals<Try> {
  const held: Try[] = [];
  let gist = '';
  const release = () => held.splice(0);
  return {
    take(tried) {
      const { outcome } = tried;
      if (outcome.kind === 'sent' || outcome.kind === 'in_doubt') return { failed: release(), spared: null };
      if (outcome.kind !== 'rejected') return { failed: [], spared: null };
      if (outcome.status?.startsWith('5.1.')) return { failed: [...release(), tried], spared: null };
      const failed = gistOf(outcome.response) === gist ? [] : release();
      gist = gistOf(outcome.response);
      held.push(tried);
      if (held.length < ALIKE) return { failed, spared: null };
      return { failed, spared: { tries: release(), response: outcome.response } };
    },
    held: () => held,
    end: release,
  };
}

/** The same sentence names another address or number each time. */
const gistOf = (said: string) => said.replace(/\S*@\S*|\d{4,}|<[^>]*>/g, '');
