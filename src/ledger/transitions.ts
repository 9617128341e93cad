import type { SendState } from '../domain/send.ts';

/** Who moves a send from one state to another. */
export type Mover =
  /** The queue has been told about it. */
  | 'enqueue'
  /** Whoever delivers: decides, begins, settles. */
  | 'worker'
  /** Finds what a dead worker left behind. */
  | 'reconciler'
  /** Two records of one person were merged in the CRM: one mail of the campaign is enough. */
  | 'merge'
  /** Somebody, from console or command line: cancels, resolves a doubt, erases. */
  | 'person';

/**
 * The life of a send, written down once (drawn in docs/architecture.md): from, to, and who may move it so.
 *
 * `sending` is durable before the first byte of the message leaves (the server has answered 354, nothing has
 * flowed), and `sent` right after the server's 250. A crash in between leaves `in_doubt`: nobody knows, and
 * nobody is written to twice. Whatever happens before the first byte leaves the send `queued`.
 */
const TABLE: readonly (readonly [from: SendState, to: SendState, by: readonly Mover[]])[] = [
  ['planned', 'queued', ['enqueue', 'worker']],
  ['planned', 'sending', ['worker']],
  // refused before the message flowed, or its mail could not be made
  ['planned', 'failed', ['worker']],
  ['planned', 'skipped', ['worker', 'person', 'merge']],
  // tried, not taken, to be tried again
  ['queued', 'queued', ['worker']],
  ['queued', 'sending', ['worker']],
  ['queued', 'failed', ['worker']],
  ['queued', 'skipped', ['worker', 'person', 'merge']],
  ['sending', 'sent', ['worker']],
  ['sending', 'failed', ['worker']],
  // only when the server has certainly not taken the mail
  ['sending', 'queued', ['worker']],
  ['sending', 'skipped', ['worker']],
  // the connection broke after the first byte, or the worker died
  ['sending', 'in_doubt', ['worker', 'reconciler']],
  // a worker that was only cut off from the database may still report what it knows
  ['in_doubt', 'sent', ['worker', 'person']],
  ['in_doubt', 'failed', ['worker', 'person']],
  ['in_doubt', 'queued', ['worker', 'person', 'reconciler']],
  ['in_doubt', 'skipped', ['worker']],
];

/** Whether a send may move so; with `by`, whether this mover may do it. */
export function mayMove(from: SendState, to: SendState, by?: Mover): boolean {
  return TABLE.some(([f, t, movers]) => f === from && t === to && (by === undefined || movers.includes(by)));
}

/** States from which `by` may move a send to `to`: what an `update … where state = any(…)` needs. */
export function statesBefore(to: SendState, by?: Mover): SendState[] {
  return [...new Set(TABLE.map(([from]) => from))].filter((from) => mayMove(from, to, by));
}

/** The whole table, for documentation and tests. */
export const TRANSITIONS = TABLE;

/** The campaign still has work with these. `in_doubt` waits for a person, not for the campaign. */
export const OPEN_STATES: readonly SendState[] = ['planned', 'queued', 'sending'];
