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
  const dataDir = join(home, 'postgres', 'data');
  let server = await openEmbeddedDatabase({ home });
  let pid = await pidOf(dataDir);
  // it is a process of its own, and would go on after an interrupted bench
  const quit = () => {
    try {
      process.kill(pid, 'SIGQUIT');
    } catch {
      // between a crash and coming back there is nobody to end
    }
  };
  process.once('exit', quit);
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
      process.kill(pid, 'SIGQUIT');
      await until('PostgreSQL is gone', async () => (await serverProcess(dataDir)).state !== 'running');
      const { url } = server;
      server = await openEmbeddedDatabase({ home });
      pid = await pidOf(dataDir);
      if (server.url !== url) throw new Error('PostgreSQL came back on another port: run it again.');
    },
    async close() {
      process.off('exit', quit);
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function pidOf(dataDir: string): Promise<number> {
  const found = await serverProcess(dataDir);
  if (found.state !== 'running') throw new Error(`No PostgreSQL is running in ${dataDir}.`);
  return found.pid;
}
