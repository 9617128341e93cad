import { MAX_QUANTITY } from './rows.ts';

/** A parsed value, or why there is none. Codes are stable, messages for people. */
export type Parsed<T> =
  | { ok: true; value: T; note?: { code: string; message: string } }
  | { ok: false; code: string; message: string };

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;

/** A number as CRMs write it, with a decimal point; NaN when it is none. */
function toNumber(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** An innovation ratio, 0 to 1. Empty means that nobody set one. */
export function parseRatio(text: string | null): Parsed<number | null> {
  if (text === null || text.trim() === '') return { ok: true, value: null };
  const value = toNumber(text.trim());
  if (Number.isNaN(value)) {
    return {
      ok: false,
      code: 'ratio_unreadable',
      message: `Innovation ratio "${shorten(text)}" is not a number.`,
    };
  }
  if (value < 0 || value > 1) {
    const hint = value > 1 && value <= 100 ? ` Did you mean ${value / 100}?` : '';
    return {
      ok: false,
      code: 'ratio_out_of_range',
      message: `Innovation ratio ${shorten(text)} is not between 0 and 1.${hint}`,
    };
  }
  return { ok: true, value: Math.round(value * 10_000) / 10_000 };
}

/**
 * Pieces; negative for a return; missing means one. Half pieces don't exist: fractions are rounded up, away
 * from zero, so that a return of what was bought brings it back to zero.
 */
export function parseQuantity(text: string | null): Parsed<number> {
  if (text === null || text.trim() === '') return { ok: true, value: 1 };
  const value = toNumber(text.trim());
  if (Number.isNaN(value)) {
    return {
      ok: false,
      code: 'quantity_unreadable',
      message: `Quantity "${shorten(text)}" is not a number.`,
    };
  }
  if (Math.abs(value) > MAX_QUANTITY) {
    return {
      ok: false,
      code: 'quantity_out_of_range',
      message: `Quantity ${shorten(text)} is more than ${MAX_QUANTITY.toLocaleString('en')} pieces.`,
    };
  }
  // "+ 0" turns -0 into 0
  const whole = Math.sign(value) * Math.ceil(Math.abs(value)) + 0;
  if (whole === value) return { ok: true, value: whole };
  return {
    ok: true,
    value: whole,
    note: { code: 'quantity_rounded', message: `Quantity ${shorten(text)} was rounded to ${whole}.` },
  };
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
let berlin: Intl.DateTimeFormat | undefined;

/**
 * The day in Germany on which a moment fell, YYYY-MM-DD. Takes ISO 8601, a date alone, or milliseconds since
 * 1970 as text; null when it is none of these or absurd.
 */
export function dayInGermany(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  if (DAY.test(trimmed)) return realDay(trimmed);
  const moment = toMoment(trimmed);
  if (!moment) return null;
  berlin ??= new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
  return realDay(berlin.format(moment));
}

/** A moment as ISO 8601 in UTC; null when it is none. */
export function isoMoment(text: string | null): string | null {
  const moment = text === null ? undefined : toMoment(text.trim());
  return moment && realDay(moment.toISOString().slice(0, 10)) !== null ? moment.toISOString() : null;
}

function toMoment(text: string): Date | undefined {
  const value = /^\d{10,14}$/.test(text)
    ? Number(text)
    : /^\d{4}-\d{2}-\d{2}(T|$)/.test(text)
      ? Date.parse(text)
      : NaN;
  return Number.isNaN(value) ? undefined : new Date(value);
}

/** The date if it is in the calendar and a purchase could have been made on it. */
export function realDay(day: string): string | null {
  const match = DAY.exec(day);
  if (!match) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1900 || year > 2199) return null;
  const moment = new Date(Date.UTC(year, month - 1, date));
  return moment.getUTCMonth() === month - 1 && moment.getUTCDate() === date ? day : null;
}

/** Values are quoted in messages, but not at length. */
export function shorten(text: string): string {
  const clean = text.replace(/\s+/g, ' ').trim().toWellFormed();
  return clean.length > 40 ? `${clean.slice(0, 39)}…`.toWellFormed() : clean;
}
