import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallLimit, freePlaces, holdsPlace, type KnownCall } from '../../../src/sync/hubspot/places.ts';

const LIMIT: CallLimit = { max: 5, windowMs: 1000 };

/** One call: how long it takes, and where between its beginning and its end the CRM counts it. */
const travels = fc.record({
  takesMs: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 3000 })),
  counted: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Its process died before it could say that the call had ended. */
  dies: fc.boolean(),
});
type Travel = typeof travels extends fc.Arbitrary<infer T> ? T : never;

/** Makes all calls as early as the rule lets them; the moments at which the CRM counted them. */
function simulate(calls: readonly Travel[], limit: CallLimit, longestMs: number): number[] {
  const known: (KnownCall & { endsAt: number })[] = [];
  const counted: number[] = [];
  let now = 0;
  for (const { takesMs, counted: where, dies } of calls) {
    for (;;) {
      const view = known.map(({ endedAt, lostAt, endsAt }) => ({
        lostAt,
        endedAt: endedAt !== null && endsAt <= now ? endedAt : null,
      }));
      const { free, waitMs } = freePlaces(view, limit, now);
      if (free > 0) break;
      expect(waitMs).toBeGreaterThan(0);
      // look again a little earlier and a little later than told
      now += Math.max(1, Math.min(waitMs, 100));
    }
    const endsAt = now + takesMs;
    known.push({ endedAt: dies ? null : endsAt, lostAt: now + longestMs, endsAt });
    counted.push(now + where * takesMs);
  }
  return counted.sort((a, b) => a - b);
}

test('the CRM never counts more than it allows, wherever between beginning and end it counts', () => {
  fc.assert(
    fc.property(
      fc.array(travels, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      (calls, max) => {
        const counted = simulate(calls, { max, windowMs: 1000 }, 3000);
        for (let n = max; n < counted.length; n++) {
          expect((counted[n] ?? 0) - (counted[n - max] ?? 0)).toBeGreaterThanOrEqual(1000 - 1e-6);
        }
      },
    ),
  );
});

test('quick calls use all that is allowed, but for the time they take', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 200 }), (takesMs, max) => {
      const known: KnownCall[] = [];
      let now = 0;
      for (let made = 0; made < max * 5; ) {
        const { free, waitMs } = freePlaces(known, { max, windowMs: 1000 }, now);
        for (let n = 0; n < free && made < max * 5; n++, made++)
          known.push({ endedAt: now + takesMs, lostAt: 9e9 });
        if (free === 0) now += waitMs;
      }
      expect(now).toBe(4 * (1000 + takesMs));
    }),
  );
});

test('a call under way holds its place; when its process has died, only until it counts as lost', () => {
  const dead: KnownCall = { endedAt: null, lostAt: 3000 };
  expect(holdsPlace(dead, LIMIT, 3999)).toBe(true);
  expect(holdsPlace(dead, LIMIT, 4000)).toBe(false);
  expect(freePlaces(Array(5).fill(dead), LIMIT, 100)).toEqual({ free: 0, waitMs: 1000 });
});

test('one who waits is told when the first place may be free', () => {
  const ended = (endedAt: number): KnownCall => ({ endedAt, lostAt: 9e9 });
  expect(freePlaces([400, 100, 300, 200, 350].map(ended), LIMIT, 500)).toEqual({ free: 0, waitMs: 600 });
  // the account allows less than before: one must wait for more of them
  const less = { max: 2, windowMs: 1000 };
  expect(freePlaces([400, 100, 300, 200].map(ended), less, 500)).toEqual({ free: 0, waitMs: 800 });
});
