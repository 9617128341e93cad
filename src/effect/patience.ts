import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';

/** Longest that measuring may wait for others, and longest that it may take. */
const LONGEST_SECONDS = 120;

/** PostgreSQL's code for a statement that took too long. */
const CANCELED = '57014';

/** Effects can't be measured right now, said for people. */
export class EffectError extends Error {
  constructor(seconds: number, options: ErrorOptions) {
    super(
      `What mails change could not be measured within ${seconds} seconds, because the database is busy. ` +
        'Please try again in some minutes; `spielbein effect --campaign ID` is quicker.',
      options,
    );
    this.name = 'EffectError';
  }
}

/**
 * Runs a large query for which the database has room once: a second one waits. The installation's other work goes on
 * beside it.
 * @param seconds longest that the waiting, and each statement of the work, may take
 * @throws EffectError when one of them takes longer
 */
export async function oneAfterTheOther<T>(
  db: Database,
  work: (tx: Database) => Promise<T>,
  seconds = LONGEST_SECONDS,
): Promise<T> {
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`set local statement_timeout = ${sql.lit(`${seconds}s`)}`.execute(tx);
      await sql`select pg_advisory_xact_lock(hashtextextended('effect', 0))`.execute(tx);
      // Steps within a query have no statistics, and are taken for small: rows would be looked up one by one.
      await sql`set local enable_nestloop = off`.execute(tx);
      await sql`set local work_mem = '64MB'`.execute(tx);
      await sql`set local jit = off`.execute(tx);
      return await work(tx);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === CANCELED)
      throw new EffectError(seconds, { cause: error });
    throw error;
  }
}
