import { checkWordsDe, checkWordsEn } from '../../../check/words.ts';

type Prefixed = { [Key in keyof typeof checkWordsDe as `check.${Key}`]: string };

const prefixed = (words: Record<keyof typeof checkWordsDe, string>): Prefixed =>
  Object.fromEntries(Object.entries(words).map(([key, text]) => [`check.${key}`, text])) as Prefixed;

/** What checks of a mail say: German, and the same in English. */
export const checksDe = prefixed(checkWordsDe);

export const checksEn: Record<keyof typeof checksDe, string> = prefixed(checkWordsEn);
