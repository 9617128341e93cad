import type { Database } from '../../db/connect.ts';

/** Whether the CRM is to be told of this customer: who is gone from it, or was erased, is none to tell of. */
export async function isTold(db: Database, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('customers')
    .select('id')
    .where('id', '=', customerId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}
