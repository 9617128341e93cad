import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../src/compose/day.ts';
import { seededUniform } from '../../src/compose/random.ts';

describe('a seeded random number', () => {
  it('is the first 53 bits of HMAC-SHA256, whatever the key and the words', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, fc.array(fc.oneof(text, fc.integer())), (key, words) => {
        const digest = createHmac('sha256', key).update(words.join('|')).digest();
        expect(seededUniform(key, ...words)).toBe(Number(digest.readBigUInt64BE() >> 11n) / 2 ** 53);
      }),
    );
  });
});

describe('the day of a moment', () => {
  it('is that of the time zone’s calendar, however often and in whatever order it is asked', () => {
    const zones = [
      'Europe/Berlin',
      'UTC',
      'Asia/Kathmandu',
      'America/St_Johns',
      'Pacific/Apia',
      'Australia/Eucla',
    ];
    const moment = fc.date({ min: new Date('1972-02-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (at, timeZone) => {
        const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
        expect(dayOf(at, timeZone)).toBe(day);
        expect(dayOf(new Date(at.getTime()), timeZone)).toBe(day);
      }),
    );
    const midnight = Date.parse('2026-03-29T00:00:00+01:00');
    expect(dayOf(new Date(midnight - 1), 'Europe/Berlin')).toBe('2026-03-28');
    expect(dayOf(new Date(midnight), 'Europe/Berlin')).toBe('2026-03-29');
  });
});
