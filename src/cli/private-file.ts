import { randomBytes } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { UsageError } from './exit.ts';

/**
 * Writes personal data into a file that its owner alone can read, also when there was one that others could: under
 * another name first, so that the old file stays until the new one is whole, and links are not followed.
 * @throws UsageError when it can't be written there, or something other than a file has this name
 */
export async function writePrivateFile(path: string, pieces: AsyncIterable<string> | string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (there && !there.isFile()) throw new UsageError(`${path} is no file. Give another name.`);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600).catch((error: Error) => {
    throw new UsageError(`${path} can't be written: ${error.message}`);
  });
  try {
    await file.writeFile(pieces);
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close();
    await rm(draft, { force: true });
    throw error;
  }
}
