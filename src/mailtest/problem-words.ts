import type { Problem } from './problem.ts';
import { number, type Report } from './report.ts';

/** "Sent.mbox, Nachricht 17, Byte 12.345: hat keinen Absender" in its two halves. */
export function problemInWords(
  { file, message, offset, code }: Problem,
  { words, language }: Report,
): { where: string; what: string } {
  const where = [
    file,
    ...(message === null ? [] : [words.message(number(message, language))]),
    ...(offset === null ? [] : [words.byte(number(offset, language))]),
  ].join(', ');
  return { where, what: words.problem[code] };
}
