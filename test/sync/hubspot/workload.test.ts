import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DONE, type PhasePosition, readPhasePosition } from '../../../src/sync/hubspot/phases.ts';
import { doneAt, keptSizes, listingAt, type Sizes } from '../../../src/sync/hubspot/workload.ts';

const LARGE: Sizes = {
  companies: 40_000,
  products: 5000,
  contacts: 200_000,
  deals: 300_000,
  orders: 0,
  line_items: 1_000_000,
};
const at = (phase: string, listed = 0): PhasePosition => ({
  phase,
  after: listed > 0 ? String(listed) : null,
  listed,
});

test('the share of a pass is that of its requests, not of its records', () => {
  // owners, 400 pages of companies, 50 of products, 2,000 of customers; then 3,000 pages, 600 association reads and
  // 10,000 batch reads for the deals; one look at orders and subscriptions each
  const whole = 1 + 400 + 50 + 2000 + 13_600;
  expect(doneAt(at('customers'), LARGE)).toBeCloseTo(451 / whole, 3);
  expect(doneAt(at('deals'), LARGE)).toBeCloseTo(2451 / whole, 3);
  expect(doneAt(at('deals', 150_000), LARGE)).toBeCloseTo((2451 + 6800) / whole, 3);
});

const count = fc.integer({ min: 0, max: 1_000_000 });
const sizes = fc.record({
  companies: count,
  products: count,
  contacts: count,
  deals: count,
  orders: count,
  line_items: count,
});

test('it never goes back, is 1 at the end and only there, whatever was counted', () => {
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(100_000), { maxLength: 20 }), (counted, steps) => {
      let before = 0;
      for (const phase of ['owners', 'companies', 'products', 'customers', 'deals', 'orders']) {
        let listed = 0;
        for (const step of [0, ...steps]) {
          listed += step;
          const done = doneAt(at(phase, listed), counted);
          expect(done).toBeGreaterThanOrEqual(before);
          expect(done).toBeLessThan(1);
          before = done;
        }
      }
      expect(doneAt(at(DONE), counted)).toBe(1);
    }),
  );
});

test('a list says how far it is in its own records, and never that more was read than there is', () => {
  expect(listingAt(at('deals', 34_000), LARGE)).toEqual({ what: 'deals', read: 34_000, of: 300_000 });
  expect(listingAt(at('customers', 200_100), LARGE)).toEqual({
    what: 'customers',
    read: 200_100,
    of: 200_100,
  });
  expect(listingAt(at('owners'), LARGE)).toBeUndefined();
  expect(listingAt(at(DONE), LARGE)).toBeUndefined();
});

test('a position remembers how much there is, through JSON', () => {
  const position = { ...at('deals', 17), ...LARGE };
  const read = readPhasePosition(JSON.parse(JSON.stringify(position)));
  expect(read).toEqual(position);
  expect(keptSizes(read)).toEqual(LARGE);
  expect(keptSizes(at('deals', 17))).toBeNull();
  // as an older version kept it
  expect(readPhasePosition({ phase: 'deals', after: '5' })).toEqual({
    phase: 'deals',
    after: '5',
    listed: 0,
  });
  expect(readPhasePosition({ phase: 7, after: null })).toBeNull();
});
