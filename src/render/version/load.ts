import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Content, type ContentFolders, compileContent, loadKnowledge } from '../load-content.ts';
import { ContentError, type ContentFiles } from './files.ts';

/**
 * Loads content from files in memory, by way of a temporary folder that is gone afterwards. What is loaded is
 * these bytes and no others, whatever happens to the folders that people edit.
 * @param given.libraryDir `templatesDir` the folders to name to people when something is wrong
 * @throws LibraryError, TemplateError with file and line; ContentError for a path that leads elsewhere.
 */
export async function loadFiles(
  files: ContentFiles,
  given: ContentFolders & { publicUrl: string },
): Promise<Content> {
  for (const path of files.keys()) {
    if (!staysInside(path))
      throw new ContentError(`Content has no place for a file named ${JSON.stringify(path)}.`);
  }
  const dir = await mkdtemp(join(tmpdir(), 'spielbein-content-'));
  const copy: ContentFolders = { libraryDir: join(dir, 'library'), templatesDir: join(dir, 'templates') };
  try {
    for (const folder of new Set([...files.keys()].map(dirname)))
      await mkdir(join(dir, folder), { recursive: true });
    for (const [path, body] of files) await writeFile(join(dir, path), body);
    const content = await compileContent(await loadKnowledge(copy.libraryDir), {
      templatesDir: copy.templatesDir,
      publicUrl: given.publicUrl,
    });
    // Pictures are served by the web part, which looks here first and then among the kept ones.
    return { ...content, library: { ...content.library, picturesDir: join(given.libraryDir, 'pictures') } };
  } catch (error) {
    if (error instanceof Error) {
      error.message = error.message
        .replaceAll(copy.libraryDir, given.libraryDir)
        .replaceAll(copy.templatesDir, given.templatesDir);
    }
    throw error;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Paths come from the database: whoever can write there shall not write anywhere else. */
function staysInside(path: string): boolean {
  return (
    /^(library|templates\/mail)\/[^\0\\]+$/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
