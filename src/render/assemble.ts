import Handlebars from 'handlebars';
import { type CompiledTemplate, compileTemplate } from './brackets.ts';
import type { TemplateSource } from './sources.ts';
import { handlebarsProblem, TemplateError } from './template-error.ts';

/** A template after its first pass: partials in place, `{{…}}` filled, `[[…]]` still open. */
export interface Assembled {
  source: string;
  /** A mistake at this line of `source`, as a mistake in the file that the line came from. */
  errorAt(line: number, problem: string): TemplateError;
}

/**
 * First pass over a template. Every line carries a mark with its origin through Handlebars, so that mistakes
 * found later, by MJML or in the second pass, are shown where they were written.
 * @throws TemplateError
 */
export function assemble(
  main: TemplateSource,
  partials: ReadonlyMap<string, TemplateSource>,
  view: object,
  options: { escapes: boolean },
): Assembled {
  const files = [main, ...partials.values()];
  const compile = (file: TemplateSource): CompiledTemplate => {
    const run = compileChecked(file, marked(file.source, files.indexOf(file)), options.escapes, compiled);
    return (context) => {
      try {
        return run(context);
      } catch (error) {
        if (error instanceof TemplateError) throw error;
        const { line, problem } = handlebarsProblem(error);
        throw new TemplateError(file.file, line ?? 1, problem, file.source);
      }
    };
  };
  const compiled: Record<string, CompiledTemplate> = {};
  for (const [name, file] of partials) compiled[name] = compile(file);
  const filled = compile(main)(view);

  const origins: { file: TemplateSource; line: number }[] = [];
  let origin = { file: main, line: 1 };
  const lines: string[] = [];
  for (const line of filled.split('\n')) {
    const text = line.replace(MARKS, '');
    const begins = [...line.matchAll(MARKS)].map((mark) => {
      const file = files[Number(mark[1])] ?? main;
      return { file, line: Number(mark[2]) };
    });
    origin = begins[0] ?? origin;
    // a line on which only tags stood leaves nothing behind, as Handlebars has it without the marks
    const wrote = ({ file, line }: typeof origin) => file.source.split('\n')[line - 1]?.trim() !== '';
    if (text.trim() === '' && begins.length > 0 && begins.every(wrote)) continue;
    lines.push(text);
    origins.push(origin);
  }
  return {
    source: lines.join('\n'),
    errorAt(line, problem) {
      const at = origins[line - 1] ?? origins.at(-1) ?? origin;
      return new TemplateError(at.file.file, at.line, problem, at.file.source);
    },
  };
}

function compileChecked(
  file: TemplateSource,
  source: string,
  escapes: boolean,
  partials: Record<string, CompiledTemplate>,
): CompiledTemplate {
  try {
    Handlebars.parse(file.source);
    return compileTemplate(source, { escape: escapes, partials });
  } catch (error) {
    const { line, problem } = handlebarsProblem(error);
    throw new TemplateError(file.file, line ?? 1, problem, file.source);
  }
}

/** Characters of the private use area, which no template needs. */
const MARKS = /\uE010(\d+):(\d+)\uE011/g;

/** Puts a mark before every line that does not begin inside a `{{tag}}` or comment. */
function marked(source: string, file: number): string {
  let inside: string | null = null;
  return source
    .split('\n')
    .map((line, index) => {
      const begins: string = inside === null ? `\uE010${file}:${index + 1}\uE011${line}` : line;
      let at = 0;
      while (at >= 0) {
        if (inside === null) {
          const open = line.indexOf('{{', at);
          if (open < 0) break;
          inside = line.startsWith('{{!--', open) ? '--}}' : '}}';
          at = open + 2;
        } else {
          const close = line.indexOf(inside, at);
          if (close < 0) break;
          at = close + inside.length;
          inside = null;
        }
      }
      return begins;
    })
    .join('\n');
}
