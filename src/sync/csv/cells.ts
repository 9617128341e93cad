import type { ConsentBasis } from '../../domain/customer.ts';
import { type Parsed, parseQuantity, parseRatio, realDay, shorten } from '../figures.ts';
import type { PurchaseRow } from '../rows.ts';

/** Values of cells as people in Germany and elsewhere type them. */

const wrong = <T>(code: string, message: string): Parsed<T> => ({ ok: false, code, message });

/** 0,25 and 0.25 and 25 % are the same. */
export function ratioCell(text: string | null): Parsed<number | null> {
  const percent = /^([\d.,]+)\s*%$/.exec(text ?? '');
  if (percent) {
    const parsed = parseRatio(String(Number(decimal(percent[1] ?? '')) / 100));
    return parsed.ok ? parsed : wrong(parsed.code, `"${shorten(text ?? '')}" is not between 0 % and 100 %.`);
  }
  const parsed = parseRatio(text === null ? null : decimal(text));
  if (parsed.ok) return parsed;
  const hint = /Did you mean.*$/.exec(parsed.message)?.[0] ?? '';
  return wrong(
    parsed.code,
    `"${shorten(text ?? '')}" is not a number from 0 to 1, e.g. 0,25 or 0.25.${hint && ` ${hint}`}`,
  );
}

export function quantityCell(text: string | null): Parsed<number> {
  const parsed = parseQuantity(text === null ? null : decimal(text));
  return parsed.ok
    ? parsed
    : wrong(parsed.code, `"${shorten(text ?? '')}" is not a number of pieces, e.g. 2 or -1.`);
}

/** A German decimal comma becomes a point; thousands separators are not understood, lest 1.500 becomes 1.5. */
function decimal(text: string): string {
  return /^[+-]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text;
}

/** YYYY-MM-DD or DD.MM.YYYY, also followed by a time. */
export function dateCell(text: string | null): Parsed<string> {
  const expected = 'is not a date. Write it as 2026-03-31 or 31.03.2026.';
  if (text === null) return wrong('date_missing', 'is empty. Write a date as 2026-03-31 or 31.03.2026.');
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T].*)?$/.exec(text);
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[ T].*)?$/.exec(text);
  const pad = (part: string | undefined) => (part ?? '').padStart(2, '0');
  const day = german ? `${german[3]}-${pad(german[2])}-${pad(german[1])}` : (iso?.[1] ?? '');
  const real = realDay(day);
  return real === null
    ? wrong('date_unreadable', `"${shorten(text)}" ${expected}`)
    : { ok: true, value: real };
}

const YES = new Set(['true', 'yes', 'ja', 'wahr', '1', 'x']);
const NO = new Set(['false', 'no', 'nein', 'falsch', '0']);

/** Empty means no. */
export function booleanCell(text: string | null): Parsed<boolean> {
  if (text === null) return { ok: true, value: false };
  const word = text.toLowerCase();
  if (YES.has(word)) return { ok: true, value: true };
  if (NO.has(word)) return { ok: true, value: false };
  return wrong('not_yes_or_no', `"${shorten(text)}" is neither yes nor no (ja, nein, true, false, 1, 0).`);
}

const CONSENT: Record<string, ConsentBasis> = {
  consent: 'consent',
  einwilligung: 'consent',
  existing_customer: 'existing_customer',
  bestandskunde: 'existing_customer',
  none: 'none',
  keine: 'none',
};

/** Empty means none: nobody is written to on a guess. */
export function consentCell(text: string | null): Parsed<ConsentBasis> {
  if (text === null) return { ok: true, value: 'none' };
  const value = CONSENT[text.toLowerCase().replace(/[\s-]+/g, '_')];
  if (value) return { ok: true, value };
  return wrong('consent_unknown', `"${shorten(text)}" is not one of consent, existing_customer, none.`);
}

const STATUS: Record<string, PurchaseRow['status']> = {
  kept: 'kept',
  behalten: 'kept',
  geliefert: 'kept',
  delivered: 'kept',
  returned: 'returned',
  refunded: 'returned',
  retourniert: 'returned',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  storniert: 'cancelled',
};

/** Empty means kept. */
export function statusCell(text: string | null): Parsed<PurchaseRow['status']> {
  if (text === null) return { ok: true, value: 'kept' };
  const value = STATUS[text.toLowerCase()];
  if (value) return { ok: true, value };
  return wrong('status_unknown', `"${shorten(text)}" is not one of kept, returned, cancelled.`);
}

/** Ids are stored as they are; they must not be longer than this. */
const LONGEST_ID = 200;

export function idCell(text: string | null): Parsed<string> {
  if (text === null) return wrong('id_missing', 'is empty. Every record needs its own id.');
  if (text.length > LONGEST_ID) return wrong('id_too_long', `is longer than ${LONGEST_ID} characters.`);
  return { ok: true, value: text };
}
