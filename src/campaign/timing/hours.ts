import { type Timing, WEEKDAYS } from '../../library/schema.ts';
import { clockChange, offsetAt } from './zone.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** When mails may arrive at one place. */
export interface Hours {
  /** IANA time zone of the place's clocks. */
  zone: string;
  window: Timing['window'];
  days: Timing['days'];
  /** Whether a day (YYYY-MM-DD) is a holiday there. */
  isHoliday: (day: string) => boolean;
}

/** A time from one moment to another, the latter not included, in which mails may always arrive or never. */
export interface Stretch {
  /** Milliseconds since 1970. */
  from: number;
  until: number;
  open: boolean;
}

/**
 * Time from a moment on, cut where mails may begin or must stop to arrive. Each moment is judged by the day and time
 * that the place's clocks show then: a window from 20:00 to 06:00 on Mondays means Monday's first six and last four
 * hours. Where clocks are put forward or back, a stretch is shorter, longer, or comes twice.
 *
 * @param start milliseconds since 1970
 */
export function* stretches(start: number, hours: Hours): Generator<Stretch, never> {
  const isOpen = judge(hours);
  for (let from = start; ; ) {
    const until = nextLook(from, hours);
    yield { from, until, open: isOpen(from + offsetAt(from, hours.zone)) };
    from = until;
  }
}

/** Whether mails may arrive when the clock shows this time (as if it were UTC, in milliseconds since 1970). */
function judge({ window, days, isHoliday }: Hours): (shown: number) => boolean {
  const [opens, closes] = window ? [sinceMidnight(window.from), sinceMidnight(window.to)] : [0, DAY];
  const inWindow = (time: number) =>
    opens <= closes ? time >= opens && time < closes : time >= opens || time < closes;
  return (shown) => {
    const date = new Date(shown);
    const weekday = WEEKDAYS[(date.getUTCDay() + 6) % 7];
    if (days && !days.some((day) => day === weekday)) return false;
    return inWindow(shown % DAY) && !isHoliday(date.toISOString().slice(0, 10));
  };
}

/** The next moment that may be judged otherwise: midnight, an end of the window, or a change of the clocks. */
function nextLook(at: number, { zone, window }: Hours): number {
  const offset = offsetAt(at, zone);
  const midnight = Math.floor((at + offset) / DAY) * DAY;
  const bounds = [...(window ? [sinceMidnight(window.from), sinceMidnight(window.to)] : []), DAY]
    .map((time) => midnight + time - offset)
    .filter((bound) => bound > at);
  const next = Math.min(...bounds);
  return offsetAt(next, zone) === offset ? next : clockChange(at, next, zone);
}

/** What "08:30" is in milliseconds since midnight. */
function sinceMidnight(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return (hours * 60 + minutes) * MINUTE;
}
