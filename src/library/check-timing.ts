import { isTimeZone } from './cron.ts';
import type { Report } from './report.ts';
import type { Timing } from './schema.ts';
import { didYouMean } from './suggest.ts';
import type { Path } from './yaml-file.ts';

/** A send window that leaves no time, and names of countries or time zones that do not exist. */
export function checkTiming({ window, timeZones }: Timing, report: Report): void {
  if (window && window.from === window.to) {
    const message = `"from" and "to" are both ${window.from}: that leaves no time for mails`;
    const hint = 'leave "window" out to send at any time';
    report({ path: ['timing', 'window', 'to'], code: 'empty_window', message, hint });
  }
  for (const [country, zone] of Object.entries(timeZones)) {
    const path = ['timing', 'timeZones', country];
    checkCountry(country, path, report);
    checkTimeZone(zone, path, report);
  }
}

export function checkTimeZone(zone: string, path: Path, report: Report): void {
  if (isTimeZone(zone)) return;
  const hint = didYouMean(zone, Intl.supportedValuesOf('timeZone'));
  report({ path, code: 'bad_time_zone', message: `"${zone}" is no IANA time zone`, hint });
}

/** A code that is not ISO's, such as UK, would never be met: the sync writes GB. */
function checkCountry(code: string, path: Path, report: Report): void {
  const { region = code } = new Intl.Locale(`und-${code}`);
  const known = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(region) !== undefined;
  if (known && region === code) return;
  const hint = known ? `write ${region}` : 'codes as in ISO 3166-1, e.g. US';
  report({ path, code: 'unknown_country', message: `"${code}" is no country code`, hint });
}
