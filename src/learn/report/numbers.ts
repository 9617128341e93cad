import type { Language } from '../../domain/customer.ts';

/** Numbers as people of one language read them. */
export interface Numbers {
  count(n: number): string;
  /** 0.0312 → "3.1": of a hundred. */
  ofHundred(share: number): string;
  /** 0.93 → "93 %"; never 0 or 100, as nothing is that sure. */
  chance(share: number): string;
  /** 0.3 → "30 %". */
  share(share: number): string;
  /** 0.025 → "2.5 %". */
  precise(share: number): string;
  /** One decimal below ten. */
  about(value: number): string;
  /** "2026-10-05" or a moment → "5 October 2026". */
  day(when: string | Date): string;
  /** The same in few letters, for the axis of a plot. */
  shortDay(day: string, period: 'week' | 'month'): string;
}

export function numbersIn(language: Language, timeZone: string): Numbers {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone });
  const written = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const short = {
    week: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric', timeZone: 'UTC' }),
    month: new Intl.DateTimeFormat(locale, { month: 'short', year: '2-digit', timeZone: 'UTC' }),
  };
  const about = (value: number) => (Math.abs(value) < 9.95 ? tenths : whole).format(tidy(value));
  /** Spaced alike in both languages, as the texts around it are. */
  const percent = (share: number, format = whole) => `${format.format(100 * share)}\u00a0%`;
  return {
    count: (n) => whole.format(n),
    ofHundred: (share) => about(100 * share),
    chance: (share) => percent(Math.min(0.99, Math.max(0.01, share))),
    precise: (share) => percent(share, exact),
    share: (share) => percent(share),
    about,
    day: (when) => (when instanceof Date ? days.format(when) : written.format(new Date(when))),
    shortDay: (day, period) => short[period].format(new Date(day)),
  };
}

/** Never "-0". */
const tidy = (value: number): number => (Math.abs(value) < 0.05 ? 0 : value);
