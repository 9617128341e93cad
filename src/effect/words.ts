import type { Language } from '../domain/customer.ts';
import type { Effect, EffectReport } from './effects.ts';
import { LEAST_BUYERS, LEAST_COMPANIES, LEAST_PEOPLE } from './estimate.ts';

/** What a sentence about one row must know of the whole. */
export type Around = Pick<EffectReport, 'by' | 'windowDays' | 'holdout' | 'compared'>;

/**
 * What may be said about one row, as a sentence or two for people. Never more than the numbers carry: where nothing
 * can be known, it says so.
 */
export function effectSentence(effect: Effect, around: Around, language: Language): string {
  const said = language === 'de' ? german(effect, around) : english(effect, around);
  const stamped = effect.interim ? `${language === 'de' ? 'Zwischenstand' : 'Interim'}: ${said}` : said;
  const isDifference = effect.verdict === 'more' || effect.verdict === 'fewer';
  return isDifference && around.compared > 1
    ? `${stamped} ${amongMany(effect.standsOut, around.compared, language)}`
    : stamped;
}

const NOBODY_HELD_OUT: Readonly<Record<Language, Readonly<Record<EffectReport['by'], string>>>> = {
  de: {
    total: 'Aus der Vergleichsgruppe hätte bisher niemand eine Mail bekommen.',
    campaign: 'Aus der Vergleichsgruppe hätte niemand diese Mail bekommen.',
    product: 'Aus der Vergleichsgruppe hätte niemand eine Mail dazu bekommen.',
    content: 'Aus der Vergleichsgruppe hätte niemand eine Mail damit bekommen.',
  },
  en: {
    total: 'Nobody in the holdout would have got a mail so far.',
    campaign: 'Nobody in the holdout would have got this mail.',
    product: 'Nobody in the holdout would have got a mail about it.',
    content: 'Nobody in the holdout would have got a mail with it.',
  },
};

function german(effect: Effect, { by, windowDays, holdout }: Around): string {
  const { verdict, result } = effect;
  const n = (share: number) => perThousand(share, 'de');
  if (verdict === 'no_holdout') {
    return holdout > 0
      ? NOBODY_HELD_OUT.de[by]
      : 'Ohne Vergleichsgruppe lässt sich keine Wirkung messen (rules.holdout in settings.yaml).';
  }
  if (verdict === 'too_early')
    return `Noch zu früh: Gezählt wird, wenn nach der Mail ${windowDays} Tage vorbei sind.`;
  if (result === null) {
    return {
      people: `Zu wenige, um etwas zu wissen. Dafür braucht es in beiden Gruppen mindestens ${LEAST_PEOPLE} Personen.`,
      companies: `Zu wenige Firmen, um etwas zu wissen. Dafür braucht es in beiden Gruppen mindestens ${LEAST_COMPANIES}, von denen keine alles überwiegt.`,
      buyers: `Zu wenige Käufer, um etwas zu wissen. Dafür braucht es zusammen mindestens ${LEAST_BUYERS} aus verschiedenen Firmen.`,
    }[lackOf(effect)];
  }
  const { difference, low, high, detectable } = result;
  if (verdict === 'more')
    return `Von 1.000 Angeschriebenen kauften ${n(difference)} mehr als von 1.000 Menschen, die keine Mails bekommen (95-%-Bereich: ${n(low)} bis ${n(high)}).`;
  if (verdict === 'fewer')
    return `Von 1.000 Angeschriebenen kauften ${n(-difference)} weniger als von 1.000 Menschen, die keine Mails bekommen (95-%-Bereich: ${n(-high)} bis ${n(-low)}).`;
  return (
    `Kein Unterschied nachweisbar: Auf 1.000 Angeschriebene kann alles zwischen ${n(-low)} weniger und ${n(high)} mehr ` +
    `stimmen. Ein Unterschied von ${n(detectable)} mehr hätte sich in vier von fünf Fällen gezeigt.`
  );
}

function english(effect: Effect, { by, windowDays, holdout }: Around): string {
  const { verdict, result } = effect;
  const n = (share: number) => perThousand(share, 'en');
  if (verdict === 'no_holdout') {
    return holdout > 0
      ? NOBODY_HELD_OUT.en[by]
      : 'Without a holdout no effect can be measured (rules.holdout in settings.yaml).';
  }
  if (verdict === 'too_early')
    return `Too early: people count when ${windowDays} days have passed since their mail.`;
  if (result === null) {
    return {
      people: `Too few to know anything. It takes at least ${LEAST_PEOPLE} people in both groups.`,
      companies: `Too few companies to know anything. It takes at least ${LEAST_COMPANIES} in both groups, none of which outweighs the others.`,
      buyers: `Too few buyers to know anything. It takes at least ${LEAST_BUYERS} in all, from different companies.`,
    }[lackOf(effect)];
  }
  const { difference, low, high, detectable } = result;
  if (verdict === 'more')
    return `Of 1,000 mailed people ${n(difference)} more bought than of 1,000 people who get no mails (95 % range: ${n(low)} to ${n(high)}).`;
  if (verdict === 'fewer')
    return `Of 1,000 mailed people ${n(-difference)} fewer bought than of 1,000 people who get no mails (95 % range: ${n(-high)} to ${n(-low)}).`;
  return (
    `No difference can be shown: for 1,000 mailed people, anything between ${n(-low)} fewer and ${n(high)} more may be ` +
    `true. A difference of ${n(detectable)} more would have shown four times out of five.`
  );
}

/** What there is too little of. */
function lackOf({ mailed, heldOut, companies }: Effect): 'people' | 'companies' | 'buyers' {
  if (companies === null || Math.min(mailed.people, heldOut.people) < LEAST_PEOPLE) return 'people';
  return Math.min(companies.mailed, companies.heldOut) < LEAST_COMPANIES ? 'companies' : 'buyers';
}

/** What the total is about: which mails, from when to when. Null while no window is over. */
export function firstMailsSentence(
  { days }: Pick<Effect, 'days'>,
  { campaignId }: Pick<EffectReport, 'campaignId'>,
  language: Language,
): string | null {
  if (days === null) return null;
  const format = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  const [first, last] = [format.format(new Date(days.first)), format.format(new Date(days.last))];
  if (language === 'de') {
    const span = days.first === days.last ? `vom ${first}` : `aus der Zeit vom ${first} bis zum ${last}`;
    return campaignId === null
      ? `Das ist die erste Mail jeder Person, ${span}.`
      : `Das ist die Mail dieser Kampagne, ${span}.`;
  }
  const span = days.first === days.last ? `of ${first}` : `from ${first} to ${last}`;
  return campaignId === null
    ? `This is about the first mail of each person, ${span}.`
    : `This is about the mail of this campaign, ${span}.`;
}

function amongMany(standsOut: boolean, rows: number, language: Language): string {
  if (language === 'de') {
    return standsOut
      ? `Das fällt auch unter allen ${rows} Vergleichen auf.`
      : `Unter ${rows} Vergleichen kann das Zufall sein.`;
  }
  return standsOut
    ? `That stands out even among all ${rows} comparisons.`
    : `Among ${rows} comparisons that may be chance.`;
}

/** What to keep in mind about many rows at once; null when there are not many. */
export function manyRowsSentence(
  { compared }: Pick<EffectReport, 'compared'>,
  language: Language,
): string | null {
  if (compared < 2) return null;
  return language === 'de'
    ? `Hier stehen ${compared} Vergleiche. Von 20 sieht im Schnitt einer nach einer Wirkung aus, auch wenn keine Mail etwas bewirkt.`
    : `There are ${compared} comparisons here. Of 20, one on average looks like an effect even if no mail does anything.`;
}

/** 0.0123 → "12"; one decimal below 10. Never "-0". */
export function perThousand(share: number, language: Language): string {
  const value = 1000 * share;
  const digits = Math.abs(value) < 9.95 ? 1 : 0;
  const text = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    maximumFractionDigits: digits,
  });
  return text.format(Math.abs(value) < 0.05 ? 0 : value);
}
