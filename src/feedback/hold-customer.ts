import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { currentCustomer } from '../db/customer-ids.ts';

/**
 * Like `currentCustomer`, and whoever stores something about the same customer takes turns until the caller's
 * transaction ends: what was read of them stays true. To be called first in the transaction.
 */
export async function holdCustomer(
  trx: Database,
  who: { sendId: number } | { customerId: string },
): Promise<string | null> {
  const id = await currentCustomer(trx, who);
  if (id !== null) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`customer ${id}`}, 0))`.execute(trx);
  }
  return id;
}
