import type { Language } from '../domain/customer.ts';
import type { Effect, EffectReport } from './effects.ts';
import { LEAST_BUYERS, LEAST_PEOPLE } from './estimate.ts';

/**
 * What may be said about one row, as a sentence or two for people. Never more than the numbers carry: where nothing
 * can be known, it says so.
 */
export function effectSentence(
  effect: Effect,
  report: Pick<EffectReport, 'windowDays' | 'compared'>,
  language: Language,
): string {
  const said = language === 'de' ? german(effect, report) : english(effect, report);
  const isDifference = effect.verdict === 'more' || effect.verdict === 'fewer';
  return isDifference && report.compared > 1
    ? `${said} ${amongMany(effect.standsOut, report.compared, language)}`
    : said;
}

function german(
  { verdict, result, heldOut }: Effect,
  { windowDays }: Pick<EffectReport, 'windowDays'>,
): string {
  const n = (share: number) => perThousand(share, 'de');
  if (verdict === 'no_holdout')
    return 'Ohne Vergleichsgruppe lässt sich keine Wirkung messen (rules.holdout in settings.yaml).';
  if (verdict === 'too_early')
    return `Noch zu früh: Gezählt wird, wenn nach der Mail ${windowDays} Tage vorbei sind.`;
  if (result === null)
    return `Zu wenige, um etwas zu wissen. Dafür braucht es in beiden Gruppen mindestens ${LEAST_PEOPLE} Personen${
      heldOut.people < LEAST_PEOPLE ? '' : ` und zusammen mindestens ${LEAST_BUYERS} Käufer`
    }.`;
  const { difference, low, high, detectable } = result;
  if (verdict === 'more')
    return `Von 1.000 Angeschriebenen kauften ${n(difference)} mehr als ohne Mail (95-%-Bereich: ${n(low)} bis ${n(high)}).`;
  if (verdict === 'fewer')
    return `Von 1.000 Angeschriebenen kauften ${n(-difference)} weniger als ohne Mail (95-%-Bereich: ${n(-high)} bis ${n(-low)}).`;
  return (
    `Kein Unterschied nachweisbar: Auf 1.000 Angeschriebene kann alles zwischen ${n(-low)} weniger und ${n(high)} mehr ` +
    `stimmen. Bei dieser Größe hätte sich erst ein Unterschied ab etwa ${n(detectable)} zeigen können.`
  );
}

function english(
  { verdict, result, heldOut }: Effect,
  { windowDays }: Pick<EffectReport, 'windowDays'>,
): string {
  const n = (share: number) => perThousand(share, 'en');
  if (verdict === 'no_holdout')
    return 'Without a holdout no effect can be measured (rules.holdout in settings.yaml).';
  if (verdict === 'too_early')
    return `Too early: people count when ${windowDays} days have passed since their mail.`;
  if (result === null)
    return `Too few to know anything. It takes at least ${LEAST_PEOPLE} people in both groups${
      heldOut.people < LEAST_PEOPLE ? '' : ` and at least ${LEAST_BUYERS} buyers in all`
    }.`;
  const { difference, low, high, detectable } = result;
  if (verdict === 'more')
    return `Of 1,000 mailed people ${n(difference)} more bought than without a mail (95 % range: ${n(low)} to ${n(high)}).`;
  if (verdict === 'fewer')
    return `Of 1,000 mailed people ${n(-difference)} fewer bought than without a mail (95 % range: ${n(-high)} to ${n(-low)}).`;
  return (
    `No difference can be shown: for 1,000 mailed people, anything between ${n(-low)} fewer and ${n(high)} more may be ` +
    `true. With groups of this size, only a difference from about ${n(detectable)} could have shown.`
  );
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
