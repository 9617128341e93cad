import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Path of a program that tests need and npm does not bring. On a Debian where we are root it is installed;
 * otherwise null, and it is said which tests are skipped.
 */
export async function findProgram(wanted: {
  /** Any of these names on the PATH will do. */
  names: string[];
  /** Debian's package that has it. */
  debian: string;
  /** What is skipped without it, e.g. "Tests with Redis". */
  tests: string;
}): Promise<string | null> {
  const found = await onPath(wanted.names);
  if (found) return found;
  if (process.getuid?.() === 0 && (await isExecutable('/usr/bin/apt-get'))) {
    console.log(`Installing ${wanted.debian} for the tests …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      await run('apt-get', ['update', '-q'], { env });
      await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', wanted.debian], {
        env,
        maxBuffer: 64 * 1024 * 1024,
      });
    } catch (error) {
      console.log(`It could not be installed: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  const installed = await onPath(wanted.names);
  if (!installed) {
    console.log(`${wanted.tests} are SKIPPED: there is no ${wanted.names.join(' or ')} on the PATH.`);
  }
  return installed;
}

async function onPath(names: string[]): Promise<string | null> {
  for (const dir of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const name of names) {
      const path = join(dir, name);
      if (await isExecutable(path)) return path;
    }
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
