import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../db/connect.ts';
import {
  type Content,
  type ContentFolders,
  compileContent,
  type Knowledge,
  loadKnowledge,
} from './load-content.ts';
import { hashesOf, readContentFiles, versionId } from './version/files.ts';
import { loadFiles } from './version/load.ts';
import { recentlyUsed } from './version/recently-used.ts';
import { readVersion, storeVersion } from './version/store.ts';

export type { Content, Knowledge } from './load-content.ts';

/** Where content comes from, that of now and kept versions; long-running processes ask before each piece of work. */
export interface ContentSource {
  /** For what does not render: spares the template compiler. @throws LibraryError with files and lines. */
  library(): Promise<Knowledge>;
  /** @throws LibraryError, TemplateError with file and line. */
  current(): Promise<Content>;
  /**
   * Keeps the content of now in the database, for good, as a version that a campaign goes with. What is
   * checked is what is kept: an edit in between cannot slip in.
   * @returns the version's id
   * @throws LibraryError, TemplateError, ContentError; then nothing is kept.
   */
  keep(): Promise<string>;
  /** A kept version; the last few stay loaded. @throws ContentError when the database does not have it. */
  version(id: string): Promise<Content>;
  /** Calls back when a file changes, once it has been quiet for a moment, and forgets what was loaded. */
  watch(changed: () => void): () => void;
}

/**
 * How often a process that does not watch looks whether files have changed, in milliseconds; what failed is tried
 * again as often, however many ask meanwhile.
 */
const LOOK_EVERY = 5000;

/** Editors save in several steps (write, rename); what looks in between sees half of it. In milliseconds. */
const QUIET = 20;

/** Campaigns under way at a time are few; each version's renderer is some megabytes. */
const VERSIONS_LOADED = 4;

/** Content from folders: loaded on first use, and again when files have changed. Versions are in the database. */
export function contentSource(given: ContentFolders & { publicUrl: string; db: Database }): ContentSource {
  let loaded: {
    state: string;
    knowledge: Promise<Knowledge>;
    content: Promise<Content> | null;
    failed: boolean;
  } | null = null;
  let lookedAt = 0;

  const versionOnce = recentlyUsed<Content>(VERSIONS_LOADED);

  async function latest(): Promise<NonNullable<typeof loaded>> {
    if (loaded && Date.now() - lookedAt < LOOK_EVERY) return loaded;
    lookedAt = Date.now();
    const state = (await Promise.all([given.libraryDir, given.templatesDir].map(folderState))).join();
    if (!loaded || loaded.failed || loaded.state !== state)
      loaded = { state, knowledge: loadKnowledge(given.libraryDir), content: null, failed: false };
    const now = loaded;
    now.knowledge.catch(() => {
      now.failed = true;
    });
    return now;
  }

  return {
    async library() {
      return (await latest()).knowledge;
    },
    async current() {
      const now = await latest();
      now.content ??= now.knowledge.then((known) => compileContent(known, given));
      now.content.catch(() => {
        now.failed = true;
      });
      return now.content;
    },
    async keep() {
      const files = await readContentFiles(given);
      await versionOnce(versionId(hashesOf(files)), () => loadFiles(files, given));
      return storeVersion(given.db, files);
    },
    version(id) {
      return versionOnce(id, async () => loadFiles(await readVersion(given.db, id), given));
    },
    watch(changed) {
      let timer: NodeJS.Timeout | undefined;
      const touched = () => {
        loaded = null;
        clearTimeout(timer);
        timer = setTimeout(changed, QUIET);
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
