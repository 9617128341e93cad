import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/connect.ts';
import { openEmbeddedDatabase } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { findProgram } from './system-program.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the PostgreSQL of this test run. */
    postgresUrl: string;
    /** Name of the migrated database that `testDatabase()` clones. */
    templateDatabase: string;
    /** Path of redis-server or valkey-server; null when there is none. */
    redisServer: string | null;
    /** Path of Chromium; null when there is none. */
    chromium: string | null;
  }
}

/** One PostgreSQL for the whole run: `TEST_DATABASE_URL`, or an embedded one in a temporary folder. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const postgres = given ? { url: given, close: async () => {} } : await temporaryPostgres();
  const template = `spielbein_template_${process.pid}`;
  await administer(postgres.url, `create database ${template}`);
  const { db, close } = openDatabase(databaseNamed(postgres.url, template));
  try {
    await migrate(db);
  } finally {
    await close();
  }
  project.provide('postgresUrl', postgres.url);
  project.provide('templateDatabase', template);
  project.provide(
    'redisServer',
    await findProgram({
      names: ['redis-server', 'valkey-server'],
      debian: 'redis-server',
      tests: 'Tests with Redis',
    }),
  );
  project.provide(
    'chromium',
    await findProgram({
      names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
      debian: 'chromium',
      tests: 'Tests in a browser',
    }),
  );
  return async () => {
    if (given) await administer(postgres.url, `drop database if exists ${template} with (force)`);
    await postgres.close();
  };
}

async function temporaryPostgres() {
  const home = await mkdtemp(join(tmpdir(), 'spielbein-test-'));
  // as root, the server runs as another user, who must get in
  await chmod(home, 0o755);
  const { url, close } = await openEmbeddedDatabase({ home });
  return {
    url,
    close: async () => {
      await close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function databaseNamed(url: string, name: string): string {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}
