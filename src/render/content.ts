import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Library, ProductMatcher } from '../library/library.ts';
import { createProductMatcher, loadLibrary } from '../library/load.ts';
import { LibraryError, type Problem } from '../library/problem.ts';
import type { Renderer } from './renderer.ts';

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

/** Where the current content comes from; long-running processes ask before each piece of work. */
export interface ContentSource {
  /** For what does not render: spares the template compiler. @throws LibraryError with files and lines. */
  library(): Promise<Knowledge>;
  /** @throws LibraryError, TemplateError with file and line. */
  current(): Promise<Content>;
  /** Calls back (at most every 50 ms) when a file changes, and forgets what was loaded. */
  watch(changed: () => void): () => void;
}

/** How often a process that does not watch looks whether files have changed, in milliseconds. */
const LOOK_EVERY = 5000;

/** Content from folders: loaded on first use, and again when files have changed. */
export function contentSource(given: {
  libraryDir: string;
  templatesDir: string;
  publicUrl: string;
}): ContentSource {
  let loaded: { state: string; knowledge: Promise<Knowledge>; content: Promise<Content> | null } | null =
    null;
  let lookedAt = 0;

  async function know(): Promise<Knowledge> {
    const { library, problems } = await loadLibrary(given.libraryDir);
    if (problems.some((p) => p.severity === 'error')) throw new LibraryError(given.libraryDir, problems);
    return { library, problems, matchProduct: createProductMatcher(library) };
  }

  async function compile(knowledge: Promise<Knowledge>): Promise<Content> {
    // The MJML compiler is large: only those who render pay for it.
    const [known, { createRenderer }] = await Promise.all([knowledge, import('./renderer.ts')]);
    const { templatesDir, publicUrl } = given;
    return { ...known, renderer: await createRenderer({ library: known.library, templatesDir, publicUrl }) };
  }

  async function latest(): Promise<NonNullable<typeof loaded>> {
    if (loaded && Date.now() - lookedAt < LOOK_EVERY) return loaded;
    lookedAt = Date.now();
    const state = (await Promise.all([given.libraryDir, given.templatesDir].map(folderState))).join();
    if (!loaded || loaded.state !== state) loaded = { state, knowledge: know(), content: null };
    const now = loaded;
    // What failed is tried again next time; whoever asked gets the error.
    now.knowledge.catch(() => {
      if (loaded === now) loaded = null;
    });
    return now;
  }

  return {
    async library() {
      return (await latest()).knowledge;
    },
    async current() {
      const now = await latest();
      now.content ??= compile(now.knowledge);
      now.content.catch(() => {
        if (loaded === now) loaded = null;
      });
      return now.content;
    },
    watch(changed) {
      let timer: NodeJS.Timeout | undefined;
      const touched = () => {
        loaded = null;
        clearTimeout(timer);
        timer = setTimeout(changed, 50);
      };
      const watchers = [given.libraryDir, given.templatesDir].map((dir) =>
        // A folder that vanishes ends its watch; loading from it then says what is wrong.
        watch(dir, { recursive: true }, touched).on('error', touched),
      );
      return () => {
        clearTimeout(timer);
        for (const watcher of watchers) watcher.close();
      };
    },
  };
}

/** Changes whenever a file in the folder appears, vanishes or is saved. */
async function folderState(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const states = await Promise.all(
    files.sort().map(async (file) => {
      const found = await stat(file).catch(() => null);
      return `${file}:${found?.mtimeMs}:${found?.size}`;
    }),
  );
  return states.join();
}
