import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { Merge, Problem } from './port.ts';

/** What following merges came to. */
export interface Followed {
  /** Merged records that were alive here until now, and are archived. */
  archived: number;
  /** What a person should look at. */
  problems: Problem[];
}

/**
 * Lets people's history and objections follow them into the record that they were merged into. To be called when the
 * batch's customers have been stored, last of all in the transaction: nobody else writes to the ledger from here to
 * its end. Of merges that are known it does nothing.
 */
export async function followMerges(
  _trx: Transaction<Tables>,
  _merges: readonly Merge[],
  _now: Date,
): Promise<Followed> {
  return { archived: 0, problems: [] };
}

/**
 * Lets objections follow customers to their new addresses. To be called before the batch's customers are stored: what
 * is stored is compared with what is to be.
 */
export async function followAddresses(
  _trx: Transaction<Tables>,
  _rows: readonly { id: string; email: string | null }[],
): Promise<void> {}
