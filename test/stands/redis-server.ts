import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Path of a Redis or Valkey server; on a Debian where we are root it is installed. Null when there is none. */
export async function findRedisServer(): Promise<string | null> {
  const found = await onPath();
  if (found) return found;
  if (process.getuid?.() === 0 && (await isExecutable('/usr/bin/apt-get'))) {
    console.log('Installing redis-server for the tests …');
    const run = promisify(execFile);
    try {
      await run('apt-get', ['update', '-q']);
      await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'redis-server'], {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    } catch (error) {
      console.log(`It could not be installed: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  const installed = await onPath();
  if (!installed) {
    console.log('Tests that need Redis are SKIPPED: neither redis-server nor valkey-server is on the PATH.');
  }
  return installed;
}

async function onPath(): Promise<string | null> {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['redis-server', 'valkey-server']) {
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
