import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedDatabaseError, explainOutput } from './errors.ts';
import { readSettings, type ServerSettings, writeSettings } from './settings.ts';
import { runTool } from './tools.ts';

export async function isInitialised(dataDir: string): Promise<boolean> {
  return await access(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/**
 * Makes an empty database cluster. It is made under another name and renamed when complete, so a start that was
 * killed halfway is begun anew.
 */
export async function initialise(server: {
  dir: string;
  dataDir: string;
  account: Account | null;
  binaries: Binaries;
  log: (message: string) => void;
}): Promise<ServerSettings> {
  const { dir, dataDir, account, binaries } = server;
  server.log(`Making the embedded database in ${dir}.`);
  for (const name of await readdir(dir)) {
    // The initdb of a start that was killed may still be writing there: then the next start clears it away.
    if (name.startsWith('data.new'))
      await rm(join(dir, name), { recursive: true, force: true }).catch(() => {});
  }
  const settings = (await readSettings(dir)) ?? {
    port: 0,
    password: randomBytes(24).toString('base64url'),
    namespace: null,
  };
  await writeSettings(dir, settings);
  const unfinished = join(dir, `data.new-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${unfinished}-password`;
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, settings.password, { mode: 0o600 });
  if (account) for (const path of [unfinished, passwordFile]) await chown(path, account.uid, account.gid);
  const args = [
    `--pgdata=${unfinished}`,
    '--username=spielbein',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // the same order and the same lower() on every machine
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
  const made = await runTool(binaries.initdb, args, { account, cwd: unfinished });
  await rm(passwordFile, { force: true });
  if (!made.ok) {
    await rm(unfinished, { recursive: true, force: true });
    throw explainOutput(made.output, dir, {
      code: 'initialise_failed',
      message: `The embedded database in ${dir} can't be made.`,
    });
  }
  await rename(unfinished, dataDir);
  return settings;
}

/** PostgreSQL reads only data of its own major version. */
export async function checkVersion(dataDir: string, binaries: Binaries): Promise<void> {
  const found = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  const wanted = binaries.version.split('.')[0];
  if (found === wanted) return;
  throw new EmbeddedDatabaseError(
    'other_version',
    `The data in ${dataDir} is of PostgreSQL ${found}; this version of Spielbein brings PostgreSQL ${wanted}. Save it with the Spielbein that made it (pg_dump ${found}) and load it into a new home, or move the folder away to begin with an empty database.`,
  );
}
