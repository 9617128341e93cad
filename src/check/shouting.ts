import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/** A subject with at least so many letters, most of them capitals, is shouted; abbreviations are not. */
const LETTERS = 8;

/** Capitals and exclamation marks: filters weigh them, and readers do. */
export function checkShouting({ subject, preheader, blocks, at }: OpenedMail): Finding[] {
  const found: Finding[] = [];
  for (const [part, text] of [
    ['subject', subject],
    ['preheader', preheader],
  ] as const) {
    if (isShouted(text))
      found.push({
        code: 'capitals',
        severity: 'warning',
        where: { part, excerpt: text.slice(0, 120) },
        values: { text },
      });
    if (text.includes('!'))
      found.push({
        code: 'exclamation',
        severity: 'warning',
        where: { part, excerpt: text.slice(0, 120) },
        values: { text },
      });
  }
  for (const { text, element } of blocks) {
    if (/^h[1-6]$/.test(element.name) && isShouted(text))
      found.push({ code: 'capitals', severity: 'warning', where: at(element, text), values: { text } });
    const marks = severalMarks(text);
    if (marks)
      found.push({
        code: 'exclamation',
        severity: 'warning',
        where: at(element, text),
        values: { text: marks },
      });
  }
  return found;
}

/** Exclamation marks in a row, with the word before them. */
function severalMarks(text: string): string | null {
  const at = text.search(/!\s?!/);
  if (at < 0) return null;
  const before = text.slice(Math.max(0, at - 40), at).trimEnd();
  return `${before.slice(before.lastIndexOf(' ') + 1)}${/^(?:!\s?)+/.exec(text.slice(at, at + 20))?.[0].trimEnd() ?? ''}`;
}

/** All words of four letters and more in capitals, and enough of them to be no mere name of a product. */
function isShouted(text: string): boolean {
  const words = text.match(/\p{L}{4,}/gu) ?? [];
  const shouted = words.filter((word) => word === word.toUpperCase() && word !== word.toLowerCase());
  return shouted.length * 2 > words.length && shouted.join('').length >= LETTERS;
}
