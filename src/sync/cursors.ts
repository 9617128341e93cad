import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { SyncObject } from './rows.ts';

/** Up to when each object of this source is known. */
export async function readCursors(
  db: Kysely<Tables>,
  source: string,
): Promise<Partial<Record<SyncObject, Date>>> {
  const rows = await db.selectFrom('sync_cursors').selectAll().where('source', '=', source).execute();
  return Object.fromEntries(rows.map((row) => [row.object, row.synced_until]));
}

/** Moves one cursor forward, never back: both the old and the new moment are known to be covered. */
export async function moveCursor(
  trx: Transaction<Tables>,
  source: string,
  object: SyncObject,
  until: Date,
): Promise<void> {
  await sql`
    insert into sync_cursors (source, object, synced_until) values (${source}, ${object}, ${until})
    on conflict (source, object) do update
      set synced_until = greatest(sync_cursors.synced_until, excluded.synced_until)`.execute(trx);
}
