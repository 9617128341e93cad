import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, canEnter } from './account.ts';
import { EmbeddedDatabaseError } from './errors.ts';

/** Where root puts what the server's account must reach and can't reach in root's own folders. */
export const SYSTEM_DIR = '/var/lib/spielbein';

/**
 * The folder of the embedded database: `postgres` in the home. Under a home that the server's account can't get
 * into (such as /root), a folder in /var/lib/spielbein; the home keeps a note of it in `postgres/elsewhere`.
 */
export async function databaseFolder(
  home: string,
  account: Account | null,
  log: (message: string) => void,
): Promise<string> {
  const near = join(home, 'postgres');
  await mkdir(near, { recursive: true });
  if (!account) return near;
  const note = join(near, 'elsewhere');
  const noted = await readFile(note, 'utf8').catch(() => undefined);
  const far = noted?.trim() || join(SYSTEM_DIR, createHash('sha256').update(near).digest('hex').slice(0, 12));
  if (!noted && canEnter(account, near)) return near;
  await makeSystemDir(far);
  if (!canEnter(account, far)) {
    throw new EmbeddedDatabaseError(
      'folder_unreachable',
      `PostgreSQL does not run as root, and user ${account.uid}, who runs it, can get into neither ${near} nor ${far}. Set SPIELBEIN_HOME to a folder everybody may pass through, e.g. ${SYSTEM_DIR}, or start Spielbein as an ordinary user.`,
    );
  }
  if (!noted) {
    await writeFile(note, `${far}\n`);
    log(`The embedded database lives in ${far}: its user can't get into ${home}.`);
  }
  return far;
}

/** Makes a folder below `SYSTEM_DIR` that everybody may pass through, whatever the umask. */
export async function makeSystemDir(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    await chmod(SYSTEM_DIR, 0o755);
    await chmod(dir, 0o755);
  } catch (error) {
    throw new EmbeddedDatabaseError(
      'folder_unreachable',
      `${dir} can't be made (${(error as Error).message}). Set SPIELBEIN_HOME to a folder everybody may pass through, or start Spielbein as an ordinary user.`,
      { cause: error },
    );
  }
}
