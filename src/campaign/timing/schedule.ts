import type { Settings, Timing } from '../../library/schema.ts';
import { countryOfZone, zoneOfCountry } from './country-zone.ts';
import { type HolidayCalendar, noHolidays, publicHolidays } from './holidays.ts';
import { type Stretch, stretches } from './hours.ts';

const DAY = 86_400_000;
/** A wait longer than this is a mistake in the settings, not a send window. */
const SEARCH = 60 * DAY;
/** Stretches are found once and kept for about so long: a worker runs for months, a campaign for days. */
const KEPT = 30 * DAY;

/** When mails may arrive, by the recipient's own clock. Countries are ISO 3166-1 alpha-2; null is at home. */
export interface Schedule {
  /** When a mail may go: `now`, or the next moment that is allowed. @throws TimingError */
  sendTime(now: Date, country: string | null): Date;
  /**
   * The moment at which so much of the allowed time has passed since `start`. Mails that are spread over a send
   * window's time go on where they stopped the day before, rather than all at once when it opens.
   * @param allowed milliseconds
   * @throws TimingError
   */
  later(start: Date, country: string | null, allowed: number): Date;
}

/** The settings leave no time for mails. */
export class TimingError extends Error {
  constructor(from: number, country: string | null) {
    super(
      `No mail may go to ${country ?? 'customers without a country'} within ${SEARCH / DAY} days from ` +
        `${new Date(from).toISOString().slice(0, 10)}. Correct "timing" in the library's settings.yaml.`,
    );
    this.name = 'TimingError';
  }
}

const schedules = new WeakMap<object, Promise<Schedule>>();

/** The schedule that a library's settings describe; made once for each settings object. */
export function scheduleOf(settings: Pick<Settings, 'timing' | 'nightly'>): Promise<Schedule> {
  let schedule = schedules.get(settings);
  if (!schedule) {
    const { timing, nightly } = settings;
    schedule = (timing.skipHolidays ? publicHolidays() : Promise.resolve(noHolidays)).then((isHoliday) =>
      createSchedule({ timing, homeTimeZone: nightly.timeZone, isHoliday }),
    );
    schedules.set(settings, schedule);
  }
  return schedule;
}

/** A schedule that remembers for each country what it has found out: planning asks it for every customer. */
export function createSchedule(given: {
  timing: Timing;
  homeTimeZone: string;
  isHoliday: HolidayCalendar;
}): Schedule {
  const { timing } = given;
  const always = !timing.window && !timing.days && !timing.skipHolidays;
  const known = new Map<string | null, { found: Stretch[]; more: Generator<Stretch, never> }>();
  let home: string | null | undefined;

  function homeCountry(): string | null {
    if (home === undefined) home = countryOfZone(given.homeTimeZone);
    return home;
  }

  function begin(at: number, country: string | null) {
    const lived = country ?? (timing.skipHolidays ? homeCountry() : null);
    const more = stretches(at, {
      zone: zoneOfCountry(country, timing.timeZones, given.homeTimeZone),
      window: timing.window,
      days: timing.days,
      isHoliday: (day) => timing.skipHolidays && lived !== null && given.isHoliday(lived, day),
    });
    return { found: [more.next().value], more };
  }

  function* from(at: number, country: string | null): Generator<Stretch, never> {
    let line = known.get(country);
    const first = line?.found[0]?.from ?? Number.POSITIVE_INFINITY;
    if (!line || at < first || at > first + KEPT) {
      // A day early, because not everybody asks in the order of time.
      line = begin(at - DAY, country);
      known.set(country, line);
    }
    for (let index = 0; ; index += 1) {
      const stretch = line.found[index] ?? line.more.next().value;
      line.found[index] = stretch;
      if (stretch.until > at) yield stretch;
    }
  }

  function later(start: Date, country: string | null, allowed: number): Date {
    const at = start.getTime();
    if (always) return new Date(at + allowed);
    let left = allowed;
    let lastOpen = at;
    for (const stretch of from(at, country)) {
      if (stretch.from > lastOpen + SEARCH) break;
      if (!stretch.open) continue;
      const opens = Math.max(stretch.from, at);
      if (left < stretch.until - opens) return new Date(opens + left);
      left -= stretch.until - opens;
      lastOpen = stretch.until;
    }
    throw new TimingError(lastOpen, country);
  }

  return { later, sendTime: (now, country) => later(now, country, 0) };
}
