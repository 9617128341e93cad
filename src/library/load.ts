import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { checkLibrary } from './checks.ts';
import { checkShape } from './issues.ts';
import type { Library } from './library.ts';
import { overlaid, readPictures } from './pictures.ts';
import { LibraryError, type Problem, type ProblemCode } from './problem.ts';
import { questionFile } from './question-schema.ts';
import type { Sourced } from './report.ts';
import { developmentFile, offerFile, productFile, type Settings, settingsFile } from './schema.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

export { createProductMatcher } from './match.ts';

/** No text that people write for mails comes near this; a bigger file is a mistake or an attack. */
const MAX_BYTES = 200_000;

/**
 * Files as they would be: path within the library → bytes, or null for one that would be gone. What is not named is as it is on
 * disk.
 */
export type Overlay = ReadonlyMap<string, Buffer | null>;

/**
 * Reads and checks all content: settings.yaml, products/, developments/, offers/, questions/ and
 * pictures/.
 *
 * Never throws on what people write: what does not fit its schema is left out of the library and said in
 * `problems`, sorted by file and line. With an error among them the library is good for a preview only (broken
 * settings are replaced by stand-ins); whoever sends uses `requireLibrary`.
 * @param overlay an edit that is not written yet
 */
export async function loadLibrary(
  dir: string,
  overlay: Overlay = new Map(),
): Promise<{ library: Library; problems: Problem[] }> {
  const reading: Reading = { dir, overlay, problems: [], hash: createHash('sha256') };
  const { problems, hash } = reading;

  const isFolder = await stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    problems.push(
      fileProblem('.', 'folder_missing', `there is no folder ${dir}`, 'set LIBRARY_DIR to the library'),
    );
  }
  const settings = isFolder ? await readSettings(reading) : null;
  const products = await readFolder(reading, 'products', productFile, (content, key) => ({
    ...content,
    key,
  }));
  const developments = await readFolder(reading, 'developments', developmentFile, (content, id) => ({
    ...content,
    id,
  }));
  const offers = await readFolder(reading, 'offers', offerFile, (content, id) => ({ ...content, id }));
  const questions = await readFolder(reading, 'questions', questionFile, (content, id) => ({
    ...content,
    id,
  }));
  const picturesDir = join(dir, 'pictures');
  const { pictures, problems: pictureProblems } = await readPictures(
    picturesDir,
    inFolder(overlay, 'pictures'),
  );
  for (const { name, data } of pictures) remember(hash, `pictures/${name}`, data);

  problems.push(
    ...pictureProblems,
    ...checkLibrary({
      settings,
      products: products.good,
      developments: developments.good,
      offers: offers.good,
      questions: questions.good,
      pictures: pictures.map(({ name }) => name),
      brokenProducts: products.broken,
      brokenContents: [...developments.broken, ...offers.broken],
    }),
  );
  problems.sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.code, b.code),
  );

  const library: Library = {
    settings: settings?.content ?? STAND_IN,
    products: contents(products.good),
    developments: contents(developments.good),
    offers: contents(offers.good),
    questions: contents(questions.good),
    picturesDir,
    version: hash.digest('hex').slice(0, 16),
  };
  return { library, problems };
}

/** The library, or a LibraryError that lists all its errors. Warnings do not stop it. */
export async function requireLibrary(dir: string): Promise<Library> {
  const { library, problems } = await loadLibrary(dir);
  if (problems.some((problem) => problem.severity === 'error')) throw new LibraryError(dir, problems);
  return library;
}

interface Reading {
  dir: string;
  overlay: Overlay;
  problems: Problem[];
  hash: ReturnType<typeof createHash>;
}

async function readSettings(reading: Reading): Promise<Sourced<Settings> | null> {
  const yaml = await readYaml(reading, 'settings.yaml');
  if (!yaml) return null;
  const { content, problems } = checkShape(yaml, settingsFile);
  reading.problems.push(...problems);
  return content && { content, yaml };
}

/** All .yaml files of a folder, by name without `.yaml`. A folder that is not there is empty. */
async function readFolder<S extends z.ZodType, T>(
  reading: Reading,
  folder: string,
  schema: S,
  named: (content: z.output<S>, name: string) => T,
): Promise<{ good: Map<string, Sourced<T>>; broken: string[] }> {
  const good = new Map<string, Sourced<T>>();
  const broken: string[] = [];
  const entries = await readdir(join(reading.dir, folder), { withFileTypes: true }).catch(() => []);
  const names = overlaid(
    entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => entry.name),
    inFolder(reading.overlay, folder),
  );
  for (const name of names) {
    const file = `${folder}/${name}`;
    const key = /^([a-z0-9][a-z0-9-]*)\.yaml$/.exec(name)?.[1];
    if (key === undefined) {
      const hint = 'lower-case letters, digits and hyphens, ending in .yaml, e.g. laser-lx300.yaml';
      reading.problems.push(fileProblem(file, 'bad_file_name', `"${name}" is no name for content`, hint));
      continue;
    }
    const yaml = await readYaml(reading, file);
    const { content, problems } = yaml ? checkShape(yaml, schema) : { content: null, problems: [] };
    reading.problems.push(...problems);
    if (yaml && content !== null) good.set(key, { content: named(content, key), yaml });
    else broken.push(key);
  }
  return { good, broken };
}

async function readYaml(reading: Reading, file: string): Promise<YamlFile | null> {
  const { dir, problems, hash } = reading;
  const path = join(dir, file);
  const laid = reading.overlay.get(file);
  const found = laid === undefined ? await stat(path).catch(() => null) : laid && inMemory(laid);
  if (!found?.isFile()) {
    problems.push(
      fileProblem(file, 'file_missing', `${file} is missing`, 'docs/library.md shows what it holds'),
    );
    return null;
  }
  if (found.size > MAX_BYTES) {
    const message = `${Math.ceil(found.size / 1000)} kB; a content file has at most ${MAX_BYTES / 1000} kB`;
    problems.push(fileProblem(file, 'file_too_large', message, null));
    remember(hash, file, `too large: ${found.size} ${found.mtimeMs}`);
    return null;
  }
  const data = laid ?? (await readFile(path));
  remember(hash, file, data);
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    problems.push(fileProblem(file, 'not_utf8', 'this is not UTF-8 text', 'save the file as UTF-8'));
    return null;
  }
  const { parsed, problems: yamlProblems } = parseYaml(file, source);
  problems.push(...yamlProblems);
  return parsed;
}

const inMemory = ({ length }: Buffer) => ({ size: length, mtimeMs: 0, isFile: () => true });

/** What an overlay says of one folder, by the files' names. */
const inFolder = (overlay: Overlay, folder: string): Overlay =>
  new Map(
    [...overlay].flatMap(([file, data]) =>
      file.startsWith(`${folder}/`) ? [[file.slice(folder.length + 1), data] as const] : [],
    ),
  );

/** Names and lengths go in too, so that moving text from one file to the next is a change. */
function remember(hash: Reading['hash'], file: string, data: Buffer | string): void {
  hash.update(`${file}\0${data.length}\0`).update(data);
}

function fileProblem(file: string, code: ProblemCode, message: string, hint: string | null): Problem {
  return { file, line: 1, column: 1, severity: 'error', code, message, hint };
}

function contents<T>(files: ReadonlyMap<string, Sourced<T>>): Map<string, T> {
  return new Map([...files].map(([name, { content }]) => [name, content]));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Only ever seen together with an error about settings.yaml. */
const STAND_IN: Settings = settingsFile.parse({
  company: {
    name: '(settings.yaml)',
    website: 'https://settings.invalid/',
    imprint: { de: ['(settings.yaml)', '(Impressum)'], en: ['(settings.yaml)', '(imprint)'] },
    privacyUrl: 'https://settings.invalid/',
  },
});
