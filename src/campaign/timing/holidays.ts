/** Whether a day (YYYY-MM-DD) is a public holiday in a country (ISO 3166-1 alpha-2). */
export type HolidayCalendar = (country: string, day: string) => boolean;

/** For those who send on holidays too. */
export const noHolidays: HolidayCalendar = () => false;

/** On a holiday nobody works in the morning; what begins later, such as New Year's Eve in Iceland, is a working day. */
const MORNING = 9 * 3_600_000;
const DAY = 86_400_000;

let calendar: Promise<HolidayCalendar> | undefined;

/**
 * Public holidays of a whole country (those of single states or regions are not known by a country's code alone),
 * substitute days included. A country that date-holidays does not know has none.
 */
export function publicHolidays(): Promise<HolidayCalendar> {
  calendar ??= load();
  return calendar;
}

/** The package brings the rules of the whole world: read only where they are asked for. */
async function load(): Promise<HolidayCalendar> {
  const { default: Holidays } = await import('date-holidays');
  const countries = new Map<string, InstanceType<typeof Holidays>>();
  const years = new Map<string, Set<string>>();

  function daysOf(country: string, year: number): string[] {
    let holidays = countries.get(country);
    if (!holidays) {
      holidays = new Holidays(country, { types: ['public'] });
      countries.set(country, holidays);
    }
    return holidays.getHolidays(year).flatMap(({ date, start, end }) => {
      // `date` is the country's own clock; from the two moments only the length is taken.
      const from = Date.parse(`${date.slice(0, 10)}T${date.slice(11, 19)}Z`);
      return daysWithMorning(from, from + (end.getTime() - start.getTime()));
    });
  }

  return (country, day) => {
    const year = Number(day.slice(0, 4));
    const key = `${country} ${year}`;
    let days = years.get(key);
    if (!days) {
      // Some last several days and begin in the old year.
      days = new Set([...daysOf(country, year - 1), ...daysOf(country, year)]);
      years.set(key, days);
    }
    return days.has(day);
  };
}

/** The days whose morning lies in a span of time, both ends as if the clock showed UTC. */
function daysWithMorning(from: number, until: number): string[] {
  const days: string[] = [];
  for (let day = Math.floor(from / DAY) * DAY; day + MORNING < until; day += DAY) {
    if (day + MORNING >= from) days.push(new Date(day).toISOString().slice(0, 10));
  }
  return days;
}
