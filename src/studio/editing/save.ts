import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { Person } from '../../domain/person.ts';
import {
  DiskError,
  type DiskTrouble,
  type FileNow,
  hashOf,
  readFileNow,
  removeFileNow,
  writeFileNow,
} from '../../library/edit/disk.ts';
import type { Place } from '../../library/edit/place.ts';
import { recordAct } from '../../people/audit.ts';
import type { ContentFolders } from '../../render/load-content.ts';
import { checkEdit, type EditProblem } from './check.ts';

/** Where content is edited, and where its history is kept. */
export interface Desk extends ContentFolders {
  db: Database;
}

/** What became of an edit. Only `saved` has changed anything. */
export type Saved =
  | { kind: 'saved'; hash: string | null; warnings: EditProblem[] }
  /** It says what the file says already. */
  | { kind: 'same' }
  | { kind: 'refused'; problems: EditProblem[] }
  /** Somebody else has changed the file since; null: it is gone. */
  | { kind: 'changed'; now: FileNow | null }
  | { kind: 'trouble'; code: DiskTrouble };

/** Everybody's edits take turns by this number, over all processes: what is checked together is written together. */
const EDITING = 7_412_001;

/**
 * Writes one content file, if it fits: nothing is written that `library check` would call an error, and nothing over an
 * edit that its author has not seen. The bytes before and after are kept, with who it was.
 *
 * @param edit.data the file's bytes; null: remove it
 * @param edit.basedOn hash of the file as the author saw it; null: there was none
 */
export async function saveContent(
  desk: Desk,
  edit: { place: Place; data: Buffer | null; basedOn: string | null; person: Person; now: Date },
): Promise<Saved> {
  const { place, data } = edit;
  const dir = place.folder === 'library' ? desk.libraryDir : desk.templatesDir;
  try {
    return await desk.db.transaction().execute(async (tx): Promise<Saved> => {
      await sql`select pg_advisory_xact_lock(${EDITING})`.execute(tx);
      const before = await readFileNow(dir, place.file);
      if ((before?.hash ?? null) !== edit.basedOn) return { kind: 'changed', now: before };
      const hash = data && hashOf(data);
      if (hash === (before?.hash ?? null)) return { kind: 'same' };
      const { errors, warnings } = await checkEdit(desk, { place, data });
      if (errors.length > 0) return { kind: 'refused', problems: errors };

      for (const body of [before?.data, data]) if (body) await keepBody(tx, body);
      await tx
        .insertInto('library_edits')
        .values({
          folder: place.folder,
          file: place.file,
          before_hash: before?.hash ?? null,
          after_hash: hash,
          who: edit.person.name,
          at: edit.now,
        })
        .execute();
      await recordAct(tx, edit.person, {
        action: 'content_saved',
        subject: `${place.folder}/${place.file}`,
        detail: { as: before === null ? 'made' : data === null ? 'removed' : 'changed' },
        now: edit.now,
      });
      // An editor on the machine knows nothing of our turns: look once more, as late as can be.
      const meanwhile = await readFileNow(dir, place.file);
      if ((meanwhile?.hash ?? null) !== edit.basedOn) throw new ChangedMeanwhile(meanwhile);
      // Last, so that whatever fails before leaves the file alone.
      if (data === null) await removeFileNow(dir, place.file);
      else await writeFileNow(dir, place.file, data);
      return { kind: 'saved', hash, warnings };
    });
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return { kind: 'changed', now: error.now };
    if (error instanceof DiskError) return { kind: 'trouble', code: error.code };
    throw error;
  }
}

/** Undoes what was noted in the same transaction. */
class ChangedMeanwhile extends Error {
  readonly now: FileNow | null;
  constructor(now: FileNow | null) {
    super('The file was changed meanwhile.');
    this.now = now;
  }
}

async function keepBody(db: Database, body: Buffer): Promise<void> {
  await db
    .insertInto('content_files')
    .values({ hash: hashOf(body), body })
    .onConflict((oc) => oc.column('hash').doNothing())
    .execute();
}
