import { readlinkSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EmbeddedDatabaseError } from './errors.ts';

const schema = z.object({
  port: z.int().min(0).max(65_535),
  password: z.string().min(1),
  namespace: z.string().nullable(),
});

/** What is remembered of the server: its port and password, and who can see its process. */
export type ServerSettings = z.infer<typeof schema>;

/** Undefined when nothing is remembered yet. */
export async function readSettings(dir: string): Promise<ServerSettings | undefined> {
  const path = join(dir, 'server.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new EmbeddedDatabaseError(
      'not_yours',
      `${path} can't be read (${code}). Start Spielbein as the user who made that folder, or choose another SPIELBEIN_HOME.`,
      { cause: error },
    );
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new EmbeddedDatabaseError(
      'settings_missing',
      `${path} is damaged: it holds the password of the database beside it. Restore it from a backup, or move ${dir} away to begin with an empty database.`,
    );
  }
}

/** Written whole or not at all; readable by its owner only. */
export async function writeSettings(dir: string, settings: ServerSettings): Promise<void> {
  const path = join(dir, 'server.json');
  await writeFile(`${path}.new`, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

/** Which processes this one can see: the same for all on one machine, another one in each container. */
export function processNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}
