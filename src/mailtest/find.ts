import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { MailTestError } from './problem.ts';

/** A file with mail in it. */
export interface MailFile {
  path: string;
  bytes: number;
}

/** Maildir keeps each message in a file without a telling name, in one of these folders. */
const MAILDIR = new Set(['cur', 'new']);
const MAIL = new Set(['.eml', '.mbox', '.mbx']);

/**
 * The files behind the given paths: files as they are, of folders and the folders in them those that hold mail (.eml,
 * .mbox, both also with .gz; Maildir), in the order of their names.
 * @throws MailTestError when there is no such file, or no mail in a folder
 */
export async function findMail(paths: readonly string[]): Promise<MailFile[]> {
  const found: MailFile[] = [];
  for (const path of paths) {
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error);
    });
    if (!there.isDirectory()) {
      found.push({ path, bytes: there.size });
      continue;
    }
    const inside = await walk(path);
    if (inside.length === 0) {
      throw new MailTestError(`There is no mail in the folder ${path}: no .eml, no .mbox and no Maildir.`);
    }
    found.push(...inside);
  }
  return found;
}

async function walk(folder: string): Promise<MailFile[]> {
  const names: { path: string; isFolder: boolean }[] = [];
  const dir = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(folder, error);
  });
  for await (const entry of dir) {
    const path = join(folder, entry.name);
    // a link may lead in a circle
    if (entry.isDirectory()) names.push({ path, isFolder: true });
    else if (entry.isFile() && isMail(path)) names.push({ path, isFolder: false });
  }
  names.sort((a, b) => (a.path < b.path ? -1 : 1));
  const found: MailFile[] = [];
  for (const { path, isFolder } of names) {
    if (isFolder) found.push(...(await walk(path)));
    else found.push({ path, bytes: (await stat(path)).size });
  }
  return found;
}

function isMail(path: string): boolean {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  return MAIL.has(extname(name)) || MAILDIR.has(basename(dirname(path)));
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
