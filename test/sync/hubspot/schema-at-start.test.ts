import { afterEach, beforeEach, expect, test } from 'vitest';
import { settingsFile } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { HubSpotApi } from '../../../src/sync/hubspot/api.ts';
import { HubSpotConnection } from '../../../src/sync/hubspot/connection.ts';
import { hubspotMapping } from '../../../src/sync/hubspot/mapping.ts';
import { createSchemaWatch } from '../../../src/sync/hubspot/schema-at-start.ts';
import { refreshRecords } from '../../../src/sync/refresh.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';
import { type Account, accountStand, USUAL } from './account-stand.ts';
import { type HttpStand, httpStand } from './http-stand.ts';

const { db } = await testDatabase();
let stand: HttpStand;
let account: Account;
/** settings.yaml, under `hubspot`, as it is at the moment. */
let written: unknown;

beforeEach(async () => {
  account = {
    properties: structuredClone(USUAL),
    pipelines: [{ id: 'default', label: 'Vertrieb', stages: [{ id: 'closedwon', label: 'Gewonnen' }] }],
  };
  written = {};
  stand = await accountStand(account);
});
afterEach(() => stand.close());

/** A process's adapter. */
const open = () =>
  hubspotCrm({
    accessToken: 'pat-eu1-x',
    baseUrl: stand.url,
    patience: 0.01,
    settings: async () => settingsFile.shape.hubspot.parse(written),
  });
const sync = (crm: ReturnType<typeof open>, mode: 'full' | 'incremental' = 'incremental') =>
  runSync({ db, crm, mode });
const looks = () => stand.requests.filter(({ line }) => line.includes('/properties/')).length;

test('a property that somebody chose and that is not there stops a sync before it reads anything', async () => {
  written = { properties: { contacts: { innovationRatio: 'neues' } } };
  await expect(sync(open(), 'full')).rejects.toMatchObject({
    code: 'crm_property_missing',
    retryable: false,
    message: expect.stringMatching(/contacts.*neues.*share of new things.*hubspot setup/),
  });
  expect(stand.requests.some(({ line }) => line.includes('/objects/'))).toBe(false);
});

test('one that nobody chose is told of, and the sync goes on', async () => {
  account.properties.companies = {};
  const { counts } = await sync(open(), 'full');
  expect(counts.problems).toContainEqual(
    expect.objectContaining({ record: 'companies.innovation_ratio', code: 'crm_property_missing' }),
  );
});

test('a pipeline or stage that is not there stops it, and those that are get named', async () => {
  for (const wonStages of [{ vertrieb: ['closedwon'] }, { default: ['gewonnen'] }]) {
    written = { wonStages };
    await expect(sync(open(), 'full')).rejects.toMatchObject({
      code: 'crm_pipeline_unknown',
      message: expect.stringMatching(/default \(Vertrieb\)/),
    });
  }
  written = { wonStages: { default: ['closedwon'] } };
  await sync(open(), 'full');
});

test('it is looked at in the first sync of a process and in full ones, not in every poll', async () => {
  const crm = open();
  await sync(crm, 'full');
  const first = looks();
  expect(first).toBe(Object.keys(USUAL).length);
  await sync(crm);
  await sync(crm);
  expect(looks()).toBe(first);
  await sync(crm, 'full');
  expect(looks()).toBe(2 * first);
  await sync(open());
  expect(looks()).toBe(3 * first);
});

test('settings that have changed are looked at with the next poll', async () => {
  const crm = open();
  await sync(crm, 'full');
  written = { properties: { deals: { date: 'lieferdatum' } } };
  await expect(sync(crm)).rejects.toMatchObject({ code: 'crm_property_missing' });
  account.properties.deals = { lieferdatum: 'date' };
  await sync(crm);
});

test('what is away by the time a worker has run for an hour stops it; who was told once is not told again', async () => {
  account.properties.companies = {};
  let clock = 0;
  const watch = createSchemaWatch(() => clock);
  const connection = new HubSpotConnection({ accessToken: 'pat-eu1-x', baseUrl: stand.url });
  const api = () =>
    new HubSpotApi(
      connection,
      hubspotMapping(settingsFile.shape.hubspot.parse(written)),
      AbortSignal.timeout(20_000),
    );
  written = { properties: { deals: { date: 'closedate2' } } };
  account.properties.deals = { closedate2: 'date' };

  await watch.ready(api());
  expect(await watch.problems(api(), false)).toMatchObject([{ record: 'companies.innovation_ratio' }]);
  expect(await watch.problems(api(), false)).toEqual([]);
  account.properties.deals = {};
  clock += 3_500_000;
  expect(await watch.problems(api(), false)).toEqual([]);
  clock += 200_000;
  await expect(watch.ready(api())).rejects.toMatchObject({ code: 'crm_property_missing' });
  account.properties.deals = { closedate2: 'date' };
  expect(await watch.problems(api(), false)).toEqual([]);
  expect(await watch.problems(api(), true)).toHaveLength(1);
  connection.close();
});

test('a webhook does not read what the settings misname', async () => {
  written = { properties: { contacts: { innovationRatio: 'neues' } } };
  const references = [{ type: 'contacts', id: '17' }];
  const signal = AbortSignal.timeout(20_000);
  await expect(
    refreshRecords({ db, crm: open(), references, now: () => new Date(), signal }),
  ).rejects.toMatchObject({ code: 'crm_property_missing' });
});

test('what keeps the account from being read is looked at once a minute, however many events come', async () => {
  let clock = 0;
  const watch = createSchemaWatch(() => clock);
  const connection = new HubSpotConnection({ accessToken: 'pat-eu1-x', baseUrl: stand.url });
  const mapping = () => hubspotMapping(settingsFile.shape.hubspot.parse(written));
  const api = () => new HubSpotApi(connection, mapping(), AbortSignal.timeout(20_000));
  const wrong = expect.objectContaining({ code: 'crm_property_missing', ofRecords: false });
  await watch.ready(api());

  written = { properties: { deals: { date: 'lieferdatum' } } };
  await expect(watch.ready(api())).rejects.toEqual(wrong);
  const looked = looks();
  for (let event = 0; event < 50; event++) await expect(watch.ready(api())).rejects.toEqual(wrong);
  clock += 59_000;
  await expect(watch.ready(api())).rejects.toEqual(wrong);
  expect(looks()).toBe(looked);

  // other settings are another matter
  written = {};
  await watch.ready(api());
  written = { properties: { deals: { date: 'lieferdatum' } } };
  await expect(watch.ready(api())).rejects.toEqual(wrong);

  // mended: it is noticed after a minute, and at once by a sync
  account.properties.deals = { lieferdatum: 'date' };
  await expect(watch.ready(api())).rejects.toEqual(wrong);
  clock += 60_000;
  await watch.ready(api());
  account.properties.deals = {};
  await expect(watch.problems(api(), true)).rejects.toEqual(wrong);
  await expect(watch.ready(api())).rejects.toEqual(wrong);
  account.properties.deals = { lieferdatum: 'date' };
  await watch.problems(api(), false);
  await watch.ready(api());
  connection.close();
});

test('one odd answer at that look is not taken for the account for a minute', async () => {
  let odd = true;
  await stand.close();
  stand = await httpStand(() => (odd ? { body: {} } : { body: { results: [] } }));
  const connection = new HubSpotConnection({ accessToken: 'x', baseUrl: stand.url, patience: 0.001 });
  const mapping = hubspotMapping(settingsFile.shape.hubspot.parse({}));
  const api = new HubSpotApi(connection, mapping, AbortSignal.timeout(20_000));
  const watch = createSchemaWatch();
  await expect(watch.ready(api)).rejects.toMatchObject({ code: 'not_hubspot', ofRecords: false });
  odd = false;
  await watch.ready(api);
  connection.close();
});

test('a CRM that is down at that look is nothing that an event is to blame for', async () => {
  await stand.close();
  stand = await httpStand(() => ({ status: 503, body: { status: 'error' } }));
  const connection = new HubSpotConnection({ accessToken: 'x', baseUrl: stand.url, patience: 0.001 });
  const api = new HubSpotApi(
    connection,
    hubspotMapping(settingsFile.shape.hubspot.parse({})),
    AbortSignal.timeout(20_000),
  );
  await expect(createSchemaWatch().ready(api)).rejects.toMatchObject({
    code: 'crm_down',
    retryable: true,
    ofRecords: false,
  });
  connection.close();
});

test('what a token may not look at does not stop it', async () => {
  account.lacks = ['crm.objects.orders.read'];
  account.without = ['subscriptions'];
  const { counts } = await sync(open(), 'full');
  expect(counts.problems.map(({ code }) => code).sort()).toEqual([
    'orders_unavailable',
    'subscriptions_unavailable',
  ]);
});
