import type { Database } from '../../db/connect.ts';
import type { Language } from '../../domain/customer.ts';

/** The language a send's mail was written in: the best guess for a page when the browser says nothing. */
export async function mailLanguage(db: Database, sendId: number): Promise<Language> {
  const row = await db
    .selectFrom('sends')
    .leftJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['sends.composition', 'customers.language'])
    .where('sends.id', '=', sendId)
    .executeTakeFirst();
  return row?.composition?.language ?? row?.language ?? 'de';
}
