import type { Database } from '../../db/connect.ts';

/** The name of the salesperson who looks after a send's customer; null when the CRM names none. */
export async function salespersonOf(db: Database, sendId: number): Promise<string | null> {
  const row = await db
    .selectFrom('sends')
    .innerJoin('customers', 'customers.id', 'sends.customer_id')
    .innerJoin('owners', 'owners.id', 'customers.owner_id')
    .select('owners.name')
    .where('sends.id', '=', sendId)
    .executeTakeFirst();
  return row?.name ?? null;
}
