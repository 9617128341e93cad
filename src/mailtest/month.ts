const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** RFC 5322, 3.3, with the two-digit years of 4.3; only what the day needs is looked at. */
const MAIL_DATE = /^(?:[a-z]+\.?,? +)?(\d{1,2})[ -]+([a-z]{3})[a-z]*[ -]+(\d{4}|\d{2}) +(\d{1,2}):(\d{2})/i;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})/;

/** Before, there was no such mail; a later year is a slip. */
const FIRST_YEAR = 1980;
const LAST_YEAR = 2099;

/** "2024-03" of a Date header, by the sender's own clock; null when it says no date that there is. */
export function monthOf(date: string): string | null {
  const text = date.trim();
  const mail = MAIL_DATE.exec(text);
  const iso = mail ? null : ISO_DATE.exec(text);
  const [year, month, day, hour, minute] = mail
    ? [
        fullYear(mail[3] as string),
        MONTHS.indexOf((mail[2] as string).toLowerCase()) + 1,
        mail[1],
        mail[4],
        mail[5],
      ]
    : iso
      ? [Number(iso[1]), Number(iso[2]), iso[3], iso[4], iso[5]]
      : [0, 0, 0, 0, 0];
  const isDate =
    year >= FIRST_YEAR &&
    year <= LAST_YEAR &&
    month >= 1 &&
    month <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= new Date(Date.UTC(year, month, 0)).getUTCDate() &&
    Number(hour) <= 23 &&
    Number(minute) <= 59;
  return isDate ? `${year}-${String(month).padStart(2, '0')}` : null;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year + (year < 50 ? 2000 : 1900);
}
