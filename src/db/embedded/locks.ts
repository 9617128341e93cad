import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFull, EmbeddedDatabaseError } from './errors.ts';

/**
 * Locks that belong to the operating system: it lets them go when their process dies, however it dies. Node has
 * no flock; SQLite, which Node brings, locks its (here: empty) files just so, on every system.
 */
export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

/** Waits until this process has the lock alone. */
export async function takeLock(path: string, waitMs = 120_000): Promise<Lock> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const lock = tryLock(path, 'begin exclusive');
    if (lock) return lock;
    if (Date.now() > deadline) {
      throw new EmbeddedDatabaseError(
        'lock_timeout',
        `Another process has been starting or stopping the embedded database for ${Math.round(waitMs / 1000)} seconds (lock ${path}). See whether it hangs, and end it.`,
      );
    }
    await sleep(15);
  }
}

/** One of many who hold the lock together. */
export function holdShared(path: string): Lock {
  // Reading the (empty) schema inside a transaction is what takes the share and keeps it.
  const lock = tryLock(path, 'begin; select count(*) from sqlite_schema');
  if (!lock) throw new EmbeddedDatabaseError('lock_timeout', `The lock ${path} is taken. Try again.`);
  return lock;
}

/** Whether anybody holds a share of the lock. */
export function isHeld(path: string): boolean {
  const lock = tryLock(path, 'begin exclusive');
  lock?.release();
  return lock === undefined;
}

function tryLock(path: string, statement: string): Lock | undefined {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path, { timeout: 0 });
    file.exec(statement);
  } catch (error) {
    file?.close();
    const { errcode } = error as { errcode?: number };
    if (errcode === SQLITE_BUSY) return undefined;
    if (errcode === SQLITE_FULL) throw diskFull(dirname(path), error);
    throw new EmbeddedDatabaseError(
      'not_yours',
      `The lock file ${path} can't be used (${(error as Error).message}). Start Spielbein as the user who made that folder, or choose another SPIELBEIN_HOME.`,
      { cause: error },
    );
  }
  const held = file;
  return { release: () => held.isOpen && held.close() };
}
