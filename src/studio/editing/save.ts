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

interface Edit {
  place: Place;
  /** The file's bytes; null: remove it. */
  data: Buffer | null;
  /** Hash of the file as the author saw it; null: there was none. */
  basedOn: string | null;
  person: Person;
  now: Date;
}

/** Everybody's edits take turns by this number, over all processes: what is checked together is written together. */
const EDITING = 7_412_001;

/**
 * Writes one content file, if it fits: nothing is written that `library check` would call an error, and nothing over an
 * edit that its author has not seen. The bytes before and after are kept, with who it was.
 *
 * Should the commit fail after the file is written, its history is written once more.
 */
export async function saveContent(desk: Desk, edit: Edit): Promise<Saved> {
  const { place, data } = edit;
  const dir = place.folder === 'library' ? desk.libraryDir : desk.templatesDir;
  const written: { before: FileNow | null; saved: Saved | null } = { before: null, saved: null };
  try {
    return await desk.db.transaction().execute(async (tx): Promise<Saved> => {
      await sql`select pg_advisory_xact_lock(${EDITING})`.execute(tx);
      const before = await readFileNow(dir, place.file);
      if ((before?.hash ?? null) !== edit.basedOn) return { kind: 'changed', now: before };
      const hash = data && hashOf(data);
      if (hash === (before?.hash ?? null)) return { kind: 'same' };
      const { errors, warnings } = await checkEdit(desk, { place, data });
      if (errors.length > 0) return { kind: 'refused', problems: errors };

      await note(tx, edit, before);
      // An editor on the machine knows nothing of our turns: look once more, as late as can be.
      const meanwhile = await readFileNow(dir, place.file);
      if ((meanwhile?.hash ?? null) !== edit.basedOn) throw new ChangedMeanwhile(meanwhile);
      // Last, so that whatever fails before leaves the file alone.
      written.before = before;
      written.saved = { kind: 'saved', hash, warnings };
      if (data === null) await removeFileNow(dir, place.file);
      else await writeFileNow(dir, place.file, data);
      return written.saved;
    });
  } catch (error) {
    const isKept = written.saved && (await noteAgain(desk, edit, dir, written.before).catch(() => false));
    if (written.saved && isKept) return written.saved;
    if (error instanceof ChangedMeanwhile) return { kind: 'changed', now: error.now };
    if (error instanceof DiskError) return { kind: 'trouble', code: error.code };
    throw error;
  }
}

/** Keeps the bytes before and after, who it was, and that it was. */
async function note(db: Database, { place, data, person, now }: Edit, before: FileNow | null): Promise<void> {
  for (const body of [before?.data, data]) if (body) await keepBody(db, body);
  await db
    .insertInto('library_edits')
    .values({
      folder: place.folder,
      file: place.file,
      before_hash: before?.hash ?? null,
      after_hash: data && hashOf(data),
      who: person.name,
      at: now,
    })
    .execute();
  await recordAct(db, person, {
    action: 'content_saved',
    subject: `${place.folder}/${place.file}`,
    detail: { as: before === null ? 'made' : data === null ? 'removed' : 'changed' },
    now,
  });
}

/**
 * After a failure that may have come between the file and the commit, e.g. a lost connection: a file that says what we
 * wrote gets its history all the same.
 * @returns whether the file is ours and its history is kept
 */
async function noteAgain(desk: Desk, edit: Edit, dir: string, before: FileNow | null): Promise<boolean> {
  const { place } = edit;
  const hash = edit.data && hashOf(edit.data);
  return desk.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${EDITING})`.execute(tx);
    const now = await readFileNow(dir, place.file);
    if ((now?.hash ?? null) !== hash) return false;
    // the commit may have come through, and only its answer not
    const last = await tx
      .selectFrom('library_edits')
      .select(['before_hash', 'after_hash', 'who', 'at'])
      .where('folder', '=', place.folder)
      .where('file', '=', place.file)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const isNoted =
      last !== undefined &&
      last.before_hash === (before?.hash ?? null) &&
      last.after_hash === hash &&
      last.who === edit.person.name &&
      last.at.getTime() === edit.now.getTime();
    if (!isNoted) await note(tx, edit, before);
    return true;
  });
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
