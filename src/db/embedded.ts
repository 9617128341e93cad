import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Account, defaultAccount, ownerOf } from './embedded/account.ts';
import { type Binaries, findBinaries, reachableBinaries } from './embedded/binaries.ts';
import { createDatabase, waitForOtherClients, waitUntilReady } from './embedded/clients.ts';
import { diskFull, EmbeddedDatabaseError } from './embedded/errors.ts';
import { checkVersion, initialise, isInitialised } from './embedded/initialise.ts';
import { holdShared, isHeld, takeLock } from './embedded/locks.ts';
import { databaseFolder } from './embedded/place.ts';
import { forgetStalePid, serverProcess } from './embedded/process.ts';
import { processNamespace, readSettings, type ServerSettings, writeSettings } from './embedded/settings.ts';
import { startServer, stopServer } from './embedded/start.ts';

export interface EmbeddedOptions {
  /** Where embedded state lives; the database goes into its folder `postgres`. */
  home: string;
  /** Told what happens, in sentences for people. */
  log?: (message: string) => void;
}

export interface EmbeddedDatabase {
  /** Connection URL with the password: not for logs. */
  url: string;
  /** Close your connections first. Stops the server if no other process of this home uses it. */
  close(): Promise<void>;
}

/** Everything the steps below need to know about one embedded server. */
interface Server {
  dir: string;
  dataDir: string;
  account: Account | null;
  log: (message: string) => void;
}

/**
 * A real PostgreSQL for this home: made on the first start, found on later ones, shared by all processes.
 *
 * Who may start or stop it is decided by two locks that the operating system itself lets go when a process
 * dies: `start.lock` (one process at a time starts or stops) and `users.lock` (everyone who uses it holds a
 * share; whoever can have it alone is the last one out). Nothing is left to clean up after a kill -9.
 */
export async function openEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const log = options.log ?? (() => {});
  const server = await locate(resolve(options.home), log);
  const startLock = await takeLock(join(server.dir, 'start.lock'));
  try {
    const url = await ensureRunning(server);
    const usage = holdShared(join(server.dir, 'users.lock'));
    let closing: Promise<void> | undefined;
    const close = () => {
      closing ??= leave(server, url, usage.release);
      return closing;
    };
    return { url, close };
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(server.dir, error) : error;
  } finally {
    startLock.release();
  }
}

async function locate(home: string, log: Server['log']): Promise<Server> {
  await mkdir(home, { recursive: true });
  const candidate = await defaultAccount();
  const dir = await realpath(await databaseFolder(home, candidate, log));
  const dataDir = join(dir, 'data');
  const account = candidate && ((await ownerOf(dataDir)) ?? candidate);
  return { dir, dataDir, account, log };
}

/** Returns the URL of a server that answers, after starting (and first of all making) it where needed. */
async function ensureRunning(server: Server): Promise<string> {
  const { dir, dataDir } = server;
  let settings = await readSettings(dir);
  let binaries: Binaries | undefined;
  if (!(await isInitialised(dataDir))) {
    binaries = await binariesFor(server);
    settings = await initialise({ ...server, binaries });
  }
  if (!settings) {
    throw new EmbeddedDatabaseError(
      'settings_missing',
      `${join(dir, 'server.json')} is missing: it holds the password of the database beside it. Restore it from a backup, or move ${dir} away to begin with an empty database.`,
    );
  }
  for (let attempt = 1; attempt <= 3; attempt++) {
    const found = await serverProcess(dataDir);
    if (found.state === 'running') {
      const url = databaseUrl(settings, found.port ?? settings.port);
      if (await waitUntilReady(url, dataDir, server.log)) {
        await createDatabase(url);
        return url;
      }
      continue;
    }
    refuseForeignNamespace(server, settings);
    if (found.state === 'reused') await forgetStalePid(dataDir);
    binaries ??= await binariesFor(server);
    await checkVersion(dataDir, binaries);
    const port = await startServer({ ...server, binaries, port: settings.port });
    settings = { ...settings, port, namespace: processNamespace() };
    await writeSettings(dir, settings);
  }
  throw new EmbeddedDatabaseError(
    'not_starting',
    `The embedded database in ${dir} starts but does not stay. Its own words are in ${join(dir, 'server.log')}.`,
  );
}

async function binariesFor(server: Server): Promise<Binaries> {
  return await reachableBinaries(await findBinaries(), server.account, server.log);
}

/** Two containers that share a folder can't see each other's server; two servers would destroy the data. */
function refuseForeignNamespace({ dir }: Server, settings: ServerSettings): void {
  if (settings.namespace === processNamespace() || !isHeld(join(dir, 'users.lock'))) return;
  throw new EmbeddedDatabaseError(
    'in_use_elsewhere',
    `The embedded database in ${dir} is in use by a process in another container. Give each container its own SPIELBEIN_HOME, or set DATABASE_URL to one PostgreSQL for all of them.`,
  );
}

async function leave(server: Server, url: string, releaseShare: () => void): Promise<void> {
  const startLock = await takeLock(join(server.dir, 'start.lock'));
  try {
    releaseShare();
    if (isHeld(join(server.dir, 'users.lock'))) return;
    const others = await waitForOtherClients(url);
    if (others > 0) {
      server.log(`The embedded database keeps running: ${others} other connections are open.`);
      return;
    }
    if ((await serverProcess(server.dataDir)).state !== 'running') return;
    await stopServer({ ...server, binaries: await binariesFor(server) });
  } finally {
    startLock.release();
  }
}

function databaseUrl(settings: ServerSettings, port: number): string {
  return `postgres://spielbein:${settings.password}@127.0.0.1:${port}/spielbein`;
}
