import type { Language } from '../../domain/customer.ts';
import type { Names } from './names.ts';
import type { Numbers } from './numbers.ts';
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
