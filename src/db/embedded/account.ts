import { execFile, spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedDatabaseError } from './errors.ts';

/** The system account that the server runs as when Spielbein itself runs as root. */
export interface Account {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: then `postgres` runs it, or `nobody`. Null for an ordinary user. */
export async function defaultAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const account = await lookUp(name);
    if (account) return account;
  }
  throw new EmbeddedDatabaseError(
    'no_account',
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody". Create one (useradd --system postgres), or start Spielbein as an ordinary user.',
  );
}

/** The account that owns existing data: whoever made it goes on running it. */
export async function ownerOf(path: string): Promise<Account | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : undefined;
}

/** Whether the account gets into a folder, asked of the system itself: every parent must let it through. */
export function canEnter(account: Account, folder: string): boolean {
  const attempt = spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/', stdio: 'ignore' });
  if (attempt.error) {
    throw new EmbeddedDatabaseError(
      'no_account',
      `PostgreSQL does not run as root, and this system does not let root switch to user ${account.uid}. Start Spielbein as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: attempt.error },
    );
  }
  return attempt.status === 0;
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const run = promisify(execFile);
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
