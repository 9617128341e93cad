import type { Language } from '../../domain/customer.ts';
import type { Retirement } from './evolve.ts';

/** Why a form is not tried any more, in a sentence for people. */
export function retirementWords(
  { reason, chance }: Omit<Retirement, 'variantId'>,
  language: Language,
): string {
  const sure = percent(chance ?? 0, language);
  const words: Record<Retirement['reason'], Record<Language, string>> = {
    outdone: {
      de: `Andere Fassungen kommen besser an. Die Chance, dass diese die beste ist, liegt bei ${sure}.`,
      en: `Other versions do better. The chance of this one being the best is ${sure}.`,
    },
    crowded: {
      de: `Es sollen weniger Fassungen zugleich laufen. Die Chance, dass diese die beste ist, liegt bei ${sure}.`,
      en: `Fewer versions are to run at a time. The chance of this one being the best is ${sure}.`,
    },
    unwritten: {
      de: 'Ein Text oder Bild, aus dem diese Fassung besteht, ist nicht mehr in der Bibliothek.',
      en: 'A text or picture that this version is made of is no longer in the library.',
    },
  };
  return words[reason][language];
}

/** With one decimal: the chances are counted over a thousand draws. */
function percent(share: number, language: Language): string {
  const format = new Intl.NumberFormat(language, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  if (share < 0.001)
    return language === 'de' ? `unter ${format.format(0.001)}` : `under ${format.format(0.001)}`;
  return format.format(share);
}
