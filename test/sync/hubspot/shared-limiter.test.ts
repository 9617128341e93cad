import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { HubSpotConnection } from '../../../src/sync/hubspot/connection.ts';
import type { Bucket, CallLimiter, Place } from '../../../src/sync/hubspot/limiter.ts';
import { freePlaces } from '../../../src/sync/hubspot/places.ts';
import { processLimiter } from '../../../src/sync/hubspot/process-limiter.ts';
import { sharedLimiter } from '../../../src/sync/hubspot/shared-limiter.ts';
import { testDatabase } from '../../stands/database.ts';
import { httpStand } from './http-stand.ts';

const { db } = await testDatabase();
const never = new AbortController().signal;
const LONG = { longestMs: 60_000 };
const URGENT = { longestMs: 60_000, urgent: true };

async function allow(bucket: Bucket, max: number, windowMs: number): Promise<void> {
  await db
    .updateTable('crm_limits')
    .set({ max_calls: max, window_ms: windowMs })
    .where('bucket', '=', bucket)
    .execute();
}

beforeEach(async () => {
  await sql`truncate crm_calls, crm_hours`.execute(db);
  await sql`update crm_limits set paused_until = '-infinity', daily = null, daily_remaining = null, told_at = null`.execute(
    db,
  );
  await allow('general', 100, 10_000);
  await allow('search', 5, 1000);
});

/** Who got a place and when; the CRM counts a call at the earliest when it begins, and at the latest when it ends. */
async function hammer(limiters: CallLimiter[], calls: number, takesMs = 0) {
  const made: { begun: number; ended: number }[] = [];
  await Promise.all(
    limiters.flatMap((limiter) =>
      Array.from({ length: calls }, async () => {
        const place = await limiter.begin('search', never, LONG);
        const begun = performance.now();
        await sleep(Math.random() * takesMs);
        made.push({ begun, ended: performance.now() });
        place.end();
      }),
    ),
  );
  return made;
}

describe.each<[string, () => Promise<CallLimiter[]>]>([
  [
    'shared by two processes',
    async () => {
      await allow('search', 4, 150);
      return [sharedLimiter(db), sharedLimiter(db)];
    },
  ],
  ['of one process', async () => [processLimiter({ search: { max: 4, windowMs: 150 } })]],
])('limits %s', (_, make) => {
  test('let never more calls begin than fit the window, counted at the worst moments', async () => {
    const made = await hammer(await make(), 9, 30);
    const begins = made.map(({ begun }) => begun).sort((a, b) => a - b);
    for (const begun of begins) {
      const before = made.filter((call) => call.begun < begun && call.ended > begun - 150).length;
      expect(before).toBeLessThan(4);
    }
  });

  test('serve the callers of a process in their order', async () => {
    const [limiter] = await make();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 9 }, async (_, n) => {
        const place = await limiter?.begin('search', never, LONG);
        order.push(n);
        place?.end();
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('let nobody begin in a pause; whoever is aborted leaves the line at once', async () => {
    const limiters = await make();
    const [one, other = one] = limiters;
    await one?.pause('search', 60_000);
    const stop = new AbortController();
    const waiting = other?.begin('search', stop.signal, LONG);
    await sleep(20);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(other?.begin('search', stop.signal, LONG)).rejects.toThrow('enough');
    // the other bucket goes on
    (await other?.begin('general', never, LONG))?.end();
  });
});

test('the database keeps to the same rule as one process', async () => {
  const at = 1_800_000_000_000;
  const calls = fc.array(
    fc.record({
      endedAgo: fc.option(fc.integer({ min: 0, max: 1500 })),
      lostIn: fc.integer({ min: -2000, max: 2000 }),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(
      calls,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
      async (list, max, wanted) => {
        const known = list.map(({ endedAgo, lostIn }) => ({
          endedAt: endedAgo === null ? null : at - endedAgo,
          lostAt: at + lostIn,
        }));
        await sql`truncate crm_calls`.execute(db);
        await allow('search', max, 1000);
        for (const { endedAt, lostAt } of known) {
          await sql`insert into crm_calls (bucket, ended_at, lost_at)
          values ('search', to_timestamp(${endedAt}::float8 / 1000), to_timestamp(${lostAt}::float8 / 1000))`.execute(
            db,
          );
        }
        const rule = freePlaces(known, { max, windowMs: 1000 }, at);
        const { rows } = await sql<{ places: number[]; wait_ms: number }>`
        select * from crm_take('search', ${wanted}, true, 1000, to_timestamp(${at}::float8 / 1000))`.execute(
          db,
        );
        expect(rows[0]?.places).toHaveLength(Math.min(wanted, rule.free));
        expect(rows[0]?.wait_ms).toBeCloseTo(rule.waitMs, 3);
      },
    ),
    { numRuns: 60 },
  );
});

test('a few places are left to calls that cannot wait', async () => {
  await allow('general', 40, 60_000);
  const syncs = sharedLimiter(db);
  const places: Place[] = [];
  for (let n = 0; n < 39; n++) places.push(await syncs.begin('general', never, LONG));
  const stop = new AbortController();
  const waiting = syncs.begin('general', stop.signal, LONG);
  await syncs.begin('general', never, URGENT);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('calls of a process that died hold their places until they count as lost', async () => {
  await allow('search', 2, 100);
  const dead = sharedLimiter(db);
  await dead.begin('search', never, { longestMs: 200 });
  await dead.begin('search', never, { longestMs: 200 });
  const begun = performance.now();
  await sharedLimiter(db).begin('search', never, LONG);
  expect(performance.now() - begun).toBeGreaterThan(150);
});

test('what one answer tells holds for new processes, too', async () => {
  const told = { max: 190, windowMs: 10_000, daily: 625_000, dailyRemaining: 500_000 };
  (await sharedLimiter(db).begin('general', never, LONG)).end(told);
  await expect
    .poll(() => db.selectFrom('crm_limits').selectAll().where('bucket', '=', 'general').executeTakeFirst())
    .toMatchObject({ max_calls: 190, window_ms: 10_000, daily: 625_000, daily_remaining: 500_000 });
  const later = sharedLimiter(db);
  await Promise.all(Array.from({ length: 150 }, () => later.begin('general', never, LONG)));
});

test('every call made is counted for the day, places given back are not', async () => {
  const limiter = sharedLimiter(db);
  const places = await Promise.all(Array.from({ length: 7 }, () => limiter.begin('general', never, LONG)));
  for (const place of places) place.end();
  await expect
    .poll(() =>
      db
        .selectFrom('crm_hours')
        .select((e) => e.fn.sum('calls').as('calls'))
        .executeTakeFirst(),
    )
    .toEqual({ calls: 7 });
});

test("stops before the day's share is used up, and says why; what can't wait goes on a little", async () => {
  await sql`update crm_limits set daily = 1000 where bucket = 'general'`.execute(db);
  await sql`insert into crm_hours values (date_trunc('hour', now()) - interval '2 hours', 500)`.execute(db);
  const dailyShare = async () => 0.5;
  await expect(sharedLimiter(db, { dailyShare }).begin('general', never, LONG)).rejects.toMatchObject({
    code: 'crm_daily_budget',
    retryable: true,
    message: expect.stringContaining('hubspot.dailyShare'),
  });
  (await sharedLimiter(db, { dailyShare }).begin('general', never, URGENT)).end();
});

test('the last calls of the account are left to others, until the news of it is old', async () => {
  await sql`update crm_limits set daily = 1000, daily_remaining = 90, told_at = now() where bucket = 'general'`.execute(
    db,
  );
  await expect(sharedLimiter(db).begin('search', never, LONG)).rejects.toMatchObject({
    code: 'crm_daily_budget',
  });
  await sql`update crm_limits set told_at = now() - interval '20 minutes'`.execute(db);
  (await sharedLimiter(db).begin('search', never, LONG)).end();
});

test('when one process is told to wait, the others wait as well', async () => {
  const stand = await httpStand((_, __, number) =>
    number === 1
      ? { status: 429, headers: { 'Retry-After': '1' }, body: { status: 'error', errorType: 'RATE_LIMIT' } }
      : { body: { results: [] } },
  );
  const processes = [1, 2].map(
    () => new HubSpotConnection({ accessToken: 'x', baseUrl: stand.url, limiter: sharedLimiter(db) }),
  );
  const ask = (connection: HubSpotConnection | undefined) =>
    connection?.request('owners', never, { method: 'GET', path: '/crm/v3/owners' });
  const first = ask(processes[0]);
  await expect
    .poll(() =>
      db.selectFrom('crm_limits').select('paused_until').where('bucket', '=', 'general').executeTakeFirst(),
    )
    .toMatchObject({ paused_until: expect.any(Date) });
  await Promise.all([first, ask(processes[1])]);
  const [refused, ...others] = stand.requests.map(({ at }) => at);
  expect(others).toHaveLength(2);
  // from when the 429 was read; the request came a little earlier
  for (const at of others) expect(at - (refused ?? 0)).toBeGreaterThan(990);
  for (const connection of processes) connection.close();
  await stand.close();
});
