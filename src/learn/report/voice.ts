import type { Language } from '../../domain/customer.ts';
import type { Library } from '../../library/library.ts';
import { type Names, namesIn } from './names.ts';
import { type Numbers, numbersIn } from './numbers.ts';
import type { Phrases, Said } from './phrases.ts';
import { german } from './phrases-de.ts';
import { english } from './phrases-en.ts';
import type { Range } from './range.ts';

/** All sentences of one language. */
export const phrasesIn = (language: Language): Phrases => (language === 'de' ? german : english);

/** What telling needs besides the facts: words, figures and names of one language. */
export interface Voice {
  language: Language;
  phrases: Phrases;
  numbers: Numbers;
  names: Names;
}

/** @param given.crm names of products that only the CRM knows, by id */
export function voiceIn(
  language: Language,
  given: { library: Library; crm: ReadonlyMap<string, string>; timeZone: string },
): Voice {
  const phrases = phrasesIn(language);
  return {
    language,
    phrases,
    numbers: numbersIn(language, given.timeZone),
    names: namesIn(language, { ...given, words: phrases }),
  };
}

/** As shares of a hundred. */
export const ofHundred = ({ mean, low, high }: Range, { ofHundred: n }: Numbers): Said => ({
  mean: n(mean),
  low: n(low),
  high: n(high),
});

/** As they are. */
export const said = ({ mean, low, high }: Range, { about }: Numbers): Said => ({
  mean: about(mean),
  low: about(low),
  high: about(high),
});
