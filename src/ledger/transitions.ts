import type { SendState } from '../domain/send.ts';

/**
 * The life of a send, written down once (docs/architecture.md). `sending` is durable before SMTP's DATA and `sent`
 * right after its 250, so a crash in between leaves `in_doubt`: nobody knows, and nobody is written to twice.
 */
export const TRANSITIONS: Readonly<Record<SendState, readonly SendState[]>> = {
  planned: ['queued', 'sending', 'skipped', 'failed'],
  queued: ['sending', 'skipped', 'failed'],
  // back to queued only when the server has certainly not taken the mail
  sending: ['sent', 'failed', 'queued', 'in_doubt'],
  // a worker that was only cut off from the database may still report what it knows
  in_doubt: ['sent', 'failed', 'queued'],
  sent: [],
  failed: [],
  skipped: [],
};

export function mayMove(from: SendState, to: SendState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** States from which a send may come into `to`: what an `update … where state = any(…)` needs. */
export function statesBefore(to: SendState): SendState[] {
  return (Object.keys(TRANSITIONS) as SendState[]).filter((from) => mayMove(from, to));
}

/** Nothing more will happen by itself. `in_doubt` waits for a person. */
export const OPEN_STATES: readonly SendState[] = ['planned', 'queued', 'sending'];
