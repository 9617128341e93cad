import { afterEach, beforeEach, expect, test } from 'vitest';
import { settingsFile } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';
import { type Account, accountStand, USUAL } from './account-stand.ts';
import type { HttpStand } from './http-stand.ts';

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

test('what a token may not look at does not stop it', async () => {
  account.lacks = ['crm.objects.orders.read'];
  account.without = ['subscriptions'];
  const { counts } = await sync(open(), 'full');
  expect(counts.problems.map(({ code }) => code).sort()).toEqual([
    'orders_unavailable',
    'subscriptions_unavailable',
  ]);
});
