import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { NO_LIMITS } from '../../src/demo/crm-server/limits.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

let crm: DemoCrm;
beforeAll(async () => {
  crm = await startDemoCrm({ company: demoCompany({ customers: 30, today: new Date('2026-12-01') }) });
});
beforeEach(() => {
  crm.faults.clear();
  crm.limits.settings = NO_LIMITS;
});
afterAll(() => crm.close());

const list = (init: RequestInit = {}) =>
  fetch(`${crm.url}/crm/v3/objects/contacts`, { headers: { authorization: 'Bearer x' }, ...init });

test('without a token nobody gets in', async () => {
  for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: 'Basic abc' }]) {
    const response = await list({ headers: headers as Record<string, string> });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      status: 'error',
      category: 'INVALID_AUTHENTICATION',
      correlationId: expect.any(String),
    });
  }
});

test.each([423, 429, 477, 500, 502])('the next requests fail with %i, then all is well', async (status) => {
  crm.faults.failNext(2, status);
  expect((await list()).status).toBe(status);
  const second = await list();
  expect(second.status).toBe(status);
  if (status === 477) expect(second.headers.get('retry-after')).toBe('1');
  expect((await list()).status).toBe(200);
});

test('only requests to a matching path fail', async () => {
  crm.faults.failNext(1, 500, /companies/);
  expect((await list()).status).toBe(200);
  const companies = await fetch(`${crm.url}/crm/objects/2026-09/companies`, {
    headers: { authorization: 'Bearer x' },
  });
  expect(companies.status).toBe(500);
});

test('a page instead of an answer, a cut connection, an answer that never comes', async () => {
  crm.faults.failNext(1, 'html');
  const page = await list();
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
  crm.faults.failNext(1, 'reset');
  await expect(list()).rejects.toThrow();
  crm.faults.failNext(1, 'hang');
  await expect(list({ signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/i);
  expect((await list()).status).toBe(200);
});

test('pages can be slow', async () => {
  crm.faults.pageDelayMs = 80;
  const started = performance.now();
  await list();
  expect(performance.now() - started).toBeGreaterThanOrEqual(75);
});

test('rolling limit and daily limit refuse with their policies and tell what remains', async () => {
  crm.limits.settings = { ...NO_LIMITS, perTenSeconds: 0 };
  const rolling = await list();
  expect(rolling.headers.get('x-hubspot-ratelimit-remaining')).toBe('0');
  expect(await rolling.json()).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' });
  crm.limits.settings = { ...NO_LIMITS, perDay: 0 };
  const daily = await list();
  expect(daily.status).toBe(429);
  expect(await daily.json()).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'DAILY' });
});

test('searches have a limit of their own, without headers', async () => {
  crm.limits.settings = { ...NO_LIMITS, searchesPerSecond: 2 };
  const post = () =>
    fetch(`${crm.url}/crm/v3/objects/contacts/search`, {
      method: 'POST',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      body: '{}',
    });
  const answers = [await post(), await post(), await post()];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers[2]?.headers.has('x-hubspot-ratelimit-max')).toBe(false);
  expect(await answers[2]?.json()).toMatchObject({ message: 'You have reached your secondly limit.' });
  expect((await list()).status).toBe(200);
});

test('searches count for the day, too, and are refused when it is used up', async () => {
  const searching = () =>
    fetch(`${crm.url}/crm/v3/objects/contacts/search`, {
      method: 'POST',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      body: '{}',
    });
  const left = async () => Number((await list()).headers.get('x-hubspot-ratelimit-daily-remaining'));
  const before = await left();
  await searching();
  expect(await left()).toBe(before - 2);
  crm.limits.settings = { ...NO_LIMITS, perDay: 0 };
  const refused = await searching();
  expect([refused.status, (await refused.json()) as object]).toMatchObject([429, { policyName: 'DAILY' }]);
});
