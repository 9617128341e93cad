import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUBSCRIPTION_TYPES } from '../../src/demo/crm-server/consents.ts';
import { type ClientStand, clientStand } from './official-client/stand.ts';

let stand: ClientStand;
beforeAll(async () => {
  stand = await clientStand();
});
afterAll(() => stand.crm.close());

const status = async (path: string) => (await stand.raw('GET', path)).status;

test('only versions that HubSpot has published are served', async () => {
  for (const version of ['2026-03', '2026-09']) {
    expect(await status(`/crm/objects/${version}/contacts`)).toBe(200);
    expect(await status(`/communication-preferences/${version}/definitions`)).toBe(200);
  }
  for (const version of ['2025-09', '2026-04', '2027-03', 'v9']) {
    expect(await status(`/crm/objects/${version}/contacts`)).toBe(404);
    expect(await status(`/communication-preferences/${version}/definitions`)).toBe(404);
  }
});

test('a slash at the end does no harm in v3, and is refused in dated paths', async () => {
  expect(await status('/crm/v3/owners/?limit=1')).toBe(200);
  for (const path of [
    '/crm/owners/2026-09',
    '/crm/objects/2026-09/contacts',
    '/crm/properties/2026-03/deals',
  ]) {
    expect(await status(`${path}?properties=a/`)).toBe(200);
    expect(await status(`${path}/`)).toBe(404);
    expect(await status(`${path}/?limit=1`)).toBe(404);
  }
});

test('batches of associations and properties answer 200 in dated paths, 201 and 204 before', async () => {
  const [contact = ''] = stand.contacts;
  const deal = String([...stand.crm.company.ids('deals')].at(-1));
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 4 }];
  const made = { inputs: [{ from: { id: contact }, to: { id: deal }, types }] };
  const removed = { inputs: [{ from: { id: contact }, to: [{ id: deal }] }] };
  const property = (name: string) => ({
    inputs: [{ name, label: name, type: 'string', fieldType: 'text', groupName: 'contactinformation' }],
  });
  const [v4, dated] = ['/crm/v4/associations', '/crm/associations/2026-09'].map(
    (path) => `${path}/contacts/deals`,
  );
  const post = async (path: string, body: object) => (await stand.raw('POST', path, body)).status;
  expect(await post(`${v4}/batch/create`, made)).toBe(201);
  expect(await post(`${v4}/batch/archive`, removed)).toBe(204);
  expect(await post(`${dated}/batch/create`, made)).toBe(200);
  expect(await post(`${dated}/batch/archive`, removed)).toBe(200);
  expect(stand.crm.store.edges.of('contacts', Number(contact), 'deals')).not.toContain(Number(deal));
  expect(await post('/crm/v3/properties/contacts/batch/create', property('one'))).toBe(201);
  expect(await post('/crm/properties/2026-09/contacts/batch/create', property('two'))).toBe(200);
});

test('communication preferences keep the form of v3 where dated paths have it', async () => {
  const area = '/communication-preferences/2026-09';
  const email = 'jemand@kunde.example';
  const change = { emailAddress: email, subscriptionId: String(SUBSCRIPTION_TYPES[0].id) };
  const states = async () =>
    (await stand.raw('GET', `${area}/status/email/${email}`)).body.subscriptionStatuses;
  expect((await stand.raw('POST', `${area}/subscribe`, change)).status).toBe(200);
  expect(await states()).toMatchObject([{ status: 'SUBSCRIBED' }, {}, {}]);
  expect((await stand.raw('POST', `${area}/unsubscribe`, change)).status).toBe(200);
  expect(await states()).toMatchObject([{ status: 'NOT_SUBSCRIBED' }, {}, {}]);
});
