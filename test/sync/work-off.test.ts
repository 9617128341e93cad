import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type ClaimedEvent,
  claimEvents,
  eventsAreDue,
  forgetEvents,
  keepEvents,
} from '../../src/sync/inbox.ts';
import { type CrmReference, SyncError } from '../../src/sync/port.ts';
import { type WorkOffOptions, workOffEvents } from '../../src/sync/work-off.ts';
import { manualClock } from '../stands/clock.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
let clock = manualClock('2026-11-20T08:00:00Z');
beforeEach(async () => {
  await db.deleteFrom('crm_events').execute();
  clock = manualClock('2026-11-20T08:00:00Z');
});

const MINUTE = 60_000;

/** Events about these contacts, one each. */
const arrive = (...ids: string[]) =>
  keepEvents(
    db,
    ids.map((id) => ({
      kind: 'contact.creation',
      occurredAt: null,
      records: [{ type: 'contacts', id }],
      dedupeKey: `event ${id}`,
      outcome: null,
    })),
    clock.now(),
  );
const numbers = (n: number) => Array.from({ length: n }, (_, i) => `${i + 1}`);
const outcomes = async () => {
  const rows = await db.selectFrom('crm_events').select(['records', 'outcome']).execute();
  return Object.fromEntries(rows.map(({ records, outcome }) => [records[0]?.id, outcome]));
};

/** Works off with a CRM of which `refresh` is the whole; every refresh is written down. */
function worker(given: Partial<WorkOffOptions> = {}) {
  const asked: string[][] = [];
  const givenUp: ClaimedEvent[] = [];
  const work = () =>
    workOffEvents({
      db,
      now: clock.now,
      signal: new AbortController().signal,
      crmAnswers: async () => true,
      afterwards: async () => 'refreshed',
      givenUp: (event) => void givenUp.push(event),
      ...given,
      refresh: async (references, events) => {
        asked.push(references.map(({ id }) => id));
        return await given.refresh?.(references, events);
      },
    });
  return { asked, givenUp, work };
}
const failsFor = (error: unknown, ...ids: string[]) => ({
  refresh: async (references: readonly CrmReference[]) => {
    if (references.some(({ id }) => ids.includes(id))) throw error;
  },
});

describe('waiting events', () => {
  test('are worked off in one go, each record once', async () => {
    await arrive('1', '2', '3');
    const again = { type: 'contacts', id: '2' };
    const purchase = { kind: 'deal.creation', occurredAt: null, outcome: null, records: [again] };
    await keepEvents(db, [{ ...purchase, dedupeKey: 'another' }], clock.now());
    const { asked, work } = worker();
    expect(await work()).toBe(4);
    expect(asked.map((ids) => ids.toSorted())).toEqual([['1', '2', '3']]);
    expect(await outcomes()).toEqual({ 1: 'refreshed', 2: 'refreshed', 3: 'refreshed' });
    expect(await work()).toBe(0);
  });

  test('are shared by several workers', async () => {
    await arrive(...numbers(1200));
    const workers = [worker(), worker(), worker()];
    const done = await Promise.all(workers.map(({ work }) => work()));
    expect(done.reduce((sum, n) => sum + n)).toBe(1200);
    const asked = workers.flatMap((each) => each.asked).flat();
    expect(asked).toHaveLength(1200);
    expect(new Set(asked).size).toBe(1200);
  });

  test('of a worker that died are somebody else’s after two minutes', async () => {
    await arrive('1');
    expect(await claimEvents(db, clock.now())).toHaveLength(1);
    expect(await eventsAreDue(db, clock.now())).toBe(false);
    expect(await worker().work()).toBe(0);
    clock.advance(2 * MINUTE);
    expect(await worker().work()).toBe(1);
  });

  test('go back when the process shuts down', async () => {
    await arrive('1', '2');
    const stop = new AbortController();
    const refresh = async () => {
      stop.abort();
      throw stop.signal.reason;
    };
    expect(await worker({ refresh, signal: stop.signal }).work()).toBe(0);
    expect(await worker().work()).toBe(2);
  });
});

describe('when the CRM can not be read', () => {
  test.each([
    ['the token is refused', new SyncError('crm_token_refused', 'no'), true],
    ['it can not be reached', new SyncError('crm_unreachable', 'no', { retryable: true }), true],
    [
      'it is down for everybody',
      new SyncError('crm_down', 'no', { retryable: true, ofRecords: true }),
      false,
    ],
    ['a scope is missing', new SyncError('crm_scope_missing', 'no'), true],
    ['a property is archived', new SyncError('crm_property_archived', 'no'), true],
    ['a pipeline is unknown', new SyncError('crm_pipeline_unknown', 'no'), true],
    ['it knows no contacts', new SyncError('crm_not_found', 'no'), true],
    ['the settings can not be read', new TypeError('settings.yaml'), false],
  ])('because %s, all wait, together, and the job fails', async (_, error, answers) => {
    await arrive(...numbers(20));
    const { asked, work } = worker({
      ...failsFor(error, ...numbers(20)),
      crmAnswers: async () => answers,
    });
    await expect(work()).rejects.toBe(error);
    expect(asked).toHaveLength(1);
    expect(await worker().work()).toBe(0);
    clock.advance(MINUTE);
    const later = worker();
    expect(await later.work()).toBe(20);
    expect(later.asked).toHaveLength(1);
  });

  test('no event is given up, however long somebody takes to mend it', async () => {
    await arrive('1');
    const { givenUp, work } = worker(failsFor(new SyncError('crm_scope_missing', 'no'), '1'));
    for (let day = 0; day < 50; day++) {
      await expect(work()).rejects.toThrow();
      clock.advance(24 * 60 * MINUTE);
    }
    expect(givenUp).toEqual([]);
    expect(await worker().work()).toBe(1);
  });
});

describe('an event that can not be followed', () => {
  const broken = new TypeError('what is this?');

  test('does not hold up the others: it is found by halving', async () => {
    await arrive(...numbers(300));
    const { asked, work } = worker(failsFor(broken, '77'));
    expect(await work()).toBe(299);
    expect((await outcomes())['77']).toBeNull();
    expect(asked.length).toBeLessThan(25);
  });

  test('wherever they are and however many: all others are worked off at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        async (n, places) => {
          await db.deleteFrom('crm_events').execute();
          await arrive(...numbers(n));
          const poison = places.filter((place) => place <= n).map(String);
          expect(await worker(failsFor(broken, ...poison)).work()).toBe(n - poison.length);
          const waiting = Object.entries(await outcomes()).flatMap(([id, outcome]) => (outcome ? [] : [id]));
          expect(waiting.toSorted()).toEqual(poison.toSorted());
        },
      ),
      { numRuns: 20 },
    );
  });

  test('nor for ever where there are always new ones', async () => {
    await arrive(...numbers(100));
    let next = 1000;
    const refresh = async (references: readonly CrmReference[]) => {
      // while one group is worked off, the next event arrives
      if (next < 1030) await arrive(String(next++));
      if (references.some(({ id }) => id === '77')) throw broken;
    };
    const { asked, work } = worker({ refresh });
    await work();
    // the innocent ones are done with before the last of those that came meanwhile
    const last = asked.findIndex((ids) => ids.includes('1029'));
    for (const id of ['1', '76', '100'])
      expect(asked.findLastIndex((ids) => ids.includes(id))).toBeLessThan(last);
    const waiting = Object.entries(await outcomes()).filter(([, outcome]) => outcome === null);
    expect(waiting.map(([id]) => id)).toEqual(['77']);
    expect(next).toBe(1030);
  });

  test('makes later ones wait for nothing', async () => {
    await arrive(...numbers(8));
    const { asked, work } = worker(failsFor(broken, '5'));
    await work();
    asked.length = 0;
    await arrive('later');
    clock.advance(MINUTE);
    expect(await work()).toBe(1);
    expect(asked).toEqual([['later'], ['5']]);
  });

  test.each([
    ['break', new SyncError('crm_down', 'no', { retryable: true, ofRecords: true })],
    ['refuse', new SyncError('crm_refused', 'no', { ofRecords: true })],
  ])('that makes the CRM itself %s is found as well', async (_, error) => {
    await arrive(...numbers(8));
    const { work } = worker(failsFor(error, '3'));
    expect(await work()).toBe(7);
  });

  test('is tried again ever more seldom, and given up after a day’s work', async () => {
    await arrive('1');
    const { asked, givenUp, work } = worker(failsFor(broken, '1'));
    const started = clock.now().getTime();
    for (let look = 0; look < 24 * 60 && givenUp.length === 0; look++) {
      await work();
      clock.advance(MINUTE);
    }
    expect(asked).toHaveLength(12);
    expect(clock.now().getTime() - started).toBeGreaterThan(5 * 60 * MINUTE);
    expect(givenUp).toMatchObject([{ kind: 'contact.creation' }]);
    expect(await outcomes()).toEqual({ 1: 'failed' });
  });
});

describe('what an event asks for besides', () => {
  test('is done after its record is read; what can not be done yet is done later', async () => {
    await arrive('1', '2');
    let free = false;
    const minute = () => new Date(clock.now().getTime() + MINUTE);
    const { work } = worker({
      afterwards: async ({ records }) => (records[0]?.id === '1' ? 'refreshed' : free ? 'erased' : minute()),
    });
    expect(await work()).toBe(1);
    expect(await outcomes()).toEqual({ 1: 'refreshed', 2: null });
    expect(await work()).toBe(0);
    free = true;
    clock.advance(MINUTE);
    expect(await work()).toBe(1);
    expect(await outcomes()).toEqual({ 1: 'refreshed', 2: 'erased' });
  });

  test('is told once for all of a group what the refresh has seen', async () => {
    await arrive('1', '2', '3');
    const seen: unknown[] = [];
    const { work } = worker({
      refresh: async (_, events) => events.length,
      afterwards: async (_, count) => {
        seen.push(count);
        return 'refreshed';
      },
    });
    await work();
    expect(seen).toEqual([3, 3, 3]);
  });
});

test('events are remembered for a week after they were dealt with', async () => {
  await arrive('1');
  await worker().work();
  await arrive('2');
  clock.advance(6 * 24 * 60 * MINUTE);
  await forgetEvents(db, clock.now());
  expect(await arrive('1')).toEqual({ kept: 0, waiting: 0 });
  clock.advance(2 * 24 * 60 * MINUTE);
  await forgetEvents(db, clock.now());
  expect(await outcomes()).toEqual({ 2: null });
});
