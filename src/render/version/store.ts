import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { ContentError, type ContentFiles, type FileHashes, hashesOf, sha256, versionId } from './files.ts';

/**
 * Keeps a version: its list, and every file that no earlier version has. One transaction; keeping the same
 * again, at once or later, changes nothing.
 * @returns its id
 */
export async function storeVersion(db: Database, files: ContentFiles): Promise<string> {
  const hashes = hashesOf(files);
  const id = versionId(hashes);
  await db.transaction().execute(async (tx) => {
    const known = await tx
      .selectFrom('content_versions')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    if (known) return;
    const bodies = new Map([...files].map(([path, body]) => [hashes[path] ?? '', body]));
    const kept = await tx
      .selectFrom('content_files')
      .select('hash')
      .where('hash', 'in', [...bodies.keys()])
      .execute();
    for (const { hash } of kept) bodies.delete(hash);
    // In the order of hashes: two processes that keep the same files wait for, not across, each other.
    for (const [hash, body] of [...bodies].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await tx
        .insertInto('content_files')
        .values({ hash, body })
        .onConflict((oc) => oc.column('hash').doNothing())
        .execute();
    }
    await tx
      .insertInto('content_versions')
      .values({ id, files: JSON.stringify(hashes) })
      .onConflict((oc) => oc.column('id').doNothing())
      .execute();
  });
  return id;
}

/** What is known of a version without its files. */
export interface KeptVersion {
  id: string;
  hashes: FileHashes;
  /** When a campaign first went with it. */
  keptAt: Date;
}

export async function findVersion(db: Database, id: string): Promise<KeptVersion | null> {
  const row = await db
    .selectFrom('content_versions')
    .select(['id', 'files as hashes', 'created_at as keptAt'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * All files of a version, compared with their hashes.
 * @throws ContentError when the database does not have it as it was kept.
 */
export async function readVersion(db: Database, id: string): Promise<ContentFiles> {
  const version = await findVersion(db, id);
  if (!version) throw damaged(id, 'is not in the database');
  const { hashes } = version;
  if (versionId(hashes) !== id) throw damaged(id, 'has a list of files that is not its own');
  const rows = await db
    .selectFrom('content_files')
    .selectAll()
    .where('hash', 'in', Object.values(hashes))
    .execute();
  const bodies = new Map(rows.map(({ hash, body }) => [hash, body]));
  return new Map(
    Object.entries(hashes).map(([path, hash]) => {
      const body = bodies.get(hash);
      if (!body || sha256(body) !== hash) throw damaged(id, `has no ${path} as it was kept`);
      return [path, body];
    }),
  );
}

/**
 * All files of a folder that any kept version has, each as the newest one has it: path → hash. Reads every
 * version's list: nothing to do for each request.
 */
export async function newestHashes(db: Database, folder: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ path: string; hash: string }>`
    select distinct on (file.key) file.key as path, file.value as hash
    from content_versions version, jsonb_each_text(version.files) file
    where starts_with(file.key, ${`${folder}/`})
    order by file.key, version.created_at desc`.execute(db);
  return new Map(rows.map(({ path, hash }) => [path, hash]));
}

/** The bytes with this hash; null when no kept version has them. */
export async function keptFile(db: Database, hash: string): Promise<Buffer | null> {
  const row = await db.selectFrom('content_files').select('body').where('hash', '=', hash).executeTakeFirst();
  return row?.body ?? null;
}

function damaged(id: string, how: string): ContentError {
  return new ContentError(
    `Content version ${id.slice(0, 12)} ${how}. Restore the tables content_versions and content_files from a ` +
      'backup, or give the campaign the content of now: spielbein campaign refresh ID.',
  );
}
