import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import type { SyncMode } from '../../../src/sync/port.ts';
import { refreshRecords } from '../../../src/sync/refresh.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';
import { type ChangedAnswers, type CrmAnswer, changedAnswers } from './changed-answers.ts';

/** Answers of the CRM that are not whole: they never make anything vanish, and end no sync for one record's sake. */
const { db } = await testDatabase();
const company = demoCompany({ customers: 120, today: new Date('2026-11-20T08:00:00Z') });
const [contact = '', other = ''] = [...company.ids('contacts')].map(String);
let server: DemoCrm;
let crm: ChangedAnswers;

beforeEach(async () => {
  await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs,
    crm_reads`.execute(db);
  server = await startDemoCrm({ company });
  crm = await changedAnswers(server.url);
});
afterEach(async () => {
  await crm.close();
  await server.close();
});

const settings = async () => ({ ...HUBSPOT_DEFAULTS, orders: false, subscriptions: false });
const adapter = () => hubspotCrm({ accessToken: 'demo', baseUrl: crm.url, patience: 0.001, settings });
const sync = (mode: SyncMode) => runSync({ db, crm: adapter(), mode });
const lastName = async (id: string) =>
  (await db.selectFrom('customers').select('last_name').where('id', '=', id).executeTakeFirst())?.last_name;
/** How much of everything counts. */
const alive = async () => {
  const { rows } =
    await sql`select (select count(*)::int from customers where archived_at is null) as customers,
    (select count(*)::int from companies where archived_at is null) as companies,
    (select count(*)::int from products where archived_at is null) as products,
    (select count(*)::int from purchases) as purchases`.execute(db);
  return rows[0];
};
/** A deal of one line item, already synced. */
async function boughtDeal(): Promise<{ purchase: string; deal: string; line: string }> {
  const [[sku] = ['']] = company.owned(Number(contact));
  const { tradeId: deal, lineItemId: line } = server.addPurchase({ contactId: contact, sku });
  await sync('full');
  return { purchase: `deal-${deal}-${line}`, deal, line };
}
const quantity = async (purchase: string) =>
  (await db.selectFrom('purchases').select('quantity').where('id', '=', purchase).executeTakeFirst())
    ?.quantity;

/** From now on batch reads of `type` say that this record could not be read. */
function breakRecord(type: string, id: string): void {
  crm.change = (line, body, answer): CrmAnswer | null =>
    line.includes(`/objects/${type}/batch/read`) && body.includes(`"${id}"`)
      ? {
          ...answer,
          results: answer.results.filter((record) => record.id !== id),
          errors: [{ status: 'error', category: 'INTERNAL_ERROR', message: 'x', context: { ids: [id] } }],
        }
      : null;
}

test.each<[string, Partial<CrmAnswer>]>([
  ['that are empty', { results: [] }],
  ['that are still being made', { status: 'PROCESSING' }],
])('batch reads %s end an incremental sync, and nobody is gone', async (_, change) => {
  await sync('full');
  const before = await alive();
  for (const id of [...company.ids('contacts')].slice(0, 40)) {
    server.updateContact(String(id), { lastname: 'Neu' });
  }
  crm.change = (line, __, answer) =>
    line.includes('/objects/contacts/batch/read') ? { ...answer, ...change } : null;
  await expect(sync('incremental')).rejects.toMatchObject({ code: 'not_hubspot' });
  expect(await alive()).toEqual(before);
  crm.change = () => null;
  await sync('incremental');
  expect(await lastName(contact)).toBe('Neu');
  expect(await alive()).toEqual(before);
});

test('associations that are still being made end a full sync, and nothing is gone', async () => {
  await sync('full');
  const before = await alive();
  crm.change = (line, _, answer) =>
    /associations\/deals\/(line_items|contacts)\/batch/.test(line)
      ? { ...answer, status: 'PROCESSING', results: [] }
      : null;
  await expect(sync('full')).rejects.toMatchObject({ code: 'not_hubspot' });
  expect(await alive()).toEqual(before);
});

test('a contact that HubSpot can not read stays as it is, and the others are stored', async () => {
  await sync('full');
  const before = await alive();
  const known = await lastName(contact);
  server.updateContact(contact, { lastname: 'Ungelesen' });
  server.updateContact(other, { lastname: 'Neu' });
  breakRecord('contacts', contact);
  const { counts } = await sync('incremental');
  expect([await lastName(contact), await lastName(other)]).toEqual([known, 'Neu']);
  expect(counts.problems).toEqual([
    {
      record: `customer ${contact}`,
      code: 'record_unreadable',
      message: 'Skipped, the last known state stays. HubSpot could not read it (INTERNAL_ERROR).',
    },
  ]);
  expect(await alive()).toEqual(before);
});

test('so do companies, products and deals', async () => {
  const { purchase, deal } = await boughtDeal();
  const before = await alive();
  const names = { companies: 'company', products: 'product', deals: 'deal' };
  for (const [type, name] of Object.entries(names) as [keyof typeof names, string][]) {
    const id = type === 'deals' ? deal : String([...company.ids(type)][0]);
    breakRecord(type, id);
    const { problemCounts, problems } = await refreshRecords({
      db,
      crm: adapter(),
      references: [{ type, id }],
      now: () => new Date(),
      signal: AbortSignal.timeout(20_000),
    });
    expect(problemCounts).toEqual({ record_unreadable: 1 });
    expect(problems[0]?.record).toBe(`${name} ${id}`);
    expect(await alive()).toEqual(before);
  }
  expect(await quantity(purchase)).toBe(1);
});

test.each<SyncMode>(['incremental', 'full'])(
  'a line item that HubSpot can not read keeps its purchase, sync: %s',
  async (mode) => {
    const { purchase, deal, line } = await boughtDeal();
    const before = await alive();
    server.update('deals', deal, { dealname: 'Umbenannt' });
    server.update('line_items', line, { quantity: '7' });
    breakRecord('line_items', line);
    const { counts } = await sync(mode);
    expect(await quantity(purchase)).toBe(1);
    expect(await alive()).toEqual(before);
    expect(counts.problems).toContainEqual(
      expect.objectContaining({ record: `purchase ${purchase}`, code: 'record_unreadable' }),
    );
    crm.change = () => null;
    await sync('full');
    expect(await quantity(purchase)).toBe(7);
  },
);

test('a list that goes round in a circle of two ends the sync', async () => {
  const [here, there] = [...company.ids('contacts')].slice(10, 12).map(String) as [string, string];
  let calls = 0;
  crm.change = (line, _, answer) => {
    if (!line.includes('/objects/contacts?')) return null;
    calls++;
    return { ...answer, paging: { next: { after: line.includes(`after=${here}`) ? there : here } } };
  };
  await expect(sync('full')).rejects.toMatchObject({ code: 'not_hubspot' });
  expect(calls).toBe(3);
});
