const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** RFC 5322, 3.3, with the short years of 4.3; only what the day needs is looked at. */
const MAIL_DATE =
  /^(?:[a-z]+\.? ?(?:, ?| ))?(?<day>\d{1,2})[ -]+(?<month>[a-z]{3})[a-z]*[ -]+(?<year>\d{2,4}) (?<hour>\d{1,2})[:.](?<minute>\d{2})/i;

/** "Mon Jan  1 10:00:00 2024", perhaps with a time zone before the year. */
const ASCTIME =
  /^[a-z]+ (?<month>[a-z]{3})[a-z]* (?<day>\d{1,2}) (?<hour>\d{1,2}):(?<minute>\d{2})(?::\d{2})? (?:[a-z]+ |[+-]\d{4} )?(?<year>\d{4})/i;

const ISO_DATE = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[T ](?<hour>\d{2}):(?<minute>\d{2})/;

type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute', string>;

/** Before, there was no such mail; a later year is a slip. */
const FIRST_YEAR = 1980;
const LAST_YEAR = 2099;

/** Characters. What is longer says no date. */
const MAX_DATE = 500;

/** "2024-03" of a Date header, by the sender's own clock; null when it says no date that there is. */
export function monthOf(date: string): string | null {
  const text = withoutComments(date.slice(0, MAX_DATE));
  const found = MAIL_DATE.exec(text) ?? ASCTIME.exec(text) ?? ISO_DATE.exec(text);
  if (!found) return null;
  const parts = found.groups as Parts;
  const year = fullYear(parts.year);
  const month = monthNumber(parts.month);
  const day = Number(parts.day);
  const isDate =
    year >= FIRST_YEAR &&
    year <= LAST_YEAR &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= new Date(Date.UTC(year, month, 0)).getUTCDate() &&
    Number(parts.hour) <= 23 &&
    Number(parts.minute) <= 59;
  return isDate ? `${year}-${String(month).padStart(2, '0')}` : null;
}

/** Without remarks in parentheses, one in another at most, and with single spaces (RFC 5322, 3.2.2). */
const withoutComments = (date: string): string =>
  date
    .replace(/\((?:[^()]|\([^()]*\))*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const monthNumber = (month: string): number =>
  /\d/.test(month) ? Number(month) : MONTHS.indexOf(month.toLowerCase()) + 1;

/** Two digits, and three as programs wrote them that count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  if (digits.length === 3) return year + 1900;
  return year + (year < 50 ? 2000 : 1900);
}
