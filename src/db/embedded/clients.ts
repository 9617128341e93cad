import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedDatabaseError } from './errors.ts';
import { serverProcess } from './process.ts';

const DATABASE_MISSING = '3D000';
const PASSWORD_WRONG = '28P01';
const STARTING_OR_STOPPING = '57P03';

/**
 * Waits until the server of `url` takes connections; crash recovery may take minutes.
 *
 * @returns false when its process ends meanwhile.
 */
export async function waitUntilReady(
  url: string,
  dataDir: string,
  log: (message: string) => void,
): Promise<boolean> {
  let told = false;
  while ((await serverProcess(dataDir)).state === 'running') {
    const error = await tryConnecting(url);
    const code = (error as { code?: string } | undefined)?.code;
    if (!error || code === DATABASE_MISSING) return true;
    if (code === PASSWORD_WRONG) {
      throw new EmbeddedDatabaseError(
        'password_wrong',
        `The embedded database in ${dataDir} refuses the password kept in server.json beside it. Restore that file from a backup, or move the folder away to begin with an empty database.`,
      );
    }
    if (code === STARTING_OR_STOPPING && !told) {
      log('The embedded database is repairing itself after it was cut off.');
      told = true;
    }
    await sleep(50);
  }
  return false;
}

/** Makes the database that `url` names, unless it is there. */
export async function createDatabase(url: string): Promise<void> {
  const error = await tryConnecting(url);
  if (!error) return;
  if ((error as { code?: string }).code !== DATABASE_MISSING) throw error;
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await withClient(maintenance.href, (client) => client.query('create database spielbein'));
}

/**
 * How many other connections the server has. Those of a pool that was closed a moment ago take a moment to go,
 * so it looks for up to two seconds. 0 when the server can't be asked.
 */
export async function waitForOtherClients(url: string): Promise<number> {
  const query = `select count(*)::int as others from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  try {
    return await withClient(url, async (client) => {
      const deadline = Date.now() + 2000;
      for (;;) {
        const { others } = (await client.query<{ others: number }>(query)).rows[0] ?? { others: 0 };
        if (others === 0 || Date.now() > deadline) return others;
        await sleep(20);
      }
    });
  } catch {
    return 0;
  }
}

async function tryConnecting(url: string): Promise<unknown> {
  return await withClient(url, async () => undefined).catch((error) => error);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'spielbein-embedded',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
