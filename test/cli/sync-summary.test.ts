import { expect, test } from 'vitest';
import { syncSummary } from '../../src/cli/sync.ts';
import { addCounts, noCounts } from '../../src/sync/counts.ts';
import type { Problem } from '../../src/sync/port.ts';

/** What is said of a sync that met these problems. */
function summary(problems: Problem[], erased = 0): string {
  const at = new Date('2026-11-24T20:00:00Z');
  return syncSummary({
    mode: 'full',
    resumed: false,
    startedAt: at,
    finishedAt: at,
    counts: addCounts(noCounts(), 'customers', { erased }, problems),
  });
}

const ofRecord = (n: number): Problem => ({
  record: `customer ${n}`,
  code: 'ratio_unreadable',
  message: 'No number.',
});
const ofAccount: Problem = {
  record: 'orders',
  code: 'orders_unavailable',
  message: "HubSpot's orders can't be read.",
};

test('records are counted one by one', () => {
  expect(summary([ofRecord(1)])).toContain('1 record needs a look');
  expect(summary([ofRecord(1), ofRecord(2)])).toContain('2 records need a look');
  expect(summary([], 1)).toContain('1 record of people who were erased here is still in the CRM');
  expect(summary([])).not.toContain('look');
});

test('what is said of the account is no record', () => {
  const both = summary([ofAccount, ofRecord(1)]);
  expect(both).toContain(ofAccount.message);
  expect(both).toContain('1 record needs a look');
  expect(summary([ofAccount])).not.toContain('record');
});

test('more than five are counted', () => {
  const many = summary([ofAccount, ...Array.from({ length: 7 }, (_, n) => ofRecord(n))]);
  expect(many).toContain('7 records need');
  expect(many).toContain('… and 2 more');
});
