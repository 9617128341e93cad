import { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

const company = demoCompany({ customers: 20, today: new Date('2026-12-01') });
let clock = Date.parse('2026-12-01T12:00:00Z');
let crm: DemoCrm;
beforeAll(async () => {
  crm = await startDemoCrm({
    company,
    now: () => new Date(clock),
    tokens: {
      everything: {},
      reader: { scopes: ['crm.objects.contacts.read', 'crm.objects.deals.read'] },
      seller: { scopes: ['e-commerce'] },
      writer: { scopes: ['crm.objects.contacts.write', 'crm.schemas.contacts.write'] },
    },
    oauth: { clientId: 'app', clientSecret: 'secret', codes: ['code-1'], scopes: ['crm.objects.deals.read'] },
  });
});
afterAll(() => crm.close());

const client = (accessToken: string) =>
  new Client({ basePath: crm.url, accessToken, numberOfApiCallRetries: 0 });
const refused = async (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ code, body }: { code: number; body: unknown }) => ({ code, body }),
  );
/** The scopes that a refusal names, one of which is needed. */
const missing = async (call: Promise<unknown>) => {
  const answer = await refused(call);
  const body = answer?.body as { errors: { context: { requiredGranularScopes: string[] } }[] } | undefined;
  return body?.errors[0]?.context.requiredGranularScopes;
};

describe('tokens', () => {
  test('an unknown one is refused, a known one comes in', async () => {
    expect(await refused(client('nobody').crm.contacts.basicApi.getPage(1))).toMatchObject({
      code: 401,
      body: {
        status: 'error',
        category: 'INVALID_AUTHENTICATION',
        message: expect.stringContaining('unknown'),
      },
    });
    expect((await client('reader').crm.contacts.basicApi.getPage(1)).results).toHaveLength(1);
  });

  test('a missing scope is named', async () => {
    expect(await refused(client('reader').crm.lineItems.basicApi.getPage(1))).toMatchObject({
      code: 403,
      body: {
        status: 'error',
        category: 'MISSING_SCOPES',
        errors: [{ context: { requiredGranularScopes: ['crm.objects.line_items.read'] } }],
        links: { scopes: expect.any(String) },
      },
    });
  });

  test('reading is not writing, search and batch read are reading, associations need both ends', async () => {
    const reader = client('reader').crm;
    const inputs = [{ id: '1' }];
    const read = { inputs, properties: [], propertiesWithHistory: [] };
    expect(await missing(reader.contacts.basicApi.create({ properties: {}, associations: [] }))).toEqual([
      'crm.objects.contacts.write',
    ]);
    expect(await missing(reader.contacts.batchApi.read(read))).toBeUndefined();
    expect(await missing(reader.contacts.searchApi.doSearch({}))).toBeUndefined();
    expect(await missing(reader.associations.v4.batchApi.getPage('deals', 'line_items', { inputs }))).toEqual(
      ['crm.objects.line_items.read'],
    );
    expect(
      await missing(reader.associations.v4.batchApi.getPage('deals', 'contacts', { inputs })),
    ).toBeUndefined();
    expect(await missing(reader.owners.ownersApi.getPage())).toEqual(['crm.objects.owners.read']);
    expect(await missing(reader.properties.coreApi.getAll('contacts'))).toBeUndefined();
    expect(await missing(reader.properties.coreApi.getAll('companies'))).toEqual([
      'crm.schemas.companies.read',
      'crm.objects.companies.read',
    ]);
    expect(await missing(client('writer').crm.objects.basicApi.getPage('notes'))).toEqual([
      'crm.objects.contacts.read',
    ]);
    expect(await missing(client('reader').communicationPreferences.definitionApi.getPage())).toEqual([
      'communication_preferences.read_write',
      'communication_preferences.read',
    ]);
  });
});

test('definitions of products and line items are written with e-commerce, and read with that or with the records', async () => {
  const { crm: seller } = client('seller');
  const { crm: reader } = client('reader');
  const groups = await seller.properties.groupsApi.getAll('products');
  const groupName = groups.results[0]?.name;
  const named = { name: 'loudness', label: 'L', type: 'string', fieldType: 'text', groupName } as never;
  expect(await missing(seller.properties.coreApi.create('products', named))).toBeUndefined();
  expect(await missing(reader.properties.coreApi.create('products', named))).toEqual(['e-commerce']);
  expect(await missing(seller.properties.coreApi.getAll('line_items'))).toBeUndefined();
  expect(await missing(reader.properties.coreApi.getAll('products'))).toEqual([
    'e-commerce',
    'crm.objects.products.read',
    'crm.objects.products.write',
  ]);
});

test('an account without orders has no scope for them to give', async () => {
  const small = await startDemoCrm({ company, without: ['orders'] });
  const { crm: api } = new Client({ basePath: small.url, accessToken: 'any', numberOfApiCallRetries: 0 });
  expect(await missing(api.objects.basicApi.getPage('orders'))).toEqual(['crm.objects.orders.read']);
  expect(await missing(api.objects.basicApi.getPage('deals'))).toBeUndefined();
  await small.close();
});

describe('OAuth', () => {
  test('a code brings tokens once, the refresh token brings more, and access ends after half an hour', async () => {
    const { oauth } = client('');
    const trade = () =>
      oauth.tokensApi.create('authorization_code', 'code-1', 'https://example.com', 'app', 'secret');
    const first = await trade();
    expect(first).toMatchObject({ tokenType: 'bearer', expiresIn: 1800 });
    expect(await refused(trade())).toMatchObject({ code: 400, body: { status: 'BAD_AUTH_CODE' } });
    expect((await client(first.accessToken).crm.deals.basicApi.getPage(1)).results).toHaveLength(1);
    expect(await missing(client(first.accessToken).crm.contacts.basicApi.getPage(1))).toEqual([
      'crm.objects.contacts.read',
    ]);
    expect(await oauth.accessTokensApi.get(first.accessToken)).toMatchObject({
      scopes: ['crm.objects.deals.read'],
      expiresIn: 1800,
    });
    clock += 1_801_000;
    expect(await refused(client(first.accessToken).crm.deals.basicApi.getPage(1))).toMatchObject({
      code: 401,
      body: { category: 'EXPIRED_AUTHENTICATION' },
    });
    const refresh = (token: string, secret = 'secret') =>
      oauth.tokensApi.create('refresh_token', undefined, undefined, 'app', secret, token);
    const next = await refresh(first.refreshToken);
    expect((await client(next.accessToken).crm.deals.basicApi.getPage(1)).results).toHaveLength(1);
    expect(await refused(refresh('made up'))).toMatchObject({ body: { status: 'BAD_REFRESH_TOKEN' } });
    expect(await refused(refresh(first.refreshToken, 'guess'))).toMatchObject({
      body: { status: 'BAD_CLIENT_SECRET' },
    });
    expect((await oauth.refreshTokensApi.get(first.refreshToken)).scopes).toEqual(['crm.objects.deals.read']);
    await oauth.refreshTokensApi.archive(first.refreshToken);
    expect(await refused(refresh(first.refreshToken))).toMatchObject({
      body: { status: 'BAD_REFRESH_TOKEN' },
    });
  });
});
