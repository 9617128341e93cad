import type { Job } from 'bullmq';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { crmEvents, runCrmEvents } from '../../jobs/crm-events.ts';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { hubspotCrm } from '../../src/sync/hubspot/adapter.ts';
import { readEvents } from '../../src/sync/hubspot/events.ts';
import { keepEvents } from '../../src/sync/inbox.ts';
import type { CrmAdapter } from '../../src/sync/port.ts';
import { runSync, SYNC_LOCK } from '../../src/sync/sync.ts';
import { manualClock } from '../stands/clock.ts';
import { testDatabase } from '../stands/database.ts';
import { customer, scriptedCrm } from '../sync/scripted-crm.ts';

const { db } = await testDatabase();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let server: DemoCrm;
let crm: CrmAdapter;
/** Contacts that nobody has touched yet. */
let untouched: string[];
let clock = manualClock('2026-11-20T08:00:00Z');
let events = 0;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startDemoCrm({ company: demoCompany({ customers: 60, today: new Date() }) });
  crm = hubspotCrm({ accessToken: 'test', baseUrl: server.url, patience: 0.001 });
  await runSync({ db, crm, mode: 'full' });
  untouched = [...server.company.ids('contacts')].map(String);
});
afterAll(async () => void (await server.close()));
beforeEach(async () => {
  await db.deleteFrom('crm_events').execute();
  clock = manualClock('2026-11-20T08:00:00Z');
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const next = (): string => {
  const id = untouched.shift();
  if (id === undefined) throw new Error('The company has too few contacts.');
  return id;
};
const post = (subscriptionType: string, id: string, more: object = {}) =>
  keepEvents(
    db,
    readEvents([{ subscriptionType, objectId: Number(id), eventId: ++events, portalId: 1, ...more }])
      ?.events ?? [],
    clock.now(),
  );
const deleted = (id: string) => post('contact.privacyDeletion', id);

/** Works off what waits; returns what people are told. */
async function work(from: CrmAdapter = crm): Promise<string> {
  const lines: string[] = [];
  const tools = {
    db,
    crm: async () => from,
    now: clock.now,
    log: (line: string, { level }: { level?: string } = {}) => {
      if (level !== 'debug') lines.push(line);
    },
    signal: new AbortController().signal,
  };
  await runCrmEvents(tools, { id: '1', name: crmEvents.name, data: {} } as Job);
  return lines.join('\n');
}
/** Time goes by, and every ten minutes somebody works off what is due. `looks`: how often the CRM was asked. */
async function pass(ms: number, from: CrmAdapter = crm): Promise<{ looks: number; log: string }> {
  let looks = 0;
  let log = '';
  const counting: CrmAdapter = {
    ...from,
    forgotten: async (ids, signal) => {
      looks++;
      return (await from.forgotten?.(ids, signal)) ?? new Set();
    },
  };
  for (let passed = 0; passed < ms; passed += 10 * MINUTE) {
    clock.advance(10 * MINUTE);
    log += await work(counting);
  }
  return { looks, log };
}
const outcomes = async () =>
  (await db.selectFrom('crm_events').select('outcome').orderBy('id').execute()).map(({ outcome }) => outcome);
const person = (id: string) =>
  db.selectFrom('customers').select(['id', 'archived_at']).where('id', '=', id).executeTakeFirst();

/** What the event of a merge says. */
const merge = (winner: string, loser: string, id: string) => ({
  primaryObjectId: Number(winner),
  mergedObjectIds: [Number(loser)],
  newObjectId: Number(id),
});

describe('somebody who was deleted for good in the CRM', () => {
  test('is erased here, too', async () => {
    const id = next();
    server.forgetContact(id);
    await deleted(id);
    const log = await work();
    expect(await person(id)).toBeUndefined();
    expect(await outcomes()).toEqual(['erased']);
    expect(await db.selectFrom('suppressions').select('reason').execute()).toContainEqual({
      reason: 'erased',
    });
    expect(log).toContain(id);
    expect(log).not.toContain('@');
  });

  test('is erased later while a sync has customers in hand', async () => {
    const id = next();
    server.forgetContact(id);
    await deleted(id);
    await db.connection().execute(async (other) => {
      await sql`select pg_advisory_lock(${SYNC_LOCK})`.execute(other);
      await work();
      await sql`select pg_advisory_unlock(${SYNC_LOCK})`.execute(other);
    });
    expect(await outcomes()).toEqual([null]);
    clock.advance(MINUTE);
    await work();
    expect(await outcomes()).toEqual(['erased']);
  });

  test.each([true, false])('is erased with what was merged into it (new record: %s)', async (makesNew) => {
    const [winner, loser] = [next(), next()];
    const { id } = server.mergeContacts(winner, loser, { makesNew });
    await post('contact.merge', winner, merge(winner, loser, id));
    await work();
    server.forgetContact(id);
    await deleted(loser);
    await work();
    for (const each of [winner, loser, id]) expect(await person(each)).toBeUndefined();
  });

  test('may be shown for some hours yet: they are erased as soon as the CRM has them no more', async () => {
    const id = next();
    await deleted(id);
    expect(await work()).toBe('');
    await pass(5 * HOUR);
    expect(await outcomes()).toEqual([null]);
    server.forgetContact(id);
    await pass(HOUR);
    expect(await person(id)).toBeUndefined();
    expect(await outcomes()).toEqual(['erased']);
  });

  test('waits for a token that may read contacts', async () => {
    const id = next();
    server.forgetContact(id);
    const tokens = { test: { scopes: ['crm.objects.deals.read'] } };
    const limited = await startDemoCrm({ company: server.company, tokens });
    closing.push(() => limited.close());
    const refused = hubspotCrm({ accessToken: 'test', baseUrl: limited.url, patience: 0.001 });
    await deleted(id);
    for (let tries = 0; tries < 15; tries++) {
      await expect(work(refused)).rejects.toMatchObject({ code: 'crm_scope_missing' });
      clock.advance(HOUR);
    }
    await work();
    expect(await outcomes()).toEqual(['erased']);
  });

  test('may be unknown here: then nobody is erased, and nothing is said', async () => {
    await deleted('99999999');
    expect(await work()).toBe('');
    expect(await outcomes()).toEqual(['refreshed']);
  });
});

describe('somebody whom the CRM still has, because another account’s event named the same id', () => {
  async function staysAfter(id: string): Promise<void> {
    await deleted(id);
    expect(await work()).toBe('');
    const { looks, log } = await pass(25 * HOUR);
    expect(await outcomes()).toEqual(['refreshed']);
    expect(looks).toBeGreaterThan(10);
    expect(looks).toBeLessThan(40);
    expect(log).toContain(`customer ${id}`);
    expect(log).not.toContain('@');
  }

  test('is not erased; after a day it is said, and that is all', async () => {
    const id = next();
    await staysAfter(id);
    expect(await person(id)).toMatchObject({ archived_at: null });
  });

  test('is not erased when they are archived', async () => {
    const id = next();
    server.archiveContact(id);
    await post('contact.deletion', id);
    await work();
    await db.deleteFrom('crm_events').execute();
    await staysAfter(id);
    server.restore('contacts', id);
    await post('contact.restore', id);
    await work();
    expect(await person(id)).toMatchObject({ archived_at: null });
  });

  test.each([
    ['lives', false, true],
    ['lives', false, false],
    ['is archived', true, true],
    ['is archived', true, false],
  ])(
    'is not erased when merged into somebody who %s (archived: %s, new record: %s)',
    async (_, archived, makesNew) => {
      const [winner, loser] = [next(), next()];
      const { id } = server.mergeContacts(winner, loser, { makesNew });
      await post('contact.merge', winner, merge(winner, loser, id));
      if (archived) server.archiveContact(id);
      await work();
      await db.deleteFrom('crm_events').execute();
      await staysAfter(loser);
      expect((await person(id))?.archived_at === null).toBe(!archived);
    },
  );

  test('is not erased by an id that the CRM does not know, when it lives on here under another', async () => {
    const [winner, loser] = [next(), next()];
    await sql`insert into customer_merges (id, into_id) values (${loser}, ${winner})`.execute(db);
    server.forgetContact(loser);
    await deleted(loser);
    await work();
    expect(await person(winner)).toMatchObject({ archived_at: null });
  });
});

test('the CRM is asked once for all who are in one group', async () => {
  const asked: (readonly string[])[] = [];
  const many: CrmAdapter = {
    ...scriptedCrm([]),
    async *refresh() {
      yield { object: 'customers', rows: [customer('1'), customer('2')] };
    },
    forgotten: async (ids) => {
      asked.push(ids.toSorted());
      return new Set(['2']);
    },
  };
  for (const id of ['1', '2', '3']) await deleted(id);
  await post('contact.creation', '4');
  await work(many);
  expect(asked).toEqual([['1', '2', '3']]);
});
