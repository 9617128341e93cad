import type { Language } from '../domain/customer.ts';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/**
 * Reading ease, from about 0 (law) to 100 (comics). Flesch 1948 for English: 206.835 − 1.015 × words a sentence −
 * 84.6 × syllables a word; Amstad 1978 for German: 180 − words a sentence − 58.5 × syllables a word.
 */
const FORMULA: Record<Language, (wordsASentence: number, syllablesAWord: number) => number> = {
  de: (sentence, word) => 180 - sentence - 58.5 * word,
  en: (sentence, word) => 206.835 - 1.015 * sentence - 84.6 * word,
};

/** "Difficult" begins at 50 in Flesch's table; below 30 only specialists read on. Products have long names. */
const HARD = 30;
/** Formulas made for samples of a hundred words say little of less. */
const LEAST_WORDS = 60;

/** How hard the mail's sentences are to read; headings, labels and the imprint have none. A note only. */
export function checkReadability(mail: OpenedMail): Finding[] {
  const ease = readingEase(mail);
  if (ease === null || ease >= HARD) return [];
  return [
    {
      code: 'hard_to_read',
      severity: 'note',
      where: { part: 'html' },
      values: { ease: Math.max(0, Math.round(ease)), least: HARD },
    },
  ];
}

/** Of whole sentences in paragraphs and lists; null where there are too few. */
export function readingEase({
  blocks,
  language,
  company,
}: Pick<OpenedMail, 'blocks' | 'language' | 'company'>): number | null {
  const imprint = company.imprint[language];
  const sentences = blocks
    .filter(
      ({ text, element }) => !/^h[1-6]$/.test(element.name) && !imprint.some((line) => text.includes(line)),
    )
    .flatMap(({ text }) => text.split(/(?<=[.!?:])\s+(?=[\p{Lu}„“"»])/u))
    .filter((sentence) => /[.!?:]$/.test(sentence));
  const words = sentences.flatMap((sentence) => sentence.match(/\p{L}[\p{L}'’-]*/gu) ?? []);
  if (words.length < LEAST_WORDS) return null;
  const syllables = words.reduce((sum, word) => sum + syllablesIn(word, language), 0);
  return FORMULA[language](words.length / sentences.length, syllables / words.length);
}

/** Groups of vowels, which is right for nine words in ten; in English without a silent e. */
export function syllablesIn(word: string, language: Language): number {
  const plain = word.toLowerCase();
  const spoken = language === 'en' ? plain.replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, 'x') : plain;
  return Math.max(
    1,
    spoken.match(language === 'de' ? /ei|ai|au|eu|äu|ie|oo|aa|ee|[aeiouäöüy]/g : /[aeiouy]+/g)?.length ?? 1,
  );
}
