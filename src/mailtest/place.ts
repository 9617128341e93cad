import type { Place } from './problem.ts';
import { number, type Report } from './report.ts';

/** "Nachricht 17, Byte 12.345" */
export function placeOf({ message, offset }: Place, { words, language }: Report): string {
  return [
    ...(message === null ? [] : [words.message(number(message, language))]),
    ...(offset === null ? [] : [words.byte(number(offset, language))]),
  ].join(', ');
}
