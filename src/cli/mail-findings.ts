import type { Finding } from '../check/finding.ts';
import { findingSentence } from '../check/sentence.ts';
import { checkWordsEn } from '../check/words.ts';
import { count, dim, green, plain, red, yellow } from './output.ts';

const COLOURED = { error: red, warning: yellow, note: dim } as const;

/** What is wrong with a mail, for the terminal: what, where, and how to mend it. */
export function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [green('Nothing to find fault with.')];
  return [
    ...findings.flatMap((finding) => {
      const { severity, where, code } = finding;
      const { sentence, mend } = findingSentence(finding, 'en');
      const place = `${checkWordsEn[`part.${where.part}`]}${where.line ? `:${where.line}` : ''}`;
      return [
        `${COLOURED[severity](severity)} ${plain(sentence, 400)} ${dim(`(${code})`)}`,
        `  ${plain(mend, 400)}`,
        dim(`  ${place}${where.excerpt ? ` · ${plain(where.excerpt, 120)}` : ''}`),
      ];
    }),
    (['error', 'warning', 'note'] as const)
      .map(
        (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
      )
      .filter(([, number]) => number > 0)
      .map(([severity, number]) => `${count(number)} ${severity}${number === 1 ? '' : 's'}`)
      .join(', '),
  ];
}
