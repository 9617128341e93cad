import type { TextBlock } from './document.ts';
import { labelOf } from './document.ts';
import type { Finding, Where } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/** What programs leave where a value was missing. */
const LEFTOVER =
  /\[object \w+\]|\{\{[^}]{0,60}\}\}|\{\{|\[\[[^\]]{0,60}\]\]|\$\{[^}]{0,60}\}|%[A-Z_]{3,}%|\*\|[A-Z_:]+\|\*|\bInvalid Date\b|\blorem ipsum\b/i;
/** As programs spell them: "Frau Nan" and "Herr Undefined" have these names. */
const NO_VALUE = /\b(?:undefined|NaN)\b/;
/** `null` is a German number and, with a capital, a surname: so it counts only where a name would be, and in small letters. */
const NO_NAME = /(?:^|[\s(])null(?=[,!:;)]|$)/;
/** "Guten Tag ," or "Hello !": a name was to stand before the mark. */
const BROKEN_GREETING =
  /^(?:guten (?:tag|morgen|abend)|hallo|sehr geehrte[rs]?|liebe[rs]?|moin|hello|hi|dear|good (?:day|morning|evening))(?:\s+(?:frau|herr|herrn|mr\.?|ms\.?|mrs\.?|dr\.?|prof\.?))*(?:\s+[,!:.]|\s*,\s*,|\s*[!:,.]{2,})|^(?:sehr geehrte[rs]?|dear)\s*(?:frau|herr|herrn|mr\.?|ms\.?|mrs\.?)?\s*[,!:.]$|^(?:guten tag|hallo|hello)\s+(?:frau|herrn?|mr\.?|ms\.?|mrs\.?)\s*[,!:.]$/i;

/** Nobody writes paragraphs longer than this, and looking costs time. */
const LONGEST = 10_000;

const leftoverIn = (line: string) => {
  const looked = line.slice(0, LONGEST);
  return (LEFTOVER.exec(looked) ?? NO_VALUE.exec(looked) ?? NO_NAME.exec(looked))?.[0].trim();
};

/** Fields that were left empty or never filled. */
export function checkUnfilled({ subject, preheader, text, blocks, elements, at }: OpenedMail): Finding[] {
  const found: Finding[] = [];
  const look = (line: string, where: Where) => {
    const leftover = leftoverIn(line);
    if (leftover)
      found.push({ code: 'unfilled', severity: 'error', where, values: { leftover: leftover.slice(0, 60) } });
    else if (BROKEN_GREETING.test(line.slice(0, 200).trim()))
      found.push({
        code: 'greeting_broken',
        severity: 'error',
        where,
        values: { greeting: line.trim().slice(0, 60) },
      });
  };
  look(subject, { part: 'subject', excerpt: subject.slice(0, 120) });
  look(preheader, { part: 'preheader', excerpt: preheader.slice(0, 120) });
  for (const { text: line, element } of blocks as TextBlock[]) look(line, at(element, line));
  for (const element of elements)
    for (const name of ['alt', 'title', 'aria-label']) {
      const value = element.attribs[name];
      const leftover = value && leftoverIn(value);
      if (leftover)
        found.push({
          code: 'unfilled',
          severity: 'error',
          where: at(element, value),
          values: { leftover: leftover.slice(0, 60) },
        });
    }
  text.split('\n').forEach((line, index) => {
    look(line, { part: 'text', line: index + 1, excerpt: line.slice(0, 120) });
  });
  for (const element of elements)
    if (/^h[1-6]$/.test(element.name) && labelOf(element) === '')
      found.push({
        code: 'heading_empty',
        severity: 'error',
        where: at(element),
        values: { level: element.name.slice(1) },
      });
  return found;
}
