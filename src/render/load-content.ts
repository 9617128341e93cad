import type { Library, ProductMatcher } from '../library/library.ts';
import { createProductMatcher, loadLibrary } from '../library/load.ts';
import { LibraryError, type Problem } from '../library/problem.ts';
import type { Renderer } from './renderer.ts';

/** Where people edit content: the library, and the templates (of which mails need the folder `mail`). */
export interface ContentFolders {
  libraryDir: string;
  templatesDir: string;
}

/** The library, checked. */
export interface Knowledge {
  library: Library;
  matchProduct: ProductMatcher;
  /** Warnings of the library check. */
  problems: Problem[];
}

/** Library and compiled templates that belong together. */
export interface Content extends Knowledge {
  renderer: Renderer;
}

/** @throws LibraryError with files and lines. */
export async function loadKnowledge(libraryDir: string): Promise<Knowledge> {
  const { library, problems } = await loadLibrary(libraryDir);
  if (problems.some((p) => p.severity === 'error')) throw new LibraryError(libraryDir, problems);
  return { library, problems, matchProduct: createProductMatcher(library) };
}

/** @throws TemplateError with file and line. */
export async function compileContent(
  known: Knowledge,
  given: { templatesDir: string; publicUrl: string },
): Promise<Content> {
  // The MJML compiler is large: only those who render pay for it.
  const { createRenderer } = await import('./renderer.ts');
  const { templatesDir, publicUrl } = given;
  return { ...known, renderer: await createRenderer({ library: known.library, templatesDir, publicUrl }) };
}
