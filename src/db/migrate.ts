import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database } from './connect.ts';

const MIGRATIONS_DIR = join(import.meta.dirname, 'migrations');

/** Any number, as long as it stays: two processes that migrate at once must ask for the same lock. */
const MIGRATION_LOCK = 7_434_115_220;

/** One file of `migrations/`. */
export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** What `migrations` in the database says was applied. */
export interface AppliedMigration {
  name: string;
  checksum: string;
}

/** The database and this version of the program don't fit together. */
export class MigrationError extends Error {
  readonly code: 'database_newer' | 'migration_changed' | 'migration_out_of_order' | 'migration_failed';
  constructor(code: MigrationError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
    this.code = code;
  }
}

/**
 * Brings the database's tables up to this version of the program. Forward only; each file in its own
 * transaction; safe when several processes start at once: they take turns, and the later ones find it done.
 *
 * @returns the names of the files applied now.
 */
export async function migrate(db: Database, dir: string = MIGRATIONS_DIR): Promise<string[]> {
  const migrations = await readMigrations(dir);
  const applied: string[] = [];
  for (;;) {
    const name = await applyNext(db, migrations);
    if (!name) break;
    applied.push(name);
  }
  await db
    .insertInto('installation')
    .values({ key: 'random_key', value: randomBytes(32).toString('hex') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return applied;
}

/** A fact of this installation, e.g. `random_key`; undefined when nobody has set it. */
export async function installationValue(db: Database, key: string): Promise<string | undefined> {
  const row = await db.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value;
}

/** Notes a fact of this installation, in place of what was noted before. */
export async function noteInstallationValue(db: Database, key: string, value: string): Promise<void> {
  await db
    .insertInto('installation')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/** The next file to apply, or undefined when all are; throws when database and files don't fit together. */
export function nextMigration(files: Migration[], applied: AppliedMigration[]): Migration | undefined {
  for (const [index, done] of applied.entries()) {
    const file = files.find((candidate) => candidate.name === done.name);
    if (!file) {
      throw new MigrationError(
        'database_newer',
        `The database was made by another, newer version of Spielbein: it has had migration ${done.name}, which this version does not know. Update Spielbein, or use another database.`,
      );
    }
    if (file.checksum !== done.checksum) {
      throw new MigrationError(
        'migration_changed',
        `Migration ${done.name} was changed after this database had it. Restore the file as it was and put the change into a new migration.`,
      );
    }
    if (files[index] !== file) {
      throw new MigrationError(
        'migration_out_of_order',
        `Migration ${files[index]?.name} comes before ${done.name}, which this database has had already. Give the new migration a later number.`,
      );
    }
  }
  return files[applied.length];
}

async function applyNext(db: Database, files: Migration[]): Promise<string | undefined> {
  return await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    await sql`create table if not exists migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`.execute(transaction);
    const applied =
      await sql<AppliedMigration>`select name, checksum from migrations order by name collate "C"`.execute(
        transaction,
      );
    const next = nextMigration(files, applied.rows);
    if (!next) return undefined;
    try {
      await sql.raw(next.sql).execute(transaction);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new MigrationError(
        'migration_failed',
        `Migration ${next.name} failed and was undone: ${reason}`,
        { cause: error },
      );
    }
    await sql`insert into migrations (name, checksum) values (${next.name}, ${next.checksum})`.execute(
      transaction,
    );
    return next.name;
  });
}

/** The files of `dir` in the order of their names. Line endings don't count for the checksum. */
export async function readMigrations(dir: string = MIGRATIONS_DIR): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  return await Promise.all(
    names.map(async (file) => {
      const text = (await readFile(join(dir, file), 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { name: file.slice(0, -'.sql'.length), sql: text, checksum };
    }),
  );
}
