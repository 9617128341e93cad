import type { Language } from './customer.ts';

/** Another innovation ratio than the one that holds, as answers suggest it. People set ratios; nothing here does. */
export interface SuggestedRatio {
  /** What held when this was suggested, and what is suggested, 0 to 1. */
  ratio: number;
  suggested: number;
  /** How likely it is that the suggestion points the right way. */
  probability: number;
  /** How many times as often something new is answered as something proven; below 1: less often. */
  times: number;
}

/** Whose answers they are: one customer's, or those of all who own a product. */
export type Answering = 'customer' | 'owners';

/** Why another ratio is suggested, how sure that is, and who decides. Plain text. */
export function suggestionWords(given: SuggestedRatio, whose: Answering, language: Language): string {
  const words = WORDS[language];
  const number = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB', { maximumFractionDigits: 4 });
  const often = OFTEN.find(({ below }) => given.times < below)?.code ?? 'many';
  const sure = SURE.find(({ from }) => given.probability >= from)?.code ?? 'assumed';
  const [ratio, suggested] = [number.format(given.ratio), number.format(given.suggested)];
  return `${words.answers[whose](words.often[often])} (${words.sure[sure]}). ${words.decide(suggested, ratio)}`;
}

/** How often in words, up to so many times. */
const OFTEN = [
  { below: 0.29, code: 'hardly' },
  { below: 0.42, code: 'third' },
  { below: 0.6, code: 'half' },
  { below: 0.9, code: 'seldom' },
  { below: 1.3, code: 'more' },
  { below: 1.75, code: 'halfAgain' },
  { below: 2.5, code: 'twice' },
  { below: 3.5, code: 'thrice' },
] as const;
type Often = (typeof OFTEN)[number]['code'] | 'many';

/** How sure in words, from such a probability on. */
const SURE = [
  { from: 0.99, code: 'certain' },
  { from: 0.95, code: 'very' },
  { from: 0.9, code: 'likely' },
] as const;
type Sure = (typeof SURE)[number]['code'] | 'assumed';

interface Words {
  answers: Record<Answering, (often: string) => string>;
  often: Record<Often, string>;
  sure: Record<Sure, string>;
  decide: (suggested: string, ratio: string) => string;
}

const WORDS: Record<Language, Words> = {
  de: {
    answers: {
      customer: (often) => `Aus den Antworten: Auf Neues reagiert dieser Kunde ${often} auf Bewährtes`,
      owners: (often) => `Aus den Antworten: Auf Neues reagieren diese Kunden ${often} auf Bewährtes`,
    },
    often: {
      hardly: 'viel seltener als',
      third: 'nur etwa ein Drittel so oft wie',
      half: 'nur etwa halb so oft wie',
      seldom: 'seltener als',
      more: 'etwas öfter als',
      halfAgain: 'etwa anderthalbmal so oft wie',
      twice: 'etwa doppelt so oft wie',
      thrice: 'etwa dreimal so oft wie',
      many: 'mehr als dreimal so oft wie',
    },
    sure: {
      certain: 'so gut wie sicher',
      very: 'sehr wahrscheinlich',
      likely: 'wahrscheinlich',
      assumed: 'vermutlich',
    },
    decide: (suggested, ratio) => `Vorschlag: ${suggested} statt ${ratio}. Setzen können nur Sie ihn.`,
  },
  en: {
    answers: {
      customer: (often) => `From the answers: this customer responds to what is new ${often} what is proven`,
      owners: (often) => `From the answers: these customers respond to what is new ${often} what is proven`,
    },
    often: {
      hardly: 'far less often than to',
      third: 'only about a third as often as to',
      half: 'only about half as often as to',
      seldom: 'less often than to',
      more: 'a little more often than to',
      halfAgain: 'about one and a half times as often as to',
      twice: 'about twice as often as to',
      thrice: 'about three times as often as to',
      many: 'more than three times as often as to',
    },
    sure: { certain: 'as good as certain', very: 'very likely', likely: 'likely', assumed: 'probably' },
    decide: (suggested, ratio) => `Suggested: ${suggested} instead of ${ratio}. Only you can set it.`,
  },
};
