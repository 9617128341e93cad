import type { Language } from '../../domain/customer.ts';
import type { Evaluated } from './policies.ts';
import { type EvaluationReport, LEAST } from './report.ts';

/** What the policies do, as one may say it to somebody who has never heard of them. */
export const POLICY_WORDS: Readonly<Record<Language, Readonly<Record<Evaluated, string>>>> = {
  de: {
    uniform: 'das Los unter allen passenden Angeboten',
    greedy: 'immer das Angebot, das nach allen hier gezählten Antworten am besten ankommt',
    thompson: 'die Wahl, die Spielbein nach allen hier gezählten Antworten träfe',
  },
  en: {
    uniform: 'drawing lots among all fitting offers',
    greedy: 'always the offer that does best by all the answers counted here',
    thompson: 'the choice that Spielbein would make by all the answers counted here',
  },
};

/** What may be said about an evaluation: one or two sentences, never more than the numbers carry. */
export function evaluationSentence(report: EvaluationReport, language: Language): string {
  return language === 'de' ? german(report) : english(report);
}

function german(report: EvaluationReport): string {
  const { verdict, result, windowDays } = report;
  const n = (share: number) => perHundred(share, 'de');
  if (verdict === 'nothing') return 'Es wurde noch kein Angebot gezeigt.';
  if (verdict === 'too_early')
    return `Noch zu früh: Ein Angebot zählt, wenn seit der Mail ${windowDays + 1} Tage vergangen sind.`;
  if (verdict === 'no_odds' || result === null)
    return 'Zu diesen Mails ist nicht gespeichert, wie wahrscheinlich jedes Angebot war. Ohne das lässt sich nichts nachrechnen.';
  if (verdict === 'too_few')
    return (
      'Zu wenig, um etwas zu wissen. ' +
      `Dafür braucht es mindestens ${LEAST.customers} Kunden, ${LEAST.answered} Angebote mit Erfolg und so viele Fälle, in denen beide dasselbe gewählt hätten, dass sie ${LEAST.effective} Angeboten gleichkommen.`
    );
  const { low, high, value } = result.more;
  const range = (from: number, to: number) => `(95-%-Bereich: ${n(from)} bis ${n(to)})`;
  if (verdict === 'more')
    return `So hätten 100 Angebote ${n(value)} Punkte mehr gebracht ${range(low, high)}.`;
  if (verdict === 'less')
    return `So hätten 100 Angebote ${n(-value)} Punkte weniger gebracht ${range(-high, -low)}.`;
  return `Kein Unterschied nachweisbar: Je 100 Angebote kann alles zwischen ${n(Math.max(0, -low))} Punkten weniger und ${n(Math.max(0, high))} mehr stimmen.`;
}

function english(report: EvaluationReport): string {
  const { verdict, result, windowDays } = report;
  const n = (share: number) => perHundred(share, 'en');
  if (verdict === 'nothing') return 'No offer has been shown yet.';
  if (verdict === 'too_early')
    return `Too early: an offer counts when ${windowDays + 1} days have passed since its mail.`;
  if (verdict === 'no_odds' || result === null)
    return 'How likely each offer was is not stored with these mails. Without that, nothing can be worked out.';
  if (verdict === 'too_few')
    return (
      'Too little to know anything. ' +
      `It takes at least ${LEAST.customers} customers, ${LEAST.answered} offers with success, and so many cases in which both would have chosen the same that they are worth ${LEAST.effective} offers.`
    );
  const { low, high, value } = result.more;
  const range = (from: number, to: number) => `(95 % range: ${n(from)} to ${n(to)})`;
  if (verdict === 'more')
    return `That way, 100 offers would have earned ${n(value)} points more ${range(low, high)}.`;
  if (verdict === 'less')
    return `That way, 100 offers would have earned ${n(-value)} points less ${range(-high, -low)}.`;
  return `No difference can be shown: per 100 offers, anything from ${n(Math.max(0, -low))} points less to ${n(Math.max(0, high))} more may be true.`;
}

/** A value of one block as points per hundred, with as many digits as tell something. */
export function perHundred(value: number, language: Language): string {
  const points = value * 100;
  const digits = Math.abs(points) < 10 ? 2 : 1;
  const format = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: 'negative',
  });
  return format.format(points);
}
