/**
 * The clocks of all time zones differ by whole quarters of an hour, and are changed at one (a few were put back at a
 * minute past midnight, the last of them in 2011; no mail is of that time).
 */
const QUARTER = 900_000;

/** Days remembered for each time zone; those of three months are 9,000 quarters of an hour. */
const MOST = 20_000;

interface Zone {
  format: Intl.DateTimeFormat;
  /** By the number of the quarter of an hour since 1970. */
  days: Map<number, string>;
}

const zones = new Map<string, Zone>();

/**
 * The calendar day (YYYY-MM-DD) of a moment, 1972 or later, in a time zone. Decisions ask for the same days over and
 * over, and looking one up takes a hundredth of the time of formatting it.
 */
export function dayOf(moment: Date, timeZone: string): string {
  const { format, days } = zoneOf(timeZone);
  const quarter = Math.floor(moment.getTime() / QUARTER);
  let day = days.get(quarter);
  if (day === undefined) {
    day = format.format(moment);
    if (days.size >= MOST) days.clear();
    days.set(quarter, day);
  }
  return day;
}

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (!zone) {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    zone = { format, days: new Map() };
    zones.set(timeZone, zone);
  }
  return zone;
}

/** Calendar days from one day to a later one (both YYYY-MM-DD). */
export function daysBetween(earlier: string, later: string): number {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / 86_400_000);
}
