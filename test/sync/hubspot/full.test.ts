import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { plainCompany } from '../../../bench/first-sync/plain-company.ts';
import { idAt } from '../../../src/demo/company/ids.ts';
import { type DemoCrm, startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import type { CrmAdapter, SyncBatch } from '../../../src/sync/port.ts';
import { refreshRecords } from '../../../src/sync/refresh.ts';
import { runSync, type SyncProgress } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';

/** A first sync whose lists are too long for one batch. */
const SIZES = { contacts: 2500, companies: 500, products: 60, deals: 2200, lines: 6600 };
const { db } = await testDatabase();
let server: DemoCrm;
let crm: CrmAdapter;

beforeAll(async () => {
  server = await startDemoCrm({ company: plainCompany(SIZES, new Date('2026-11-20T00:00:00Z')) });
  crm = hubspotCrm({
    accessToken: 'test',
    baseUrl: server.url,
    settings: async () => ({ ...HUBSPOT_DEFAULTS, orders: false, subscriptions: false }),
  });
});
afterAll(() => server.close());
beforeEach(async () => {
  for (const table of ['sync_runs', 'sync_cursors', 'customers', 'purchases'] as const) {
    await db.deleteFrom(table).execute();
  }
});

/** Requests received, by what they asked for. */
function received(): { lists: number; associations: number; reads: number; searches: number } {
  const count = (pattern: RegExp) =>
    [...server.requests].reduce((sum, [route, times]) => sum + (pattern.test(route) ? times : 0), 0);
  return {
    lists: count(/^GET .*objects\/:type$/),
    associations: count(/associations.*batch\/read$/),
    reads: count(/objects.*batch\/read$/),
    searches: count(/search$/),
  };
}

test('pages and calls are full: no more requests than the sizes of pages and batches ask for', async () => {
  const before = received();
  await runSync({ db, crm, mode: 'full' });
  const after = received();
  const asked = Object.fromEntries(
    Object.entries(after).map(([kind, times]) => [kind, times - before[kind as keyof typeof before]]),
  );
  expect(asked).toEqual({
    // companies, products, contacts, deals
    lists: 5 + 1 + 25 + 22,
    // contacts and line items of 1,000 deals each
    associations: 2 * 3,
    reads: 66,
    // how many there are: companies, products, contacts, deals, line items
    searches: 5,
  });
});

test('the share that is done only grows, also through an interruption, and is 1 at the end', async () => {
  const told: SyncProgress[] = [];
  const stop = new AbortController();
  const first = runSync({
    db,
    crm,
    mode: 'full',
    signal: stop.signal,
    onProgress: (progress) => {
      told.push(progress);
      if (progress.object === 'purchases') stop.abort();
    },
  });
  await expect(first).rejects.toMatchObject({ code: 'interrupted' });
  const interrupted = told.length;
  const { searches } = received();
  let searchesAtEnd = 0;
  const { resumed } = await runSync({
    db,
    crm,
    mode: 'full',
    onProgress: (progress) => {
      // what has changed meanwhile is looked for afterwards
      if (progress.mode !== 'full') return;
      told.push(progress);
      searchesAtEnd = received().searches;
    },
  });

  expect(resumed).toBe(true);
  // how much there is was known
  expect(searchesAtEnd).toBe(searches);
  const shares = told.flatMap(({ done }) => done ?? []);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(told[interrupted - 1]?.done).toBeGreaterThan(0.5);
  expect(told.find(({ object }) => object === 'customers')?.listing).toEqual({
    what: 'customers',
    read: 2000,
    of: 2500,
  });
  expect(told[interrupted - 1]?.listing).toEqual({ what: 'deals', read: 2000, of: 2200 });
});

test('every batch knows a moment before anything of it was asked for', async () => {
  /** Pages listed when the clock was looked at. */
  const listedAt: number[] = [];
  const before = received().lists;
  const batches: SyncBatch[] = [];
  for await (const batch of crm.batches({
    mode: 'full',
    thorough: true,
    since: {},
    position: null,
    startedAt: new Date(),
    signal: new AbortController().signal,
    clock: () => new Date(listedAt.push(received().lists - before) - 1),
    products: async () => [],
    living: async () => new Set(),
    parentsOf: async () => [],
  })) {
    // orders are switched off: their batch holds nothing
    if (batch.rows.length > 0) batches.push(batch);
  }
  // pages of companies and products, then of contacts, come before
  const firstPages = { customers: [6, 26], purchases: [31, 51] };
  for (const [object, first] of Object.entries(firstPages)) {
    const asked = batches.filter((batch) => batch.object === object).map(({ askedAt }) => askedAt);
    expect(asked).toHaveLength(first.length);
    for (const [n, moment] of asked.entries()) {
      expect(listedAt[moment?.getTime() ?? -1]).toBeLessThanOrEqual(first[n] as number);
    }
  }
  expect(batches.every(({ askedAt }) => askedAt !== undefined)).toBe(true);
});

test.each([
  [true, 11],
  [false, 13],
])('who was merged in the CRM is known to live on (new record: %s)', async (makesNew, place) => {
  await runSync({ db, crm, mode: 'full' });
  const [stays, goes] = [String(idAt('contacts', place)), String(idAt('contacts', place + 1))];
  const { id } = server.mergeContacts(stays, goes, { makesNew });
  const { counts } = await runSync({ db, crm, mode: 'full' });

  const old = makesNew ? [stays, goes] : [goes];
  expect(counts.customers.removed).toBe(old.length);
  const merges = await db
    .selectFrom('customer_merges')
    .select(['id', 'into_id'])
    .where('id', 'in', old)
    .orderBy('id')
    .execute();
  expect(merges).toEqual(old.map((each) => ({ id: each, into_id: id })));
});

test('a comparison that stops for the night has asked for no chunk in vain', async () => {
  await runSync({ db, crm, mode: 'full' });
  const before = received();
  const stopped = await runSync({ db, crm, mode: 'comparison', portion: 0.5 });
  const after = received();

  expect(stopped).toMatchObject({ mode: 'comparison', complete: false });
  // one chunk of 2,000 deals has been read, and nothing of the next one but its first page
  expect(after.lists - before.lists).toBe(5 + 1 + 25 + 20 + 1);
  expect(after.associations - before.associations).toBe(4);
  expect(after.reads - before.reads).toBe(60);
});

test('what a webhook brings while a batch waits to be stored is not undone by it', async () => {
  const contact = String(idAt('contacts', 7));
  const deal = String(idAt('deals', 7));
  const line = server.company.associated('deals', Number(deal), 'line_items')[0] as number;
  const change: Partial<Record<SyncBatch['object'], () => Promise<unknown>>> = {
    customers: () => {
      server.updateContact(contact, { lastname: 'Neu' });
      return refresh('contacts', contact);
    },
    purchases: () => {
      server.update('line_items', String(line), { quantity: '77' });
      return refresh('deals', deal);
    },
  };
  const refresh = (type: string, id: string) =>
    refreshRecords({
      db,
      crm,
      references: [{ type, id }],
      now: () => new Date(),
      signal: new AbortController().signal,
    });
  const late: CrmAdapter = {
    ...crm,
    async *batches(context) {
      for await (const batch of crm.batches(context)) {
        await change[batch.object]?.();
        delete change[batch.object];
        yield batch;
      }
    },
  };
  await runSync({ db, crm: late, mode: 'full' });

  const { last_name } = await db
    .selectFrom('customers')
    .select('last_name')
    .where('id', '=', contact)
    .executeTakeFirstOrThrow();
  expect(last_name).toBe('Neu');
  const { quantity } = await db
    .selectFrom('purchases')
    .select('quantity')
    .where('id', '=', `deal-${deal}-${line}`)
    .where('customer_id', '=', contact)
    .executeTakeFirstOrThrow();
  expect(quantity).toBe(77);
});
