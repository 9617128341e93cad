import type { Language } from '../domain/customer.ts';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/**
 * Words that hold a language's sentences together and are none in the other one. ("die", "war", "also", "so",
 * "in" are words of both, and left out.)
 */
const STOP_WORDS: Record<Language, ReadonlySet<string>> = {
  de: new Set(
    'der das den dem des und oder nicht ist sind mit für von zu auf ein eine einen einem einer sie ihr ihre ihren ihrem wir uns auch wie bei nach aus wird werden kann können haben möchten über noch nur wenn dass mehr durch zum zur'.split(
      ' ',
    ),
  ),
  en: new Set(
    'the and or not is are with for of to on a an you your we our us it this that as by from will can have would about more when which at be has than their its without'.split(
      ' ',
    ),
  ),
};

/** Fewer words say nothing. */
const LEAST_WORDS = 8;

/** "von und zu" in a name makes no German sentence. */
const LEAST_FOREIGN = 4;

/**
 * Paragraphs in the other language, by their share of stop words. German text has about two of these in five words,
 * English likewise; names of products have none.
 */
export function checkLanguage({ language, blocks, at }: OpenedMail): Finding[] {
  const other: Language = language === 'de' ? 'en' : 'de';
  return blocks.flatMap(({ text, element }): Finding[] => {
    const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    if (words.length < LEAST_WORDS) return [];
    const count = (of: Language) => words.filter((word) => STOP_WORDS[of].has(word)).length;
    const [own, foreign] = [count(language), count(other)];
    if (foreign < LEAST_FOREIGN || foreign < words.length * 0.2 || foreign < own * 3) return [];
    return [
      {
        code: 'language_other',
        severity: 'warning',
        where: at(element, text),
        values: { words: foreign, of: words.length },
      },
    ];
  });
}
