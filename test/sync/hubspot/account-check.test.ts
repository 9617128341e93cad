import { afterEach, expect, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { settingsFile } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { type Account, accountStand, USUAL } from './account-stand.ts';
import type { HttpStand } from './http-stand.ts';

let stand: HttpStand | undefined;
afterEach(() => stand?.close());

/** What is not all right about an account, in the order in which it is said. */
const complaints = async (...given: Parameters<typeof look>) =>
  (await look(...given)).filter(({ status }) => status !== 'ok');

/** What there is to say about an account, by what it is about. */
async function look(account: Partial<Account>, written: unknown = {}) {
  stand = await accountStand({ properties: structuredClone(USUAL), ...account });
  const crm = hubspotCrm({
    accessToken: 'pat-eu1-x',
    baseUrl: stand.url,
    settings: async () => settingsFile.shape.hubspot.parse(written),
  });
  return (await crm.check?.(AbortSignal.timeout(20_000))) ?? [];
}

test('an account that has everything: nothing to complain of, for a handful of calls', async () => {
  expect(await look({ subscriptionTypes: [{ id: 12, name: 'Neuigkeiten' }] })).toEqual([
    { about: 'HubSpot consent', status: 'ok', says: expect.stringContaining('12 (Neuigkeiten)') },
  ]);
  expect(stand?.requests.length).toBeLessThanOrEqual(16);
});

test('each missing scope is named, with what does not work without it, all at once', async () => {
  const findings = await complaints({
    lacks: [
      'crm.objects.companies.read',
      'crm.objects.line_items.read',
      'crm.objects.orders.read',
      'crm.objects.owners.read',
      'communication_preferences.read_write',
    ],
  });
  const says = (about: string) => findings.filter((finding) => finding.about === about);
  expect(says('HubSpot companies')).toMatchObject([
    {
      status: 'wrong',
      says: expect.stringMatching(/crm\.objects\.companies\.read: without it .*ratio.*Add it/),
    },
  ]);
  expect(says('HubSpot line_items')).toMatchObject([{ status: 'wrong' }]);
  expect(says('HubSpot orders')).toMatchObject([
    { status: 'note', says: expect.stringMatching(/crm\.objects\.orders\.read.*hubspot\.orders: false/) },
  ]);
  expect(says('HubSpot owners')).toMatchObject([{ status: 'wrong' }]);
  expect(says('HubSpot consent')).toMatchObject([
    {
      status: 'wrong',
      says: expect.stringMatching(/communication_preferences\.read_write.*tellUnsubscribes/),
    },
  ]);
  expect(findings).toHaveLength(5);
});

test('missing properties, a wrong pipeline and an unknown subscription type are named together', async () => {
  const findings = await look(
    {
      properties: { ...structuredClone(USUAL), products: { hs_sku: 'string' } },
      pipelines: [{ id: 'default', label: 'Vertrieb', stages: [{ id: 'closedwon', label: 'Gewonnen' }] }],
      subscriptionTypes: [{ id: 12, name: 'Neuigkeiten' }],
    },
    {
      subscriptionType: '99',
      wonStages: { vertrieb: ['closedwon'] },
      properties: { deals: { date: 'lieferdatum' } },
    },
  );
  expect(findings.map(({ about, status }) => [about, status])).toEqual([
    ['products.product_family', 'note'],
    ['deals.lieferdatum', 'wrong'],
    ['contacts.hs_email_optout_99', 'wrong'],
    ['pipeline vertrieb', 'wrong'],
    ['HubSpot consent', 'wrong'],
  ]);
  expect(findings.at(-1)?.says).toContain('12 (Neuigkeiten)');
  expect(findings.every(({ says }) => /settings\.yaml/.test(says))).toBe(true);
});

test.each([400, 404] as const)(
  'an account without orders and subscriptions may do without (%i)',
  async (unknownAs) => {
    expect(await complaints({ without: ['orders', 'subscriptions'], unknownAs })).toMatchObject([
      { about: 'HubSpot orders', status: 'note' },
      {
        about: 'HubSpot subscriptions',
        status: 'note',
        says: expect.stringContaining('hubspot.subscriptions: false'),
      },
    ]);
    const off = { orders: false, subscriptions: false };
    expect(await complaints({ without: ['orders', 'subscriptions'] }, off)).toEqual([]);
  },
);

test('the demo CRM, to a token that may do little and to one that it does not know', async () => {
  const crm = await startDemoCrm({
    company: demoCompany({ customers: 5, today: new Date() }),
    tokens: { little: { scopes: ['crm.objects.contacts.read', 'crm.objects.deals.read'] } },
  });
  try {
    const check = (accessToken: string) =>
      hubspotCrm({ accessToken, baseUrl: crm.url }).check?.(AbortSignal.timeout(20_000));
    const findings = (await check('little')) ?? [];
    const wrong = findings.filter(({ status }) => status === 'wrong').map(({ about }) => about);
    expect(wrong.sort()).toEqual([
      'HubSpot companies',
      'HubSpot consent',
      'HubSpot line_items',
      'HubSpot owners',
      'HubSpot products',
    ]);
    await expect(check('other')).rejects.toMatchObject({ code: 'crm_token_refused' });
  } finally {
    await crm.close();
  }
});

test('a refused token ends it after one call', async () => {
  await expect(look({ tokenRefused: true })).rejects.toMatchObject({ code: 'crm_token_refused' });
  expect(stand?.requests).toHaveLength(1);
});
