import { watch } from 'node:fs';
import type { Library, ProductMatcher } from '../library/library.ts';
import { createProductMatcher, loadLibrary } from '../library/load.ts';
import { LibraryError, type Problem } from '../library/problem.ts';
import { createRenderer, type Renderer } from './renderer.ts';

/** Library and compiled templates that belong together. */
export interface Content {
  library: Library;
  matchProduct: ProductMatcher;
  renderer: Renderer;
  /** Warnings of the library check. */
  problems: Problem[];
}

/** Where the current content comes from; long-running processes ask before each chunk of work. */
export interface ContentSource {
  /** @throws LibraryError, TemplateError with file and line. */
  current(): Promise<Content>;
  /** Calls back (at most every 50 ms) when a file changes, and forgets what was loaded. */
  watch(changed: () => void): () => void;
}

/**
 * Content from folders, loaded on first use and again after a change that `watch` sees. A process that
 * does not watch keeps what it loaded for `maxAge` milliseconds.
 */
export function contentSource(given: {
  libraryDir: string;
  templatesDir: string;
  publicUrl: string;
  maxAge?: number;
}): ContentSource {
  let loaded: { at: number; content: Promise<Content> } | null = null;
  const maxAge = given.maxAge ?? 60_000;

  async function load(): Promise<Content> {
    const { library, problems } = await loadLibrary(given.libraryDir);
    if (problems.some((p) => p.severity === 'error')) throw new LibraryError(given.libraryDir, problems);
    const renderer = await createRenderer({
      library,
      templatesDir: given.templatesDir,
      publicUrl: given.publicUrl,
    });
    return { library, problems, renderer, matchProduct: createProductMatcher(library) };
  }

  return {
    current() {
      if (!loaded || Date.now() - loaded.at > maxAge) {
        const content = load();
        loaded = { at: Date.now(), content };
        content.catch(() => {
          loaded = null;
        });
      }
      return loaded.content;
    },
    watch(changed) {
      let timer: NodeJS.Timeout | undefined;
      const touched = () => {
        loaded = null;
        clearTimeout(timer);
        timer = setTimeout(changed, 50);
      };
      const watchers = [given.libraryDir, given.templatesDir].map((dir) =>
        watch(dir, { recursive: true }, touched),
      );
      return () => {
        clearTimeout(timer);
        for (const watcher of watchers) watcher.close();
      };
    },
  };
}
