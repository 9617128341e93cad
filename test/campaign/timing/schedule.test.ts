import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noHolidays, publicHolidays } from '../../../src/campaign/timing/holidays.ts';
import { createSchedule, scheduleOf, TimingError } from '../../../src/campaign/timing/schedule.ts';
import { offsetAt } from '../../../src/campaign/timing/zone.ts';
import { type Timing, WEEKDAYS } from '../../../src/library/schema.ts';

const isHoliday = await publicHolidays();
const NOTHING: Timing = { skipHolidays: false, timeZones: {} };
const OFFICE: Timing = {
  window: { from: '08:00', to: '18:00' },
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  skipHolidays: true,
  timeZones: {},
};
const schedule = (timing: Partial<Timing>) =>
  createSchedule({ timing: { ...NOTHING, ...timing }, homeTimeZone: 'Europe/Berlin', isHoliday });
const next = (timing: Partial<Timing>, now: string, country: string | null = 'DE') =>
  schedule(timing).sendTime(new Date(now), country).toISOString().slice(0, 16);

describe('the send time', () => {
  it('is now when nothing is set, and when now is allowed', () => {
    const now = new Date('2026-11-24T23:59:59.999Z');
    expect(schedule({}).sendTime(now, 'DE')).toEqual(now);
    const noon = new Date('2026-11-24T11:00:00.123Z');
    expect(schedule(OFFICE).sendTime(noon, 'DE')).toEqual(noon);
  });

  it('waits for the window by the recipient’s clock, its end not included', () => {
    const { window } = OFFICE;
    expect(next({ window }, '2026-11-24T06:59')).toBe('2026-11-24T07:00');
    expect(next({ window }, '2026-11-24T16:59')).toBe('2026-11-24T16:59');
    expect(next({ window }, '2026-11-24T17:00')).toBe('2026-11-25T07:00');
    expect(next({ window }, '2026-11-24T08:00', 'US')).toBe('2026-11-24T13:00');
    expect(next({ window }, '2026-11-24T08:00', 'JP')).toBe('2026-11-24T08:00');
    expect(next({ window }, '2026-11-24T09:00', 'JP')).toBe('2026-11-24T23:00');
    expect(next({ window, timeZones: { US: 'America/Los_Angeles' } }, '2026-11-24T13:00', 'US')).toBe(
      '2026-11-24T16:00',
    );
  });

  it('may lie in a window over midnight', () => {
    const window = { from: '20:00', to: '06:00' };
    expect(next({ window }, '2026-11-24T22:00')).toBe('2026-11-24T22:00');
    expect(next({ window }, '2026-11-25T04:59')).toBe('2026-11-25T04:59');
    expect(next({ window }, '2026-11-25T05:00')).toBe('2026-11-25T19:00');
    // Monday's first hours count as Monday, not as Sunday's night
    expect(next({ window, days: ['mon'] }, '2026-11-29T20:00')).toBe('2026-11-29T23:00');
  });

  it('passes over weekends and public holidays', () => {
    // Friday evening
    expect(next(OFFICE, '2026-11-27T18:00')).toBe('2026-11-30T07:00');
    // Maundy Thursday evening: Good Friday, a weekend, Easter Monday
    expect(next(OFFICE, '2027-03-25T18:00')).toBe('2027-03-30T06:00');
    expect(next(OFFICE, '2027-03-25T18:00', 'US')).toBe('2027-03-25T18:00');
    expect(next({ ...OFFICE, skipHolidays: false }, '2027-03-25T18:00')).toBe('2027-03-26T07:00');
  });

  it('takes a customer without a country to be at home, on holidays too', () => {
    expect(next(OFFICE, '2026-12-24T18:00', null)).toBe('2026-12-28T07:00');
  });

  it('is right where clocks are put forward or back', () => {
    const window = { from: '02:30', to: '02:45' };
    // 28 March has no such time in Berlin; on 25 October it comes twice
    expect(next({ window }, '2027-03-27T02:00')).toBe('2027-03-29T00:30');
    expect(next({ window }, '2026-10-24T22:00')).toBe('2026-10-25T00:30');
    expect(next({ window }, '2026-10-25T00:50')).toBe('2026-10-25T01:30');
    // Clocks are put forward at midnight in Santiago: the day begins at one
    expect(next({ days: ['sun'] }, '2027-09-04T12:00', 'CL')).toBe('2027-09-05T04:00');
  });

  it('says so when the settings leave no time at all', () => {
    const never = schedule({ window: { from: '08:00', to: '08:00' } });
    expect(() => never.sendTime(new Date('2026-11-24'), 'DE')).toThrow(TimingError);
    const holidays = createSchedule({
      timing: OFFICE,
      homeTimeZone: 'Europe/Berlin',
      isHoliday: () => true,
    });
    expect(() => holidays.sendTime(new Date('2026-11-24'), null)).toThrow(/60 days.*settings\.yaml/);
  });

  it('is the first moment, from now on, that the recipient’s clock and calendar allow; in every zone', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
      .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
    const cases = fc.record({
      zone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      now: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2029, 0) }),
      window: fc.option(fc.record({ from: time, to: time }), { nil: undefined }),
      days: fc.option(fc.subarray([...WEEKDAYS], { minLength: 1 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(cases, ({ zone, now, window, days }) => {
        fc.pre(window?.from !== window?.to || window === undefined);
        const allowed = (at: number) => {
          const clock = new Date(at + offsetAt(at, zone)).toISOString();
          const day = WEEKDAYS[(new Date(clock).getUTCDay() + 6) % 7] as (typeof WEEKDAYS)[number];
          const shown = clock.slice(11, 16);
          const inWindow =
            !window ||
            (window.from < window.to
              ? shown >= window.from && shown < window.to
              : shown >= window.from || shown < window.to);
          return inWindow && (!days || days.includes(day));
        };
        const timing = { ...NOTHING, window, days, timeZones: { DE: zone } };
        const found = createSchedule({ timing, homeTimeZone: 'UTC', isHoliday: noHolidays })
          .sendTime(new Date(now), 'DE')
          .getTime();
        expect(found).toBeGreaterThanOrEqual(now);
        expect(allowed(found)).toBe(true);
        if (found > now) expect(allowed(found - 1)).toBe(false);
        const QUARTER = 900_000;
        for (let at = Math.ceil(now / QUARTER) * QUARTER; at < found; at += QUARTER) {
          expect(allowed(at)).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on what was asked before', () => {
    const moments = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 200 * 24 }), fc.constantFrom('DE', 'US', null)),
      { minLength: 2, maxLength: 10 },
    );
    fc.assert(
      fc.property(moments, (asked) => {
        const one = schedule(OFFICE);
        for (const [hours, country] of asked) {
          const now = new Date(Date.UTC(2026, 10, 1) + hours * 3_600_000);
          expect(one.sendTime(now, country)).toEqual(schedule(OFFICE).sendTime(now, country));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is quick to tell for a million customers', () => {
    const one = schedule(OFFICE);
    const start = Date.UTC(2026, 10, 24);
    const began = performance.now();
    for (let i = 0; i < 100_000; i += 1) one.later(new Date(start), 'DE', (i % 1440) * 60_000);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('spreading over allowed time', () => {
  it('goes on the next morning where it stopped in the evening', () => {
    const later = (hours: number) =>
      schedule(OFFICE)
        .later(new Date('2026-11-27T15:00Z'), 'DE', hours * 3_600_000)
        .toISOString()
        .slice(0, 16);
    expect(later(1.5)).toBe('2026-11-27T16:30');
    // Friday 18:00 is Monday 08:00
    expect(later(2)).toBe('2026-11-30T07:00');
    expect(later(3)).toBe('2026-11-30T08:00');
    expect(later(12)).toBe('2026-12-01T07:00');
  });

  it('keeps the order, and as much allowed time in between', () => {
    const one = schedule(OFFICE);
    const start = new Date('2026-11-24T03:00Z');
    const minutes = fc.integer({ min: 0, max: 6000 });
    fc.assert(
      fc.property(minutes, minutes, fc.constantFrom('DE', 'US', 'JP', null), (a, b, country) => {
        const at = (m: number) => one.later(start, country, m * 60_000);
        expect(Math.sign(at(a).getTime() - at(b).getTime())).toBe(Math.sign(a - b));
        expect(one.later(at(a), country, b * 60_000)).toEqual(at(a + b));
      }),
    );
  });
});

describe('a library’s schedule', () => {
  it('is made once for its settings', async () => {
    const settings = { timing: OFFICE, nightly: { cron: '', timeZone: 'Europe/Berlin' } };
    expect(await scheduleOf(settings)).toBe(await scheduleOf(settings));
    const christmas = new Date('2026-12-25T12:00Z');
    expect((await scheduleOf(settings)).sendTime(christmas, 'DE')).not.toEqual(christmas);
  });
});
