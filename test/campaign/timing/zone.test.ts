import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsShowing, offsetAt } from '../../../src/campaign/timing/zone.ts';

const zones = Intl.supportedValuesOf('timeZone');
const utc = (text: string) => Date.parse(`${text}Z`);
const iso = (at: number) => new Date(at).toISOString();

/** An independent reading of a zone's clock: field by field. */
function shownBy(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(
    part.year as number,
    (part.month as number) - 1,
    part.day,
    part.hour,
    part.minute,
    part.second,
  );
}

describe('a zone', () => {
  it('shows what its clocks show, everywhere and at any time', () => {
    const moment = fc.integer({ min: utc('2020-01-01T00:00'), max: utc('2040-01-01T00:00') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), moment, (zone, at) => {
        const second = Math.floor(at / 1000) * 1000;
        expect(second + offsetAt(second, zone)).toBe(shownBy(second, zone));
        expect(momentsShowing(second + offsetAt(second, zone), zone)).toContain(second);
      }),
      { numRuns: 500 },
    );
  });

  it('has no 02:30 when clocks are put forward, and two of them when they are put back', () => {
    const moments = (text: string) => momentsShowing(utc(text), 'Europe/Berlin').map(iso);
    expect(moments('2027-03-28T02:30')).toEqual([]);
    expect(moments('2026-10-25T02:30')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
    expect(moments('2026-12-01T09:00')).toEqual(['2026-12-01T08:00:00.000Z']);
  });
});
