import { countryOfZone } from '../../../campaign/timing/country-zone.ts';
import type { HolidayCalendar } from '../../../campaign/timing/holidays.ts';
import { momentsShowing } from '../../../campaign/timing/zone.ts';
import { dayOf } from '../../../compose/day.ts';

const DAY = 86_400_000;
const NINE = 9 * 3_600_000;
/** Longer than any run of holidays. */
const SEARCHED_DAYS = 30;

/** The first nine o'clock of a working day that is still to come, by a zone's clocks and its country's holidays. */
export function nextWorkingMorning(now: Date, timeZone: string, isHoliday: HolidayCalendar): Date {
  const country = countryOfZone(timeZone);
  const today = Date.parse(`${dayOf(now, timeZone)}T00:00:00Z`);
  const mornings = Array.from({ length: SEARCHED_DAYS }, (_, n) => {
    const day = today + n * DAY;
    // no zone changes its clocks at nine in the morning
    return { day, at: momentsShowing(day + NINE, timeZone)[0] ?? day + NINE };
  }).filter(({ at }) => at > now.getTime());
  const works = ({ day }: { day: number }) => {
    const weekday = new Date(day).getUTCDay();
    const holiday = country !== null && isHoliday(country, new Date(day).toISOString().slice(0, 10));
    return weekday !== 0 && weekday !== 6 && !holiday;
  };
  const found = mornings.find(works) ?? mornings[0];
  return new Date(found?.at ?? now.getTime() + DAY);
}
