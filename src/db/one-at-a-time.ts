import { sql } from 'kysely';
import type { Database } from './connect.ts';

/**
 * Does a piece of work that only one process of the installation may do at a time. The lock is held by a database
 * session: whoever dies lets go of it.
 * @returns what the work returned, or null when somebody else is at it
 */
export async function oneAtATime<T>(db: Database, name: string, work: () => Promise<T>): Promise<T | null> {
  return db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${name}, 0)`;
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${key}) as held`.execute(
      connection,
    );
    if (!rows[0]?.held) return null;
    try {
      return await work();
    } finally {
      // A connection that is gone has let go of it already.
      await sql`select pg_advisory_unlock(${key})`.execute(connection).catch(() => {});
    }
  });
}
