import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';

/**
 * For queries that go over all that was shown. The database knows nothing about the size of their steps, takes them for
 * small, and would look rows up one by one; here it goes through them once.
 */
export async function inBulk<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return await db.transaction().execute(async (tx) => {
    await sql`set local enable_nestloop = off`.execute(tx);
    await sql`set local jit = off`.execute(tx);
    return await work(tx);
  });
}
