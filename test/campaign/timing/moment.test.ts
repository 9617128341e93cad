import { describe, expect, it } from 'vitest';
import { MomentError, parseMoment, sayMoment } from '../../../src/campaign/timing/moment.ts';

const parsed = (text: string) => parseMoment(text, 'Europe/Berlin').toISOString();

describe('a moment', () => {
  it('is meant by the clocks at home, unless it has an offset of its own', () => {
    expect(parsed('2026-12-01T09:00')).toBe('2026-12-01T08:00:00.000Z');
    expect(parsed('2026-07-01 09:00')).toBe('2026-07-01T07:00:00.000Z');
    expect(parsed('2026-12-01T09:00:00')).toBe('2026-12-01T08:00:00.000Z');
    expect(parsed('2026-12-01T09:00-05:00')).toBe('2026-12-01T14:00:00.000Z');
    expect(parsed('2026-12-01T09:00Z')).toBe('2026-12-01T09:00:00.000Z');
  });

  it('that comes twice is its first', () => {
    expect(parsed('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('that clocks skip is refused, like what is none', () => {
    expect(() => parsed('2027-03-28T02:30')).toThrow(/no 02:30 on 2027-03-28 in Europe\/Berlin/);
    for (const text of [
      '',
      'tomorrow',
      '2026-12-01',
      '2026-02-31T09:00',
      '2026-12-01T24:00',
      '2026-12-01T09:61',
      '2026-12-01T09:00+99:00',
    ]) {
      expect(() => parsed(text)).toThrow(MomentError);
    }
  });

  it('is said by both clocks', () => {
    const said = sayMoment(new Date('2026-12-01T08:00Z'), 'Europe/Berlin');
    expect(said).toBe('2026-12-01 09:00 (Europe/Berlin), 2026-12-01 08:00 UTC');
  });
});
