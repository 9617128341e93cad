import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayInGermany, isoMoment, parseQuantity, parseRatio, realDay } from '../../src/sync/figures.ts';

describe('parseRatio', () => {
  test.each<[string | null, number | null | string]>([
    ['0.3', 0.3],
    ['0', 0],
    ['1', 1],
    ['.5', 0.5],
    ['1e-2', 0.01],
    ['0.33333', 0.3333],
    ['', null],
    [null, null],
    ['1.5', 'ratio_out_of_range'],
    ['-0.1', 'ratio_out_of_range'],
    ['30', 'ratio_out_of_range'],
    ['0,3', 'ratio_unreadable'],
    ['viel', 'ratio_unreadable'],
    ['0x1', 'ratio_unreadable'],
    ['Infinity', 'ratio_unreadable'],
  ])('%j → %j', (text, expected) => {
    const parsed = parseRatio(text);
    expect(parsed.ok ? parsed.value : parsed.code).toBe(expected);
  });

  test('guesses that 30 was meant as 30 %', () => {
    expect(parseRatio('30')).toMatchObject({ message: expect.stringContaining('Did you mean 0.3?') });
  });
});

describe('parseQuantity', () => {
  test.each<[string | null, number | string, string?]>([
    ['2', 2],
    ['-1', -1],
    ['0', 0],
    ['-0', 0],
    ['2.0', 2],
    ['', 1],
    [null, 1],
    ['2.5', 3, 'quantity_rounded'],
    ['-2.5', -3, 'quantity_rounded'],
    ['zwei', 'quantity_unreadable'],
    ['NaN', 'quantity_unreadable'],
    ['1000001', 'quantity_out_of_range'],
    ['1e300', 'quantity_out_of_range'],
  ])('%j → %j', (text, expected, note) => {
    const parsed = parseQuantity(text);
    expect(parsed.ok ? parsed.value : parsed.code).toBe(expected);
    expect(parsed.ok ? parsed.note?.code : undefined).toBe(note);
  });

  test('a return of what was bought always brings it back to zero', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1_000_000, noNaN: true }), (pieces) => {
        const bought = parseQuantity(String(pieces));
        const returned = parseQuantity(String(-pieces));
        return bought.ok && returned.ok && bought.value + returned.value === 0 && bought.value >= pieces;
      }),
    );
  });
});

describe('dayInGermany', () => {
  test.each<[string | null, string | null]>([
    ['2024-03-01T22:59:59Z', '2024-03-01'],
    ['2024-03-01T23:00:00Z', '2024-03-02'],
    ['2024-07-01T22:30:00.000Z', '2024-07-02'],
    ['2024-12-31T23:30:00Z', '2025-01-01'],
    ['2024-03-01', '2024-03-01'],
    ['1709334000000', '2024-03-02'],
    ['2024-02-30', null],
    ['1.3.2024', null],
    ['0001-01-01T00:00:00Z', null],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%j → %j', (text, day) => {
    expect(dayInGermany(text)).toBe(day);
  });
});

test('realDay knows the calendar', () => {
  expect(['2024-02-29', '2023-02-29', '2024-13-01', '1899-12-31', '2024-1-1'].map(realDay)).toEqual([
    '2024-02-29',
    null,
    null,
    null,
    null,
  ]);
});

test('isoMoment is in UTC, or nothing', () => {
  expect(isoMoment('2024-03-01T12:00:00+02:00')).toBe('2024-03-01T10:00:00.000Z');
  expect(isoMoment('yesterday')).toBeNull();
});
