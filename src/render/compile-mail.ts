import type { Language } from '../domain/customer.ts';
import type { Settings } from '../library/schema.ts';
import { type Assembled, assemble } from './assemble.ts';
import { type CompiledTemplate, compileTemplate, personalTemplate, withoutBrackets } from './brackets.ts';
import { darkPalette, lightPalette } from './colours.ts';
import { compileLooped, type LoopedTemplate, loopProblem } from './loops.ts';
import type { ToHtml } from './mjml.ts';
import type { MailSources, TemplateSource } from './sources.ts';
import { handlebarsProblem, TemplateError } from './template-error.ts';
import { SAMPLE_LINE, SAMPLE_VIEWS } from './view.ts';
import type { MailCase, Words, WordsFile } from './words.ts';
import { COLUMNS, wrapText } from './wrap.ts';

/** The newsletter in one language, ready to be filled for each customer. */
export interface MailTemplates {
  words: Words;
  html: LoopedTemplate;
  text: LoopedTemplate;
  preheader: CompiledTemplate;
  subject: Record<MailCase, CompiledTemplate>;
  opening: Record<MailCase, CompiledTemplate>;
}

/**
 * Handlebars structure, then MJML, then the template for personal values, for one language.
 * @throws TemplateError with file and line, also for a value that no mail has.
 */
export async function compileMail(given: {
  sources: MailSources;
  words: WordsFile;
  language: Language;
  company: Settings['company'];
  pictureUrl: (file: string) => string;
  toHtml: ToHtml;
}): Promise<MailTemplates> {
  const { sources, language } = given;
  const words = given.words.words[language];
  const view = compileTimeView(given, words);

  const mjml = assemble(sources.mjml, sources.partials, view, { escapes: true });
  tryOut(mjml, true);
  const { html, errors } = await convert(mjml, given.toHtml);
  const [mistake] = errors;
  if (mistake) throw mjml.errorAt(mistake.line, mistake.message);
  checkNothingLost(mjml, html);

  const text = assemble(sources.text, new Map(), view, { escapes: false });
  tryOut(text, false);

  const line = (path: string[], template: string) => compileLine(given.words, [language, ...path], template);
  const byCase = (name: 'subject' | 'opening') =>
    Object.fromEntries(
      Object.entries(words[name]).map(([kind, template]) => [kind, line([name, kind], template)]),
    ) as Record<MailCase, CompiledTemplate>;

  return {
    words,
    html: compileLooped(personalTemplate(html), { escape: true }),
    text: compileLooped(personalTemplate(text.source), { escape: false }),
    preheader: line(['preheader'], words.preheader),
    subject: byCase('subject'),
    opening: byCase('opening'),
  };
}

/** What `{{…}}` can say. */
function compileTimeView(given: Parameters<typeof compileMail>[0], words: Words): object {
  const { company, language } = given;
  const view = {
    language,
    words,
    wrapped: {
      note: wrapText(words.experimental.note),
      consent: wrapText(words.because.consent),
      existingCustomer: wrapText(words.because.existingCustomer),
    },
    rule: '-'.repeat(COLUMNS),
    previewSpace: '\u2007\u034f '.repeat(60),
    colours: lightPalette(company.accent),
    dark: darkPalette(company.accent),
    company: {
      name: company.name,
      claim: company.claim?.[language] ?? null,
      website: company.website,
      privacyUrl: company.privacyUrl,
      imprint: company.imprint[language],
      logo: company.logo ? given.pictureUrl(company.logo) : null,
    },
  };
  return withoutBrackets(view);
}

async function convert(mjml: Assembled, toHtml: ToHtml) {
  try {
    return await toHtml(mjml.source);
  } catch (error) {
    throw mjml.errorAt(1, error instanceof Error ? error.message : String(error));
  }
}

/** Runs the second pass over the template as written, where a missing value still has its line. */
function tryOut(assembled: Assembled, escapes: boolean): void {
  const loop = loopProblem(assembled.source);
  if (loop) throw assembled.errorAt(assembled.source.slice(0, loop.at).split('\n').length, loop.problem);
  try {
    const template = compileTemplate(personalTemplate(assembled.source), { escape: escapes });
    for (const view of SAMPLE_VIEWS) template(view);
  } catch (error) {
    const { line, problem } = handlebarsProblem(error);
    throw assembled.errorAt(line ?? 1, problem);
  }
}

/** MJML silently drops text between its elements, e.g. an `[[#each]]` outside of `<mj-raw>`. */
function checkNothingLost(mjml: Assembled, html: string): void {
  mjml.source.split('\n').forEach((line, index) => {
    for (const [tag] of line.matchAll(/\[\[[^\]]+\]\]/g)) {
      if (count(html, tag) < count(mjml.source, tag)) {
        throw mjml.errorAt(
          index + 1,
          `MJML drops ${tag} here: between MJML elements write <mj-raw>${tag}</mj-raw>`,
        );
      }
    }
  });
}

const count = (text: string, part: string): number => text.split(part).length - 1;

function compileLine({ file, source, lineOf }: WordsFile & TemplateSource, path: string[], text: string) {
  try {
    const template = compileTemplate(personalTemplate(text), { escape: false });
    template(SAMPLE_LINE);
    return template;
  } catch (error) {
    throw new TemplateError(
      file,
      lineOf(path),
      `${path.join('.')}: ${handlebarsProblem(error).problem}`,
      source,
    );
  }
}
