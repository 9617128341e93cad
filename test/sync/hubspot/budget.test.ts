import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkBudget, type DayOfCalls, LEAST_DAILY } from '../../../src/sync/hubspot/budget.ts';
import { SyncError } from '../../../src/sync/port.ts';

const hour = (n: number) => new Date(Date.UTC(2026, 2, 1, n));
const day = (more: Partial<DayOfCalls>): DayOfCalls => ({ hours: [], daily: null, remaining: null, ...more });

function refusal(...args: Parameters<typeof checkBudget>): SyncError | null {
  try {
    checkBudget(...args);
    return null;
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
}

describe("the day's budget", () => {
  test('is a share of what the account allows; the least that any has if it does not tell', () => {
    const made = (calls: number) => day({ hours: [{ hour: hour(3), calls }] });
    expect(refusal(made(LEAST_DAILY / 2 - 1), 0.5, false)).toBeNull();
    expect(refusal(made(LEAST_DAILY / 2), 0.5, false)).toMatchObject({
      code: 'crm_daily_budget',
      retryable: true,
    });
    expect(refusal({ ...made(LEAST_DAILY / 2), daily: 1_000_000 }, 0.5, false)).toBeNull();
  });

  test('says whose it is, how much, when it goes on, and which setting it is', () => {
    const hours = [
      { hour: hour(1), calls: 100 },
      { hour: hour(5), calls: 300 },
      { hour: hour(9), calls: 200 },
    ];
    const error = refusal(day({ hours, daily: 1000 }), 0.5, false);
    expect(error?.message).toContain('600 calls');
    expect(error?.message).toContain('may use 500 (hubspot.dailyShare: 0.5');
    // without the 100 of one o'clock there are still 500
    expect(error?.message).toContain('after 2026-03-02 06:00 UTC');
  });

  test('leaves the last calls of the account to others, whoever used the rest', () => {
    expect(refusal(day({ daily: 1000, remaining: 101 }), 1, false)).toBeNull();
    expect(refusal(day({ daily: 1000, remaining: 100 }), 1, false)?.message).toContain('100 of its 1,000');
  });

  test('what can not wait may always do what a sync may, and at most a tenth of the share more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.option(fc.integer({ min: 0, max: 1000 })),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (calls, remaining, share) => {
          const known = day({ hours: [{ hour: hour(0), calls }], daily: 1000, remaining });
          if (refusal(known, share, false) === null) expect(refusal(known, share, true)).toBeNull();
          if (calls >= 1000 * Math.min(1, share * 1.1)) expect(refusal(known, share, true)).not.toBeNull();
        },
      ),
    );
  });
});
