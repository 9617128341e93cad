import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { changes } from '../../../src/sync/counts.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import type { SyncMode } from '../../../src/sync/port.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';

const CUSTOMERS = 300;
const { db } = await testDatabase();
const company = demoCompany({ customers: CUSTOMERS, today: new Date() });
const contacts = [...company.ids('contacts')].map(String);
let crm: DemoCrm;

beforeAll(async () => {
  // small pages, so that following them is part of every test
  crm = await startDemoCrm({ company, associationPageSize: 3 });
});
afterAll(() => crm.close());

const sync = (mode: SyncMode, { timeoutMs = 30_000, ...more }: SyncMore = {}) =>
  runSync({
    db,
    crm: hubspotCrm({ accessToken: 'demo', baseUrl: `${crm.url}/`, patience: 0.01, timeoutMs }),
    mode,
    ...more,
  });
type SyncMore = Partial<Parameters<typeof runSync>[0]> & { timeoutMs?: number };

const alive = async (id: string) =>
  (await db.selectFrom('customers').select('archived_at').where('id', '=', id).executeTakeFirst())
    ?.archived_at === null;
const purchasesOf = async (customer: string) =>
  await db.selectFrom('purchases').selectAll().where('customer_id', '=', customer).orderBy('id').execute();
const purchaseCount = async () =>
  (await db.selectFrom('purchases').select(db.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n;

test('a full sync finds what every contact owns, and nothing else', async () => {
  const { counts, mode } = await sync('incremental');
  expect(mode).toBe('full');
  expect(counts.customers.inserted).toBe(CUSTOMERS);
  const owned = await db
    .selectFrom('owned_products')
    .innerJoin('products', 'products.id', 'product_id')
    .select(['customer_id', 'sku', 'quantity'])
    .where('sku', 'is not', null)
    .where('products.id', 'not like', 'sku:%')
    .execute();
  const found = new Map<string, Map<string, number>>();
  for (const { customer_id, sku, quantity } of owned) {
    found.set(customer_id, (found.get(customer_id) ?? new Map()).set(sku, quantity));
  }
  for (const id of contacts) {
    const truth = [...company.owned(Number(id))].map(([sku, pieces]) => [sku, Math.ceil(pieces)]);
    expect([id, [...(found.get(id) ?? [])].sort()]).toEqual([id, truth.sort()]);
  }
});

test('text that would break mail headers or the database is stored clean', async () => {
  const rows = await db.selectFrom('customers').selectAll().execute();
  const texts = rows.flatMap((row) => [row.first_name, row.last_name, row.title, row.email]);
  expect(texts.filter((text) => /\p{Cc}/u.test(text ?? ''))).toEqual([]);
});

test('the same again, full or incremental, changes nothing and says so', async () => {
  for (const mode of ['full', 'incremental'] as const) {
    const result = await sync(mode);
    expect([result.mode, changes(result.counts)]).toEqual([mode, 0]);
  }
});

describe('an incremental sync', () => {
  const [buyer = '', second = '', third = '', fourth = ''] = contacts.slice(60);

  test.each(['deal', 'order'] as const)('picks up one new purchase from %s', async (via) => {
    const before = await purchasesOf(buyer);
    const { tradeId, lineItemId } = crm.addPurchase({ contactId: buyer, sku: 'ORV-KW2', quantity: 2, via });
    const { counts, mode } = await sync('incremental');
    expect(mode).toBe('incremental');
    expect(changes(counts)).toBe(1);
    const added = (await purchasesOf(buyer)).filter((row) => !before.some(({ id }) => id === row.id));
    expect(added).toMatchObject([{ id: `${via}-${tradeId}-${lineItemId}`, quantity: 2, status: 'kept' }]);
  });

  test('picks up a changed line item although its deal says nothing', async () => {
    const { tradeId, lineItemId } = crm.addPurchase({ contactId: buyer, sku: 'ORV-TW6' });
    await sync('incremental');
    crm.update('line_items', lineItemId, { quantity: '-3' });
    const { counts } = await sync('incremental');
    expect(counts.purchases.changed).toBe(1);
    const rows = await purchasesOf(buyer);
    expect(rows.find(({ id }) => id === `deal-${tradeId}-${lineItemId}`)?.quantity).toBe(-3);
  });

  test('takes back a deal that is no longer won, and one that was archived', async () => {
    const before = await purchaseCount();
    const lost = crm.addPurchase({ contactId: buyer, sku: 'ORV-TW6' });
    const archived = crm.addPurchase({ contactId: buyer, sku: 'ORV-TW6' });
    const order = crm.addPurchase({ contactId: buyer, sku: 'ORV-TW6', via: 'order' });
    await sync('incremental');
    expect(await purchaseCount()).toBe(before + 3);
    crm.update('deals', lost.tradeId, { hs_is_closed_won: 'false' });
    crm.archive('deals', archived.tradeId);
    crm.archive('orders', order.tradeId);
    const { counts } = await sync('incremental');
    expect(counts.purchases.removed).toBe(3);
    expect(await purchaseCount()).toBe(before);
  });

  test('marks a cancelled order', async () => {
    const { tradeId } = crm.addPurchase({ contactId: buyer, sku: 'ORV-MG4', via: 'order' });
    await sync('incremental');
    crm.update('orders', tradeId, { hs_external_order_status: 'cancelled' });
    await sync('incremental');
    const rows = await purchasesOf(buyer);
    expect(rows.find(({ id }) => id.startsWith(`order-${tradeId}-`))?.status).toBe('cancelled');
  });

  test('brings changes of contacts, companies and products', async () => {
    crm.updateContact(second, { lastname: 'Umbenannt', hs_email_optout: 'true', innovation_ratio: '1.5' });
    const { counts } = await sync('incremental');
    expect(counts.customers.changed).toBe(1);
    expect(counts.problems).toMatchObject([{ record: `customer ${second}`, code: 'ratio_out_of_range' }]);
    const row = await db
      .selectFrom('customers')
      .selectAll()
      .where('id', '=', second)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ last_name: 'Umbenannt', opted_out: true, innovation_ratio: null });
  });

  test('archives contacts that were archived or merged away', async () => {
    crm.archiveContact(third);
    crm.mergeContacts(second, fourth, { makesNew: false });
    const { counts } = await sync('incremental');
    expect(counts.customers.removed).toBe(2);
    expect([await alive(third), await alive(fourth), await alive(second)]).toEqual([false, false, true]);
  });

  test('misses nothing although the search index lags', async () => {
    crm.faults.searchLagMs = 60_000;
    crm.addPurchase({ contactId: buyer, sku: 'ORV-PG8' });
    expect(changes((await sync('incremental')).counts)).toBe(0);
    crm.faults.clear();
    expect((await sync('incremental')).counts.purchases.inserted).toBe(1);
  });

  test('reads more changes than one search gives', async () => {
    const changed = contacts.filter((_, n) => n % 2 === 1 && n > 70);
    for (const id of changed) crm.updateContact(id, { firstname: `Neu ${id}` });
    const { counts } = await sync('incremental');
    expect(counts.customers.changed).toBe(changed.length);
  });
});

describe('a full sync', () => {
  test('finds contacts that were deleted for privacy', async () => {
    const [forgotten = ''] = contacts.slice(71);
    crm.forgetContact(forgotten);
    await sync('incremental');
    expect(await alive(forgotten)).toBe(true);
    expect((await sync('full')).counts.customers.removed).toBe(1);
    expect(await alive(forgotten)).toBe(false);
  });

  test('that dies half-way removes nothing; the next one goes on and finishes', async () => {
    const [gone = ''] = contacts.slice(72);
    crm.forgetContact(gone);
    const before = await purchaseCount();
    for (const path of [/objects\/products/, /objects\/contacts\?.*after/, /associations\/orders/]) {
      crm.faults.failNext(50, 500, path);
      await expect(sync('full')).rejects.toMatchObject({ code: 'crm_down', retryable: true });
      crm.faults.clear();
      expect(await alive(gone)).toBe(true);
      expect(await purchaseCount()).toBe(before);
    }
    const { resumed, counts } = await sync('full');
    expect(resumed).toBe(true);
    expect(counts.customers.removed).toBe(1);
    expect(counts.customers.inserted + counts.customers.changed).toBe(0);
  });

  test('goes on without orders when the account or the token has none, and loses none it knew', async () => {
    const before = await purchaseCount();
    for (const status of [403, 404]) {
      crm.faults.failNext(50, status, /orders/);
      const { counts } = await sync('full');
      expect(counts.problems.filter(({ code }) => code === 'orders_unavailable')).toHaveLength(1);
      expect(changes(counts)).toBe(0);
      const incremental = await sync('incremental');
      expect(incremental.counts.problemCounts.orders_unavailable).toBe(1);
      crm.faults.clear();
    }
    expect(await purchaseCount()).toBe(before);
  });
});

describe('passing faults', () => {
  beforeEach(async () => {
    await sql`truncate customers, purchases, sync_cursors, sync_seen, sync_runs`.execute(db);
  });
  afterEach(() => crm.faults.clear());

  test.each([429, 500, 502, 503, 504, 521, 523, 524, 423, 477, 'reset', 'html'] as const)(
    '%s is waited out',
    async (fault) => {
      crm.faults.failNext(2, fault, /objects\/contacts/);
      crm.faults.failNext(2, fault, /line_items\/batch/);
      const { counts } = await sync('full');
      expect(counts.customers.inserted).toBeGreaterThan(CUSTOMERS - 10);
      expect(counts.purchases.inserted).toBeGreaterThan(CUSTOMERS);
    },
  );

  test('a hung connection times out and the call is made again', async () => {
    crm.faults.failNext(1, 'hang', /objects\/companies/);
    const { counts } = await sync('full', { timeoutMs: 1000 });
    expect(counts.customers.inserted).toBeGreaterThan(0);
  });

  test('an abort ends even a hung call at once', async () => {
    crm.faults.failNext(9, 'hang', /objects\/companies/);
    const begun = performance.now();
    const hung = sync('full', { signal: AbortSignal.timeout(700) });
    await expect(hung).rejects.toMatchObject({ code: 'interrupted' });
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe('faults that stay', () => {
  beforeEach(async () => {
    await sql`truncate customers, purchases, sync_cursors, sync_seen, sync_runs`.execute(db);
  });
  afterEach(() => crm.faults.clear());

  test('web pages in place of answers say that the base URL is wrong, and archive nobody', async () => {
    await sync('full');
    crm.faults.failNext(99, 'html', /objects\/contacts/);
    await expect(sync('full')).rejects.toMatchObject({
      code: 'not_hubspot',
      message: expect.stringContaining('web page'),
    });
    const archived = await db
      .selectFrom('customers')
      .select('id')
      .where('archived_at', 'is not', null)
      .execute();
    expect(archived).toEqual([]);
  });

  test("the day's limit fails at once, in plain words", async () => {
    const { settings } = crm.limits;
    crm.limits.settings = { ...settings, perDay: 0 };
    const begun = performance.now();
    await expect(sync('full')).rejects.toMatchObject({ code: 'crm_daily_limit', retryable: true });
    expect(performance.now() - begun).toBeLessThan(1500);
    crm.limits.settings = settings;
  });

  test('a base URL with a path, or of something else, says so', async () => {
    const elsewhere = hubspotCrm({ accessToken: 'demo', baseUrl: `${crm.url}/crm`, patience: 0.01 });
    await expect(runSync({ db, crm: elsewhere, mode: 'full' })).rejects.toMatchObject({
      code: 'crm_not_found',
    });
    const nobody = hubspotCrm({ accessToken: 'demo', baseUrl: 'http://127.0.0.1:9', patience: 0.01 });
    await expect(runSync({ db, crm: nobody, mode: 'full' })).rejects.toMatchObject({
      code: 'crm_unreachable',
    });
  });
});
