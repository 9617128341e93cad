import type { Fault } from './misbehaviour.ts';

/** One MAIL FROM and what followed, as the server saw it. Times are milliseconds of one clock. */
export interface Transaction {
  /** Name by which the sending process greeted. */
  worker: string;
  mailAt: number;
  recipient: string | null;
  /** When the server said 354. */
  dataAt: number | null;
  messageId: string | null;
  /** The server has the message: what a recipient would find in the inbox. */
  kept: boolean;
  /** Code of the last answer, if there was one. */
  reply: number | null;
  /** When the last answer was given, or the connection ended. Null: still going on. */
  endedAt: number | null;
  fault: Fault | null;
}

/** Whether the server broke off after its 354, so that nobody could know what became of the message. */
export function brokenAfterData({ dataAt, fault, reply }: Transaction): boolean {
  return dataAt !== null && reply === null && (fault?.kind === 'cut' || fault?.kind === 'silent');
}
