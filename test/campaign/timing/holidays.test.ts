import { describe, expect, it } from 'vitest';
import { publicHolidays } from '../../../src/campaign/timing/holidays.ts';

const isHoliday = await publicHolidays();

describe('public holidays', () => {
  it('are those of the whole country', () => {
    const germany = ['2026-01-01', '2026-04-03', '2026-05-14', '2026-10-03', '2026-12-25', '2026-12-26'];
    for (const day of germany) expect(isHoliday('DE', day)).toBe(true);
    // Epiphany is one in three states; Christmas Eve is none; the fourth of July is America's
    for (const day of ['2026-01-06', '2026-12-24', '2026-07-04', '2026-11-23'])
      expect(isHoliday('DE', day)).toBe(false);
    expect(isHoliday('AT', '2026-01-06')).toBe(true);
    expect(isHoliday('US', '2026-07-04')).toBe(true);
  });

  it('include the working day that stands for one on a weekend', () => {
    expect(isHoliday('GB', '2026-12-28')).toBe(true);
  });

  it('may last several days', () => {
    const eid = ['2026-05-26', '2026-05-27', '2026-05-28', '2026-05-29'];
    expect(eid.map((day) => isHoliday('SA', day))).toEqual([true, true, true, true]);
    expect(isHoliday('SA', '2026-05-30')).toBe(false);
  });

  it('that begin in the afternoon leave a working day', () => {
    expect(isHoliday('IS', '2026-12-24')).toBe(false);
    expect(isHoliday('IS', '2026-12-25')).toBe(true);
  });

  it('are none in a country that nobody has described', () => {
    expect(isHoliday('XX', '2026-12-25')).toBe(false);
  });
});
