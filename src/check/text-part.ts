import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/** Under this share of the HTML's words the text part tells another story. */
const LEAST_SHARE = 0.6;
const LEAST_WORDS = 20;

/** The text part: there, and saying what the HTML says. Filters compare both, and some people read only this. */
export function checkTextPart({ text, blocks }: OpenedMail): Finding[] {
  if (text.trim() === '')
    return [{ code: 'text_missing', severity: 'error', where: { part: 'text' }, values: {} }];
  const found: Finding[] = [];
  const markup =
    /<(?:\/?(?:p|br|div|span|a|table|td|tr|b|strong|em|ul|li|h[1-6])\b[^>]{0,300})>|&(?:nbsp|amp|uuml|ouml|auml|szlig|quot);/i.exec(
      text,
    );
  if (markup)
    found.push({
      code: 'text_markup',
      severity: 'warning',
      where: { part: 'text', excerpt: markup[0] },
      values: { markup: markup[0] },
    });
  const own = new Set(wordsOf(text));
  const shown = [...new Set(blocks.flatMap((block) => wordsOf(block.text)))];
  const share = shown.filter((word) => own.has(word)).length / Math.max(shown.length, 1);
  if (shown.length >= LEAST_WORDS && share < LEAST_SHARE)
    found.push({
      code: 'text_differs',
      severity: 'warning',
      where: { part: 'text' },
      values: { percent: Math.round(share * 100) },
    });
  return found;
}

const wordsOf = (text: string): string[] =>
  text
    .replace(/https?:\/\/\S+/g, ' ')
    .toLowerCase()
    .match(/[\p{L}\p{N}]{4,}/gu) ?? [];
