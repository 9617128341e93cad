import { afterEach, describe, expect, test } from 'vitest';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { HubSpotApi } from '../../../src/sync/hubspot/api.ts';
import { HubSpotConnection } from '../../../src/sync/hubspot/connection.ts';
import { hubspotMapping } from '../../../src/sync/hubspot/mapping.ts';
import { type Answer, type HttpStand, httpStand } from './http-stand.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function apiOf(
  answer: (line: string, body: string, number: number) => Answer,
  more: { patience?: number; timeoutMs?: number; path?: string } = {},
): Promise<{ api: HubSpotApi; stand: HttpStand }> {
  const stand = await httpStand(answer);
  const { patience = 0.01, timeoutMs = 5000, path = '' } = more;
  const connection = new HubSpotConnection({
    accessToken: 'secret-token',
    baseUrl: `${stand.url}${path}`,
    patience,
    timeoutMs,
  });
  closing.push(() => connection.close(), stand.close);
  return {
    api: new HubSpotApi(connection, hubspotMapping(HUBSPOT_DEFAULTS), new AbortController().signal),
    stand,
  };
}

const record = (id: string, properties = {}) => ({
  id,
  properties,
  createdAt: '2024-01-01T00:00:00Z',
  updatedAt: '2024-01-01T00:00:00Z',
  archived: false,
});
const failure = (status: number, body: Record<string, unknown>, headers = {}): Answer => ({
  status,
  headers,
  body: { status: 'error', correlationId: 'x', ...body },
});

describe('answers that are no answers', () => {
  test.each<[string, Answer, string]>([
    ['an empty object', { body: {} }, 'without results'],
    ['results that are no list', { body: { results: {} } }, 'lists are no lists'],
    ['a list', { body: '[]' }, 'no JSON object'],
    ['broken JSON', { body: '{"results":[' }, 'broken JSON'],
    ['a web page called JSON', { body: '<!doctype html><p>Sign in</p>' }, 'web page'],
    ['plain text', { body: 'OK', headers: { 'Content-Type': 'text/plain' } }, 'no JSON object'],
    ['nothing', { body: '' }, 'no JSON object'],
  ])('%s is never an empty account', async (_, answer, words) => {
    const { api, stand } = await apiOf(() => answer);
    await expect(api.list('contacts', null)).rejects.toMatchObject({
      code: 'not_hubspot',
      retryable: false,
      message: expect.stringContaining(words),
    });
    expect(stand.requests).toHaveLength(3);
  });

  test('pages that go round in circles are found out', async () => {
    const { api } = await apiOf(() => ({
      body: { results: [record('1')], paging: { next: { after: '1' } } },
    }));
    await expect(api.list('contacts', '1')).rejects.toMatchObject({ code: 'not_hubspot' });
  });

  test('a search that ignores its filter is found out', async () => {
    const { api } = await apiOf(() => ({ body: { total: 2, results: [record('9'), record('8')] } }));
    await expect(api.modified('deals', new Date(0), '0')).rejects.toMatchObject({ code: 'not_hubspot' });
  });
});

describe('refusals, in words for people', () => {
  test('401 speaks of the token, and never shows it', async () => {
    const { api, stand } = await apiOf(() =>
      failure(401, { category: 'INVALID_AUTHENTICATION', message: 'no' }),
    );
    const error = await api.owners(null).catch((caught) => caught);
    expect(error).toMatchObject({ code: 'crm_token_refused', retryable: false });
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain(
      'secret-token',
    );
    expect(stand.requests).toHaveLength(1);
  });

  test('403 names the missing scope', async () => {
    const { api } = await apiOf(() =>
      failure(403, {
        category: 'MISSING_SCOPES',
        message: "This app hasn't been granted all required scopes to make this call.",
        errors: [{ message: 'x', context: { requiredGranularScopes: ['crm.objects.contacts.read'] } }],
      }),
    );
    await expect(api.list('contacts', null)).rejects.toMatchObject({
      code: 'crm_scope_missing',
      ofRecords: false,
      message: expect.stringContaining(
        'has no access to contacts: it lacks the scope crm.objects.contacts.read',
      ),
    });
  });

  test('400 repeats what HubSpot says', async () => {
    const { api } = await apiOf(() =>
      failure(400, { category: 'VALIDATION_ERROR', message: 'No such filter' }),
    );
    await expect(api.modified('deals', new Date(), '0')).rejects.toMatchObject({
      code: 'crm_refused',
      // other records may be readable
      ofRecords: true,
      message: expect.stringContaining('400 when asked for changed deals: No such filter'),
    });
  });
});

describe('limits', () => {
  test('Retry-After is obeyed', async () => {
    const { api, stand } = await apiOf(
      (_, __, number) =>
        number === 1
          ? failure(429, { policyName: 'TEN_SECONDLY_ROLLING' }, { 'Retry-After': '1' })
          : { body: { results: [] } },
      { patience: 1 },
    );
    await api.list('contacts', null);
    const [first, second] = stand.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('without Retry-After a refused call waits by itself, and so do the others', async () => {
    const { api, stand } = await apiOf(
      (_, __, number) =>
        number === 1 ? failure(429, { policyName: 'TEN_SECONDLY_ROLLING' }) : { body: { results: [] } },
      { patience: 0.2 },
    );
    const first = api.list('contacts', null);
    await expect.poll(() => stand.requests.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await Promise.all([first, api.list('deals', null), api.list('orders', null)]);
    const [refused, ...others] = stand.requests.map(({ at }) => at);
    for (const at of others) expect(at - (refused ?? 0)).toBeGreaterThan(300);
  });

  test('429 that never ends says so', async () => {
    const { api, stand } = await apiOf(() =>
      failure(429, { message: 'You have reached your secondly limit.' }),
    );
    await expect(api.modified('deals', new Date(), '0')).rejects.toMatchObject({
      code: 'crm_rate_limit',
      retryable: true,
    });
    expect(stand.requests).toHaveLength(8);
  });

  test("the day's limit is not waited for, however it is said", async () => {
    for (const body of [{ policyName: 'DAILY' }, { message: 'You have reached your daily limit.' }]) {
      const { api, stand } = await apiOf(() => failure(429, { errorType: 'RATE_LIMIT', ...body }));
      await expect(api.list('deals', null)).rejects.toMatchObject({ code: 'crm_daily_limit' });
      expect(stand.requests).toHaveLength(1);
    }
  });

  test('searches keep to five a second', async () => {
    const { api, stand } = await apiOf(() => ({ body: { total: 0, results: [] } }));
    await Promise.all(Array.from({ length: 11 }, () => api.modified('deals', new Date(), '0')));
    const at = stand.requests.map((request) => request.at);
    expect((at[10] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(1900);
  });
});

describe('associations', () => {
  test('of up to a thousand records come in one call; none is no error; ids are text', async () => {
    const { api, stand } = await apiOf(() => ({
      status: 207,
      body: {
        status: 'COMPLETE',
        results: [
          { from: { id: '2' }, to: [{ toObjectId: 90071992547, associationTypes: [] }, { toObjectId: 5 }] },
        ],
        numErrors: 1,
        errors: [
          {
            status: 'error',
            category: 'OBJECT_NOT_FOUND',
            subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
            message: 'No contact is associated with deal 1.',
          },
        ],
      },
    }));
    const found = await api.associations('deals', 'contacts', ['1', '2']);
    expect([...found]).toEqual([['2', ['90071992547', '5']]]);
    expect(stand.requests.map(({ line }) => line)).toEqual([
      'POST /crm/v4/associations/deals/contacts/batch/read',
    ]);
  });

  test('on several pages are followed', async () => {
    const { api } = await apiOf((_, body) => {
      const { inputs } = JSON.parse(body) as { inputs: { id: string; after?: string }[] };
      return {
        body: {
          results: inputs.map(({ id, after }) => ({
            from: { id },
            to: [{ toObjectId: Number(after ?? 0) + 1 }],
            ...(Number(after ?? 0) < Number(id)
              ? { paging: { next: { after: String(Number(after ?? 0) + 1) } } }
              : {}),
          })),
        },
      };
    });
    const found = await api.associations('deals', 'line_items', ['1', '3']);
    expect([...found]).toEqual([
      ['1', ['1', '2']],
      ['3', ['1', '2', '3', '4']],
    ]);
  });

  test('that could not be read are never taken for none', async () => {
    const { api } = await apiOf(() => ({
      status: 207,
      body: { results: [], errors: [{ status: 'error', category: 'INTERNAL_ERROR', message: 'x' }] },
    }));
    await expect(api.associations('deals', 'contacts', ['1'])).rejects.toMatchObject({ code: 'not_hubspot' });
  });
});

test('a trailing slash of the base URL does no harm', async () => {
  const { api, stand } = await apiOf(() => ({ body: { results: [] } }), { path: '//' });
  await api.list('contacts', null);
  expect(stand.requests[0]?.line).toMatch(/^GET \/crm\/v3\/objects\/contacts\?limit=100&properties=email&/);
});

test('batch reads leave out what no longer exists', async () => {
  const { api } = await apiOf(() => ({
    status: 207,
    body: {
      results: [record('1', { name: null })],
      errors: [{ status: 'error', category: 'OBJECT_NOT_FOUND', message: 'gone' }],
    },
  }));
  expect((await api.read('line_items', ['1', '2'])).map(({ id, properties }) => [id, properties])).toEqual([
    ['1', { name: null }],
  ]);
});
