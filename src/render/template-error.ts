/** A mistake in a template, said so that the person who wrote the file can mend it. */
export class TemplateError extends Error {
  /** Relative to the templates folder, with forward slashes, e.g. "mail/newsletter.mjml". */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** The line with its neighbours, numbered, the line itself marked with ">". */
  readonly excerpt: string;
  /** What is wrong, without the place. */
  readonly problem: string;

  constructor(file: string, line: number, problem: string, source: string) {
    const excerpt = excerptOf(source, line);
    super(`${file}:${line}: ${problem}\n${excerpt}`);
    this.name = 'TemplateError';
    this.file = file;
    this.line = line;
    this.problem = problem;
    this.excerpt = excerpt;
  }
}

/** The line with its neighbours, numbered, the line itself marked with ">". */
export function excerptOf(source: string, line: number): string {
  const lines = source.split('\n');
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const width = String(last).length;
  const shown: string[] = [];
  for (let n = first; n <= last; n++) {
    shown.push(
      `${n === line ? '>' : ' '} ${String(n).padStart(width)} | ${(lines[n - 1] ?? '').slice(0, 160)}`,
    );
  }
  return shown.join('\n');
}

/** What Handlebars says about a template: the line (when it knows one) and the sentence without the place. */
export function handlebarsProblem(error: unknown): { line: number | null; problem: string } {
  const { message, lineNumber } = error as { message?: string; lineNumber?: number };
  const text = message ?? String(error);
  const parse = /^Parse error on line (\d+):\n([\s\S]*)$/.exec(text);
  if (parse) {
    const expected = (parse[2] ?? '').split('\n').at(-1) ?? '';
    return { line: Number(parse[1]), problem: `this is no valid template: ${expected}` };
  }
  const missing = /^"(.+)" not defined in /.exec(text);
  if (missing) return { line: lineNumber ?? null, problem: `there is no value called "${missing[1]}" here` };
  return { line: lineNumber ?? null, problem: text.replace(/ - \d+:\d+$/, '') };
}
