import type { Database } from './connect.ts';

/** Does everything in one transaction: the caller's, where there is one. */
export const inTransaction = <T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> =>
  db.isTransaction ? work(db) : db.transaction().execute(work);
