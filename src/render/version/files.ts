import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ContentFolders } from '../load-content.ts';

/** Content as bytes, by path: "library/settings.yaml", "templates/mail/newsletter.mjml". */
export type ContentFiles = ReadonlyMap<string, Buffer>;

/** What a version is made of: path → SHA-256 of the file, as hex. */
export type FileHashes = Readonly<Record<string, string>>;

/** Content that cannot be kept, or a kept version that cannot be had again. The message is for people. */
export class ContentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ContentError';
  }
}

/** Texts and pictures for mails come to a few megabytes; more is somebody's collection of originals. */
export const MAX_CONTENT_BYTES = 50_000_000;

/**
 * Reads every file that content is made of, once, in the order of paths: the library as a whole, and of the
 * templates those of mails. Hidden files and folders (`.git`, editors’ swap files) are left out; links are
 * followed where loading follows them, as long as they stay inside. Everything else goes along, so that what
 * `library check` complains about is complained about at the start of a campaign too.
 *
 * @throws ContentError when it is more than `MAX_CONTENT_BYTES`, naming the largest file, or one cannot be read.
 */
export async function readContentFiles(folders: ContentFolders): Promise<ContentFiles> {
  const found = [
    ...(await filesIn(folders.libraryDir, 'library', (path) => !path.includes('/'))),
    ...(await filesIn(join(folders.templatesDir, 'mail'), 'templates/mail', () => true)),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MAX_CONTENT_BYTES) {
    const largest = found.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    throw new ContentError(
      `The content is ${megabytes(total)}; a campaign keeps at most ${megabytes(MAX_CONTENT_BYTES)}. ` +
        `The largest file is ${largest.path} (${megabytes(largest.bytes)}). ` +
        `Move what mails do not need out of ${folders.libraryDir}.`,
    );
  }
  const files = new Map<string, Buffer>();
  for (const { path, file } of found) files.set(path, await readable(file, readFile(file)));
  return files;
}

export function hashesOf(files: ContentFiles): FileHashes {
  return Object.fromEntries([...files].map(([path, body]) => [path, sha256(body)]));
}

/** The id of a version: SHA-256 of its list of files, whatever the order they are given in. */
export function versionId(hashes: FileHashes): string {
  const lines = Object.entries(hashes).map(([path, hash]) => `${JSON.stringify(path)} ${hash}\n`);
  return sha256(lines.sort().join(''));
}

export const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

/** Paths that differ between two versions, each list sorted. */
export interface ContentChanges {
  added: string[];
  removed: string[];
  changed: string[];
}

export function changesBetween(before: FileHashes, after: FileHashes): ContentChanges {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return {
    added: [...now.keys()].filter((path) => !old.has(path)).sort(),
    removed: [...old.keys()].filter((path) => !now.has(path)).sort(),
    changed: [...now]
      .flatMap(([path, hash]) => (old.has(path) && old.get(path) !== hash ? [path] : []))
      .sort(),
  };
}

interface Found {
  path: string;
  file: string;
  bytes: number;
}

/** Regular files below `dir`; `follow` says for which paths (relative to it) a link counts as its file. */
async function filesIn(
  dir: string,
  as: string,
  follow: (path: string) => boolean,
  root = dir,
  inside = '',
): Promise<Found[]> {
  // A folder that is missing has no files; loading what there is then says what is wrong.
  const entries = await readdir(dir, { withFileTypes: true }).catch((): Dirent[] => []);
  const found: Found[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const [file, path] = [join(dir, entry.name), inside + entry.name];
    if (entry.isDirectory()) found.push(...(await filesIn(file, as, follow, root, `${path}/`)));
    else if (entry.isFile() || (entry.isSymbolicLink() && follow(path) && (await staysInside(root, file)))) {
      const { size } = await readable(file, stat(file));
      found.push({ path: `${as}/${path}`, file, bytes: size });
    }
  }
  return found;
}

async function staysInside(root: string, link: string): Promise<boolean> {
  const [home, target] = await Promise.all([realpath(root), realpath(link).catch(() => '')]);
  return target.startsWith(home + sep) && (await stat(target)).isFile();
}

async function readable<T>(file: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ContentError(
      `${file} cannot be read (${code}). If it was being saved at that moment, just try again.`,
    );
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
