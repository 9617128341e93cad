import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/connect.ts';
import { installationValue, migrate, nextMigration, readMigrations } from '../../src/db/migrate.ts';
import { emptyDatabase, testDatabase } from '../stands/database.ts';

const migrations = join(import.meta.dirname, '../../src/db/migrations');

describe('on an empty database', async () => {
  const { db, url } = await emptyDatabase();

  test('two processes that start at once share the work', async () => {
    const other = openDatabase(url);
    const [mine, theirs] = await Promise.all([migrate(db), migrate(other.db)]);
    const all = (await readMigrations()).map((migration) => migration.name);
    expect([...mine, ...theirs].sort()).toEqual(all);
    expect(await installationValue(db, 'random_key')).toMatch(/^[0-9a-f]{64}$/);
    expect(await installationValue(other.db, 'random_key')).toBe(await installationValue(db, 'random_key'));
    await other.close();
  });

  test('a second run changes nothing, not even the key', async () => {
    const before = await installationValue(db, 'random_key');
    expect(await migrate(db)).toEqual([]);
    expect(await installationValue(db, 'random_key')).toBe(before);
    expect(await installationValue(db, 'unknown')).toBeUndefined();
  });
});

describe('files that do not fit', async () => {
  const { db } = await testDatabase();
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'spielbein-migrations-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const fresh = async () => {
    await rm(dir, { recursive: true });
    await cp(migrations, dir, { recursive: true });
  };

  test('a file that changed after it was applied is refused', async () => {
    await fresh();
    await appendFile(join(dir, '0001-foundation.sql'), '\n-- later thought\n');
    await expect(migrate(db, dir)).rejects.toMatchObject({ code: 'migration_changed' });
  });

  test('a file that fails is undone whole, and those before it stay', async () => {
    await fresh();
    await writeFile(join(dir, '9001-good.sql'), 'create table good (id int);');
    await writeFile(join(dir, '9002-bad.sql'), 'create table half (id int); create table half (id int);');
    await expect(migrate(db, dir)).rejects.toMatchObject({ code: 'migration_failed' });
    const { rows } = await sql<{ good: string | null; half: string | null }>`
      select to_regclass('good')::text as good, to_regclass('half')::text as half`.execute(db);
    expect(rows[0]).toEqual({ good: 'good', half: null });
  });

  test('a database that is newer than the program is refused', async () => {
    await expect(migrate(db)).rejects.toMatchObject({ code: 'database_newer' });
  });

  test('a new file before one already applied is refused', () => {
    const file = (name: string) => ({ name, checksum: name, sql: '' });
    expect(() => nextMigration([file('1'), file('2'), file('3')], [file('1'), file('3')])).toThrow(
      /later number/,
    );
    expect(nextMigration([file('1'), file('2')], [file('1')])).toEqual(file('2'));
  });
});

describe('a database of the time before the CRM was told of anything', async () => {
  const { db } = await emptyDatabase();

  test('does not begin by telling it of everybody who objected then', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'spielbein-migrations-'));
    for (const { name } of (await readMigrations()).filter((each) => each.name < '0004')) {
      await cp(join(migrations, `${name}.sql`), join(dir, `${name}.sql`));
    }
    await migrate(db, dir);
    await rm(dir, { recursive: true });
    await sql`insert into suppressions (email_key, reason) values
      ('a@kunde.example', 'unsubscribed'), ('b@kunde.example', 'complained'), ('c@kunde.example', 'bounced')`.execute(
      db,
    );
    await migrate(db);
    const rows = await db.selectFrom('suppressions').select('crm_outcome').orderBy('email_key').execute();
    expect(rows.map((row) => row.crm_outcome)).toEqual(['withheld', 'withheld', null]);
  });
});
