import { expect, test } from 'vitest';
import { syncText } from '../../src/cli/sync-progress.ts';
import { minutesLeft, timeLeft } from '../../src/cli/time-left.ts';
import { noCounts } from '../../src/sync/counts.ts';

const MINUTE = 60_000;
const counts = { ...noCounts(), customers: { inserted: 34_000, changed: 0, unchanged: 0, removed: 0 } };

test('the line of a sync says what is known: how much of the list, of the whole, and how long it takes', () => {
  const now = { mode: 'full', object: 'customers', counts } as const;
  const listing = { what: 'customers', read: 34_000, of: 200_000 };
  expect(syncText({ ...now, listing, done: 0.2399 }, 9 * MINUTE)).toBe(
    'customers 34,000 of 200,000 · 23 % · about 9 min left',
  );
  expect(syncText({ ...now, listing, done: 0.2399 }, null)).toBe('customers 34,000 of 200,000 · 23 %');
  expect(syncText({ ...now, listing: null, done: null }, null)).toBe('customers 34,000');
});

test('nothing is estimated before ten seconds were watched', () => {
  const left = timeLeft();
  expect(left(0.1, 0)).toBeNull();
  expect(left(0.2, 9_000)).toBeNull();
  expect(left(0.3, 10_000)).toBeCloseTo(35_000);
});

test('the estimate follows the rate of the last minute, not that of the beginning', () => {
  const left = timeLeft();
  // fast at first: a tenth in ten seconds; then a hundredth in ten seconds
  for (let n = 0; n <= 5; n++) left(n * 0.1, n * 10_000);
  let estimate: number | null = null;
  for (let n = 1; n <= 12; n++) estimate = left(0.5 + n * 0.01, 50_000 + n * 10_000);
  expect(estimate).toBeCloseTo((0.38 / 0.001) * 1000);
});

test('a pass that stands still has no estimate', () => {
  const left = timeLeft();
  for (let n = 0; n <= 20; n++) expect(left(0.5, n * 10_000)).toBeNull();
});

test('minutes, and hours when it is long', () => {
  expect(minutesLeft(20_000)).toBe('less than a minute left');
  expect(minutesLeft(61_000)).toBe('about 1 min left');
  expect(minutesLeft(89 * MINUTE)).toBe('about 89 min left');
  expect(minutesLeft(150 * MINUTE)).toBe('about 3 h left');
});
