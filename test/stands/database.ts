import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { type DatabaseHandle, openDatabase } from '../../src/db/connect.ts';

export interface TestDatabase extends DatabaseHandle {
  url: string;
}

/**
 * A fresh, migrated database for this test file (or `describe`), dropped when it is done:
 *
 *     const { db, url } = await testDatabase();
 */
export async function testDatabase(): Promise<TestDatabase> {
  const template = inject('templateDatabase');
  return await cloneDatabase(`create database $name template ${template}`);
}

/** A fresh database with nothing in it, not even tables. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return await cloneDatabase('create database $name template template0');
}

async function cloneDatabase(statement: string): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await administer(statement.replace('$name', name));
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const handle = openDatabase(url.href, { max: 5, applicationName: 'spielbein-test' });
  afterAll(async () => {
    await handle.close().catch(() => {});
    await administer(`drop database if exists ${name} with (force)`);
  });
  return { ...handle, url: url.href };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
