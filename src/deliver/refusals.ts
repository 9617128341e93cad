import type { Outcome } from './outcome.ts';

/** Fewer refusals in a row than this are about the recipients, even when they sound alike. */
const ALIKE = 5;

/** A try that ended, and what the ledger knows of the one before. */
export interface RefusedTry {
  outcome: Outcome;
  /** What was said at the last try of the same send; null when there was none. */
  before: string | null;
}

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
 * each other in the same words and nothing is taken in between, nobody has failed. What is about the recipient's address
 * never counts, and neither does what was said to the same send before: since then a person has looked, and gone on.
 */
export function watchRefusals<Try extends RefusedTry>(): Refusals<Try> {
  const held: Try[] = [];
  let gist = '';
  // The words in which the server has refused us.
  let ofAll: string | null = null;
  const release = () => held.splice(0);
  return {
    take(tried) {
      const { outcome } = tried;
      if (outcome.kind === 'sent' || outcome.kind === 'in_doubt') return { failed: release(), spared: null };
      if (outcome.kind !== 'rejected') return { failed: [], spared: null };
      const words = gistOf(outcome.response);
      const again = tried.before !== null && gistOf(tried.before) === words;
      if (isAboutTheAddress(outcome) || again) return { failed: [...release(), tried], spared: null };
      if (words === ofAll) return { failed: [], spared: { tries: [tried], response: outcome.response } };
      const failed = words === gist ? [] : release();
      gist = words;
      held.push(tried);
      if (held.length < ALIKE) return { failed, spared: null };
      ofAll = words;
      return { failed, spared: { tries: release(), response: outcome.response } };
    },
    held: () => held,
    end: release,
  };
}

/** By its status (5.1.x, RFC 3463, 3.2), or by its words where it has none: "User unknown", "no such mailbox". */
function isAboutTheAddress({ status, response }: { status: string | null; response: string }): boolean {
  if (status !== null) return status.startsWith('5.1.');
  return /\b(user|mailbox|recipient|account|address)\b.*\b(unknown|not (exist|found)|unavailable|disabled|invalid)\b|\bno such (user|mailbox|recipient|account|address|person)\b|\bunknown (user|mailbox|recipient|account|address)\b|\bdoes(n['’]t| not) exist\b/i.test(
    response,
  );
}

/** The same sentence names another address or number each time. */
const gistOf = (said: string) => said.replace(/\S*@\S*|\d{4,}|<[^>]*>/g, '');
