import { describe, expect, test } from 'vitest';
import { apiOf, record } from './api-stand.ts';
import type { Answer } from './http-stand.ts';

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

test('a trailing slash of the base URL does no harm', async () => {
  const { api, stand } = await apiOf(() => ({ body: { results: [] } }), { path: '//' });
  await api.list('contacts', null);
  expect(stand.requests[0]?.line).toMatch(/^GET \/crm\/v3\/objects\/contacts\?limit=100&properties=email&/);
});
