import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';
import { AT_THIS_MACHINE } from '../../src/domain/person.ts';
import { readFileNow } from '../../src/library/edit/disk.ts';
import { placeOf } from '../../src/library/edit/place.ts';
import type { ContentFolders } from '../../src/render/load-content.ts';
import { saveContent } from '../../src/studio/editing/save.ts';
import type { Places } from './routes.ts';

const TEMPLATES = join(import.meta.dirname, '../../templates');
const EDITED = { kind: 'developments', id: 'aquados-version-2' } as const;

/** A company's own content, so that it may be edited: the examples, copied. */
export async function ownContent(dir: string): Promise<ContentFolders> {
  await cp(TEMPLATES, dir, { recursive: true });
  return { templatesDir: dir, libraryDir: join(dir, 'library') };
}

/** What people made in the console, and where it is to be seen: an edit, an agreed file, a send of each campaign. */
export async function placesMade(db: Database, folders: ContentFolders, now: Date): Promise<Places> {
  const sends = await db
    .selectFrom('sends')
    .select(['campaign_id as campaign', ({ fn }) => fn.min('id').as('id')])
    .groupBy('campaign_id')
    .execute();
  return [
    [new RegExp(`^/library/${EDITED.kind}/${EDITED.id}/history/$`), [await editOnce(db, folders, now)]],
    [/^\/learn\/file\/$/, [await agreeOnce(db, now)]],
    ...sends.map(({ campaign, id }): Places[number] => [
      new RegExp(`^/campaigns/${campaign}/sends/$`),
      [String(id)],
    ]),
  ];
}

/** Edits an entry as the console does, where nobody has yet. */
async function editOnce(db: Database, folders: ContentFolders, now: Date): Promise<string> {
  const edit = () => db.selectFrom('library_edits').select('id').orderBy('id').limit(1).executeTakeFirst();
  if (!(await edit())) {
    const place = placeOf(EDITED.kind, EDITED.id);
    const before = place && (await readFileNow(folders.libraryDir, place.file));
    if (!before) throw new Error(`The library has no ${EDITED.kind}/${EDITED.id}.`);
    const data = Buffer.concat([before.data, Buffer.from('# read again\n')]);
    const saved = await saveContent(
      { db, ...folders },
      { place, data, basedOn: before.hash, person: AT_THIS_MACHINE, now },
    );
    if (saved.kind !== 'saved') throw new Error(`The edit was not saved: ${saved.kind}.`);
  }
  return String((await edit())?.id);
}

/** An offer that became proven content, and was agreed to. */
async function agreeOnce(db: Database, now: Date): Promise<string> {
  await sql`
    insert into proposals (kind, content_id, made_at, decided_at, decision)
    select 'graduate', 'bediener-app', ${now}, ${now}, 'yes' where not exists (select from proposals)`.execute(
    db,
  );
  const { id } = await db
    .selectFrom('proposals')
    .select('id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  return String(id);
}
