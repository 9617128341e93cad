import { LANGUAGES } from '../domain/customer.ts';
import { type MarkdownSlip, markdownSlips } from './markdown.ts';
import { dotted } from './paths.ts';
import { PLACEHOLDERS, unknownPlaceholders } from './placeholders.ts';
import type { Report } from './report.ts';
import type { Development, Offer } from './schema.ts';
import { suggest } from './suggest.ts';
import type { Path } from './yaml-file.ts';

export const LANGUAGE_NAMES = { de: 'German', en: 'English' } as const;

/** The texts of a development or offer: languages, alternative texts, labels, placeholders, Markdown. */
export function checkTexts(content: Development | Offer, report: Report): void {
  if (!content.de && !content.en) {
    report({
      path: [],
      code: 'no_language',
      message: 'there is neither German ("de") nor English ("en") text',
    });
    return;
  }
  for (const language of LANGUAGES) {
    const name = LANGUAGE_NAMES[language];
    const text = content[language];
    if (!text) {
      report({
        path: [],
        code: 'missing_language',
        severity: 'warning',
        message: `no ${name} text: readers of ${name} will not be told`,
        hint: `add "${language}:"`,
      });
      continue;
    }
    if (content.picture !== undefined && text.alt === undefined) {
      report({
        path: [language],
        code: 'picture_without_alt',
        message: `the picture has no ${name} alternative text`,
        hint: `add "alt: …" under "${language}:", saying what is seen`,
      });
    }
    checkLabel(content, language, report);
    for (const field of ['headline', 'alt', 'linkLabel'] as const) {
      checkPlaceholders(text[field], [language, field], report);
    }
    checkBody(text.body, [language, 'body'], report);
  }
}

function checkLabel(content: Development | Offer, language: 'de' | 'en', report: Report): void {
  const label = content[language]?.linkLabel;
  const severity = 'warning';
  if (content.link !== undefined && label === undefined) {
    const message = `the link has no ${LANGUAGE_NAMES[language]} label`;
    const hint = `add "linkLabel: …" under "${language}:"`;
    report({ path: [language], code: 'link_without_label', severity, message, hint });
  } else if (content.link === undefined && label !== undefined) {
    const message = 'a label without a "link" to go to is not shown';
    report({ path: [language, 'linkLabel'], code: 'label_without_link', severity, message });
  }
}

/** Doubled braces may hold a known placeholder and nothing else, in every text. */
export function checkPlaceholders(text: string | undefined, path: Path, report: Report): void {
  for (const words of unknownPlaceholders(text ?? '')) {
    const near = suggest(words.replace(/[^\p{L}]/gu, ''), PLACEHOLDERS);
    const known = PLACEHOLDERS.map((name) => `{{${name}}}`).join(' and ');
    report({
      path,
      words,
      code: 'unknown_placeholder',
      message: `"${words}" in "${dotted(path)}" is no placeholder`,
      hint: near ? `write {{${near}}}` : `texts may use ${known}`,
    });
  }
}

/** Placeholders and Markdown of a body. */
export function checkBody(body: string, path: Path, report: Report): void {
  checkPlaceholders(body, path, report);
  for (const slip of markdownSlips(body))
    report({ path, words: slip.snippet, ...MARKDOWN[slip.kind](slip.snippet) });
}

const MARKDOWN: Record<MarkdownSlip['kind'], (snippet: string) => Omit<Parameters<Report>[0], 'path'>> = {
  bad_link: (snippet) => ({
    code: 'bad_link',
    message: `${snippet} does not lead to an https:// address or a mailto:`,
    hint: 'write [label](https://…); placeholders cannot stand in addresses',
  }),
  html: (snippet) => ({
    code: 'unsupported_markdown',
    severity: 'warning',
    message: `HTML is shown as it is written: ${snippet}`,
    hint: 'use Markdown: **strong**, *emphasis*, [label](https://…)',
  }),
  unsupported: (snippet) => ({
    code: 'unsupported_markdown',
    severity: 'warning',
    message: `a body has paragraphs, emphasis, lists and links only: ${snippet}`,
  }),
};
