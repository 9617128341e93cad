import type { Database } from '../../db/connect.ts';
import type { Place } from '../../library/edit/place.ts';

/** One change of a file from the browser. */
export interface PastEdit {
  id: number;
  who: string;
  at: Date;
  /** Null: there was no such file before. */
  beforeHash: string | null;
  /** Null: the file was removed. */
  afterHash: string | null;
}

/** Longest history that a page shows. */
const MOST = 100;

/** Newest first. */
export async function editsOf(db: Database, place: Place): Promise<PastEdit[]> {
  return db
    .selectFrom('library_edits')
    .select(['id', 'who', 'at', 'before_hash as beforeHash', 'after_hash as afterHash'])
    .where('folder', '=', place.folder)
    .where('file', '=', place.file)
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute();
}

/** The file as it was before and after one of its edits; null: this file has no such edit. */
export async function bodiesOf(
  db: Database,
  place: Place,
  id: number,
): Promise<{ edit: PastEdit; before: Buffer | null; after: Buffer | null } | null> {
  const edit = await db
    .selectFrom('library_edits')
    .select(['id', 'who', 'at', 'before_hash as beforeHash', 'after_hash as afterHash'])
    .where('folder', '=', place.folder)
    .where('file', '=', place.file)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!edit) return null;
  const hashes = [edit.beforeHash, edit.afterHash].filter((hash) => hash !== null);
  const rows = hashes.length
    ? await db.selectFrom('content_files').selectAll().where('hash', 'in', hashes).execute()
    : [];
  const body = (hash: string | null) => rows.find((row) => row.hash === hash)?.body ?? null;
  return { edit, before: body(edit.beforeHash), after: body(edit.afterHash) };
}
