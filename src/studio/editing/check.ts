import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../../library/edit/place.ts';
import { createProductMatcher, loadLibrary } from '../../library/load.ts';
import type { Problem } from '../../library/problem.ts';
import type { Content, ContentFolders } from '../../render/load-content.ts';
import { compileContent } from '../../render/load-content.ts';
import { TemplateError } from '../../render/template-error.ts';

/** Something wrong with an edit; of templates, which have no codes, `template`. */
export type EditProblem = Omit<Problem, 'code'> & { code: Problem['code'] | 'template' };

/** An edit that is not written: the file's bytes as they would be, or null for its end. */
export interface Edit {
  place: Place;
  data: Buffer | null;
}

/** What would come of an edit. */
export interface Checked {
  /** Why it cannot be: the file's own errors, and those that others get by it. */
  errors: EditProblem[];
  /** Worth a look, about this file. */
  warnings: EditProblem[];
}

/**
 * Checks a library, or the mail's templates, with the edit in it. Errors elsewhere that are there without the edit do
 * not stop it: a library with two mistakes could never be mended otherwise.
 */
export async function checkEdit(folders: ContentFolders, edit: Edit): Promise<Checked> {
  const { place } = edit;
  if (place.folder === 'templates') {
    const content = await contentWith(folders, edit);
    return { errors: content instanceof TemplateError ? [problemOf(content)] : [], warnings: [] };
  }
  const [before, after] = await Promise.all([
    loadLibrary(folders.libraryDir),
    loadLibrary(folders.libraryDir, new Map([[place.file, edit.data]])),
  ]);
  const known = new Set(before.problems.map(nameOf));
  const isNew = (problem: Problem) => problem.file === place.file || !known.has(nameOf(problem));
  const found = after.problems.filter(isNew);
  return {
    errors: found.filter(({ severity }) => severity === 'error'),
    warnings: found.filter(({ severity, file }) => severity === 'warning' && file === place.file),
  };
}

/**
 * All content with the edit in it, for looking at. A library with errors comes as far as it can be used.
 * @returns the mistake when the templates cannot be compiled
 */
export async function contentWith(
  folders: ContentFolders & { publicUrl?: string },
  { place, data }: Edit,
): Promise<Content | TemplateError> {
  const inLibrary = place.folder === 'library';
  const { library, problems } = await loadLibrary(
    folders.libraryDir,
    inLibrary ? new Map([[place.file, data]]) : undefined,
  );
  const known = { library, problems, matchProduct: createProductMatcher(library) };
  const publicUrl = folders.publicUrl ?? 'https://localhost';
  try {
    if (inLibrary) return await compileContent(known, { templatesDir: folders.templatesDir, publicUrl });
    return await withTemplates(folders.templatesDir, { file: place.file, data }, (templatesDir) =>
      compileContent(known, { templatesDir, publicUrl }),
    );
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

/** With a copy of the mail's templates in which one file is another, gone afterwards. */
async function withTemplates<T>(
  templatesDir: string,
  { file, data }: { file: string; data: Buffer | null },
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'spielbein-templates-'));
  try {
    await cp(join(templatesDir, 'mail'), join(dir, 'mail'), { recursive: true, dereference: true });
    if (data === null) await rm(join(dir, file), { force: true });
    else await writeFile(join(dir, file), data);
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function problemOf({ file, line, problem }: TemplateError): EditProblem {
  return { file, line, column: 1, severity: 'error', code: 'template', message: problem, hint: null };
}

/** The same mistake, wherever it has moved to in the file. */
const nameOf = ({ file, code, message }: Problem): string => `${file}\n${code}\n${message}`;
