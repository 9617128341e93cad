import { createHash, randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file as it stands on disk. */
export interface FileNow {
  data: Buffer;
  /** SHA-256 as hex: what an edit says it was based on. */
  hash: string;
}

/**
 * - `link`: a link stands in the way; the browser edits files, never what a link leads to
 * - `no_file`: there is something else of that name, e.g. a folder
 * - `too_large`: nothing that people wrote by hand
 * - `read_only`: this program may not write there
 */
export type DiskTrouble = 'link' | 'no_file' | 'too_large' | 'read_only';

export class DiskError extends Error {
  readonly code: DiskTrouble;
  constructor(code: DiskTrouble, file: string, cause?: unknown) {
    super(`${file}: ${code}`, { cause });
    this.name = 'DiskError';
    this.code = code;
  }
}

/** As for content files, and pictures of up to a megabyte. */
const MAX_BYTES = 1_000_000;
const READ_ONLY = new Set(['EACCES', 'EROFS', 'EPERM']);

export const hashOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

/**
 * @param file of a {@link Place}: from the whitelist, never from an address
 * @returns null: there is no such file
 * @throws DiskError link, no_file, too_large
 */
export async function readFileNow(dir: string, file: string): Promise<FileNow | null> {
  const { path, found } = await locate(dir, file);
  if (found === null) return null;
  if (found.size > MAX_BYTES) throw new DiskError('too_large', file);
  // O_NOFOLLOW: a link that takes the file's place in this very moment is not followed either
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const data = await handle.readFile();
    return { data, hash: hashOf(data) };
  } finally {
    await handle.close();
  }
}

/**
 * Puts the bytes where the file is, all at once: who reads meanwhile gets the old file or the new one. Mode and owner
 * stay.
 * @throws DiskError link, no_file, read_only
 */
export async function writeFileNow(dir: string, file: string, data: Buffer): Promise<void> {
  const { path, found } = await locate(dir, file);
  const folder = dirname(path);
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  await writable(file, async () => {
    await mkdir(folder, { recursive: true });
    try {
      const handle = await open(temporary, 'wx', 0o644);
      try {
        await handle.writeFile(data);
        if (found) {
          await handle.chmod(found.mode & 0o777);
          // whoever is not root may only keep what is theirs already
          await handle.chown(found.uid, found.gid).catch(() => {});
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(folder);
  });
}

/** @throws DiskError link, no_file, read_only */
export async function removeFileNow(dir: string, file: string): Promise<void> {
  const { path } = await locate(dir, file);
  await writable(file, async () => {
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  });
}

/** Whether this program may write in the folder at all, as far as can be known without trying. */
export async function mayWrite(dir: string): Promise<boolean> {
  return access(dir, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Where the file really is. The folder itself may be a link, as deployments make them; nothing within it may. */
async function locate(dir: string, file: string): Promise<{ path: string; found: Stats | null }> {
  let path = await realpath(dir);
  let found: Stats | null = null;
  const parts = file.split('/');
  for (const [index, part] of parts.entries()) {
    path = join(path, part);
    found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (found?.isSymbolicLink()) throw new DiskError('link', file);
    const isLast = index === parts.length - 1;
    if (found && !(isLast ? found.isFile() : found.isDirectory())) throw new DiskError('no_file', file);
    if (found === null) return { path: join(path, ...parts.slice(index + 1)), found };
  }
  return { path, found };
}

async function writable(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && READ_ONLY.has(code)) throw new DiskError('read_only', file, error);
    throw error;
  }
}

/** A rename is only sure after a power cut when the folder is on disk too; some systems can't, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
