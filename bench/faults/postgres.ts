import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { serverProcess } from '../../src/db/embedded/process.ts';
import { openEmbeddedDatabase } from '../../src/db/embedded.ts';
import { until } from '../../test/stands/process.ts';

/** A real PostgreSQL of our own, which can be made to crash. */
export interface PostgresStand {
  /** A new, empty database. @returns its URL */
  createDatabase(name: string): Promise<string>;
  /** What `pg_ctl restart -m immediate` does: no checkpoint, no goodbye, then recovery from the log. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresStand> {
  const home = await mkdtemp(join(tmpdir(), 'spielbein-faults-'));
  // as root, the server runs as another user, who must get in
  await chmod(home, 0o755);
  let server = await openEmbeddedDatabase({ home });
  return {
    async createDatabase(name) {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      try {
        await client.query(`create database ${name}`);
      } finally {
        await client.end();
      }
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    async crash() {
      const dataDir = join(home, 'postgres', 'data');
      const found = await serverProcess(dataDir);
      if (found.state !== 'running') throw new Error(`There is no server to crash in ${dataDir}.`);
      process.kill(found.pid, 'SIGQUIT');
      await until('PostgreSQL is gone', async () => (await serverProcess(dataDir)).state !== 'running');
      const { url } = server;
      server = await openEmbeddedDatabase({ home });
      if (server.url !== url) throw new Error('PostgreSQL came back on another port: run it again.');
    },
    async close() {
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
