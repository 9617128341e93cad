const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * How far a zone's clocks are ahead of UTC at a moment.
 * @param at milliseconds since 1970
 * @param zone IANA name, e.g. "Europe/Berlin"
 * @returns milliseconds; negative west of Greenwich
 * @throws RangeError for a zone that does not exist
 */
export function offsetAt(at: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  // "12/1/2026, GMT+05:30"; plain "GMT" for none, seconds only in the distant past
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(at));
  if (!match) return 0;
  const [, sign, hours, minutes, seconds = 0] = match;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === '-' ? -size : size) * 1000;
}

/**
 * The first moment after `earlier`, not after `later`, at which the zone's clocks have been put forward or back.
 * They must differ between the two, by one change only. All in milliseconds since 1970.
 */
export function clockChange(earlier: number, later: number, zone: string): number {
  const before = offsetAt(earlier, zone);
  let [low, high] = [earlier, later];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The moments at which a zone's clocks show this time: one as a rule, none when it is skipped in spring, two when
 * it comes twice in autumn, the earlier one first.
 * @param shown the time on the clock, as if it were UTC, in milliseconds since 1970
 */
export function momentsShowing(shown: number, zone: string): number[] {
  const DAY = 86_400_000;
  const offsets = new Set([offsetAt(shown - DAY, zone), offsetAt(shown + DAY, zone)]);
  return [...offsets]
    .map((offset) => shown - offset)
    .filter((at) => at + offsetAt(at, zone) === shown)
    .sort((a, b) => a - b);
}
