import type { Language } from '../domain/customer.ts';
import type { Finding } from './finding.ts';
import { checkWordsDe, checkWordsEn } from './words.ts';

/** What a finding says, and how to mend it: plain text in the language of whoever reads it. */
export function findingSentence(
  { code, values }: Pick<Finding, 'code' | 'values'>,
  language: Language,
): { sentence: string; mend: string } {
  const words = language === 'de' ? checkWordsDe : checkWordsEn;
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (place, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : place,
    );
  return { sentence: fill(words[code]), mend: fill(words[`${code}.mend`]) };
}
