import { countryOfZone } from '../../../campaign/timing/country-zone.ts';
import type { HolidayCalendar } from '../../../campaign/timing/holidays.ts';
import { momentsShowing } from '../../../campaign/timing/zone.ts';
import { dayOf } from '../../../compose/day.ts';

const DAY = 86_400_000;
const NINE = 9 * 3_600_000;
/** Longer than any run of holidays. */
const SEARCHED_DAYS = 30;

/** Nine o'clock on the next working day after `now`, by the clocks of a time zone and the holidays of its country. */
export function nextWorkingMorning(now: Date, timeZone: string, isHoliday: HolidayCalendar): Date {
  const country = countryOfZone(timeZone);
  const today = Date.parse(`${dayOf(now, timeZone)}T00:00:00Z`);
  const days = Array.from({ length: SEARCHED_DAYS }, (_, n) => today + (n + 1) * DAY);
  const works = (day: number) => {
    const weekday = new Date(day).getUTCDay();
    const holiday = country !== null && isHoliday(country, new Date(day).toISOString().slice(0, 10));
    return weekday !== 0 && weekday !== 6 && !holiday;
  };
  const day = days.find(works) ?? today + DAY;
  // no zone changes its clocks at nine in the morning
  return new Date(momentsShowing(day + NINE, timeZone)[0] ?? day + NINE);
}
