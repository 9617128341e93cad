import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LibraryError, type Problem } from '../../../library/problem.ts';
import { TemplateError } from '../../../render/template-error.ts';

/** A mistake in a template or content file, as the studio shows it. */
export interface ShownProblem {
  where: string;
  severity: Problem['severity'];
  message: string;
  hint: string | null;
  /** Lines around the place, numbered, the line itself marked with ">". Null for pictures and missing files. */
  excerpt: string | null;
}

const MOST_SHOWN = 20;

/** The library's problems with the lines they are about; errors first. Without a folder, without lines. */
export async function shownProblems(
  libraryDir: string | undefined,
  problems: readonly Problem[],
): Promise<ShownProblem[]> {
  const ordered = [...problems].sort((a, b) => rank(a) - rank(b));
  return Promise.all(
    ordered.slice(0, MOST_SHOWN).map(async ({ file, line, column, severity, message, hint }) => ({
      where: `${file}:${line}:${column}`,
      severity,
      message,
      hint,
      excerpt: libraryDir === undefined ? null : await excerptOf(join(libraryDir, file), line),
    })),
  );
}

const rank = (problem: Problem): number => (problem.severity === 'error' ? 0 : 1);

/** An error that kept the content from being loaded or the mail from being made. */
export async function shownError(libraryDir: string | undefined, error: unknown): Promise<ShownProblem[]> {
  if (error instanceof LibraryError) return shownProblems(libraryDir, error.problems);
  if (error instanceof TemplateError) {
    const { file, line, problem, excerpt } = error;
    return [{ where: `${file}:${line}`, severity: 'error', message: problem, hint: null, excerpt }];
  }
  const message = error instanceof Error ? error.message : String(error);
  return [{ where: '', severity: 'error', message, hint: null, excerpt: null }];
}

async function excerptOf(file: string, line: number): Promise<string | null> {
  if (!file.endsWith('.yaml')) return null;
  const source = await readFile(file, 'utf8').catch(() => null);
  if (source === null) return null;
  const lines = source.split('\n');
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const width = String(last).length;
  return lines
    .slice(first - 1, last)
    .map((text, index) => {
      const number = first + index;
      return `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text.slice(0, 160)}`;
    })
    .join('\n');
}
