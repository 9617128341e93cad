import type { Stats } from 'node:fs';
import { open, opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { beginsLikeMbox } from './first-lines.ts';
import { MailTestError } from './problem.ts';

/** A file with mail in it. */
export interface MailFile {
  path: string;
  /** 0 for a pipe. */
  bytes: number;
}

/** What is behind the given paths. */
export interface MailFiles {
  files: MailFile[];
  /** Paths at which a file was found again that is in `files` already. */
  again: string[];
  /** Files in folders that hold no mail, as far as their names and beginnings say. */
  passedOver: number;
}

/** Maildir keeps each message in a file without a telling name, in one of these folders. */
const MAILDIR = new Set(['cur', 'new']);
const MAIL = new Set(['.eml', '.mbox', '.mbx']);

/**
 * The files behind the given paths: files as they are, of folders and the folders in them those that hold mail (.eml,
 * .mbox, both also with .gz; Maildir; without an ending, what begins like an mbox), in the order of their names. Links
 * are followed to files, not to folders: those may lead in a circle. Each file comes once, whatever leads to it.
 * @throws MailTestError when there is no such file, or no mail in a folder
 */
export async function findMail(paths: readonly string[]): Promise<MailFiles> {
  const search = new Search();
  for (const path of paths) {
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error);
    });
    if (there.isDirectory()) await search.folder(path);
    // a pipe has no path of its own, and can't be read twice
    else search.add(path, there.size, there.isFile() ? await realpath(path) : path);
  }
  return search.found;
}

class Search {
  readonly found: MailFiles = { files: [], again: [], passedOver: 0 };
  readonly #known = new Set<string>();

  /** @param real the path without links, by which a file is known again */
  add(path: string, bytes: number, real: string): void {
    if (this.#known.has(real)) {
      this.found.again.push(path);
      return;
    }
    this.#known.add(real);
    this.found.files.push({ path, bytes });
  }

  async folder(path: string): Promise<void> {
    const { files, again } = this.found;
    const before = files.length + again.length;
    await this.#walk(path, await realpath(path));
    if (files.length + again.length > before) return;
    throw new MailTestError(
      `There is no mail in the folder ${path}: no .eml, no .mbox, no Maildir, and no file without an ending that begins like an mbox.`,
    );
  }

  async #walk(folder: string, real: string): Promise<void> {
    const dir = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(folder, error);
    });
    const entries: { name: string; isFolder: boolean; isLink: boolean }[] = [];
    for await (const entry of dir) {
      entries.push({ name: entry.name, isFolder: entry.isDirectory(), isLink: entry.isSymbolicLink() });
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, isFolder, isLink } of entries) {
      const path = join(folder, name);
      if (isFolder) await this.#walk(path, join(real, name));
      else await this.#entry(path, isLink ? null : join(real, name));
    }
  }

  /** @param real null: it is a link */
  async #entry(path: string, real: string | null): Promise<void> {
    const there: Stats | null = await stat(path).catch(() => null);
    if (there?.isDirectory()) return;
    if (!there?.isFile() || !(await holdsMail(path))) {
      this.found.passedOver += 1;
      return;
    }
    this.add(path, there.size, real ?? (await realpath(path)));
  }
}

async function holdsMail(path: string): Promise<boolean> {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (MAIL.has(extname(name)) || MAILDIR.has(basename(dirname(path)))) return true;
  return extname(path) === '' && beginsLikeMbox(await beginning(path));
}

/** The first bytes of a file; none when it can't be read. */
async function beginning(path: string): Promise<Buffer> {
  const file = await open(path).catch(() => null);
  if (!file) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2000), 0, 2000, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What a file system's error means for a person. */
export function unreadable(path: string, error: NodeJS.ErrnoException): MailTestError {
  const why =
    error.code === 'ENOENT'
      ? 'there is no such file'
      : error.code === 'EACCES' || error.code === 'EPERM'
        ? 'you may not read it'
        : error.message;
  return new MailTestError(`${path} can't be read: ${why}.`, { cause: error });
}
