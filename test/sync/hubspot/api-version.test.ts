import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { versioned, versionedUrl } from '../../../src/sync/hubspot/api-version.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';

describe('paths of an API version', () => {
  test.each([
    ['/crm/v3/objects/contacts?limit=100', '/crm/objects/2026-09/contacts?limit=100'],
    ['/crm/v3/objects/deals/batch/read', '/crm/objects/2026-09/deals/batch/read'],
    ['/crm/v3/objects/line_items/search', '/crm/objects/2026-09/line_items/search'],
    ['/crm/v4/associations/deals/contacts/batch/read', '/crm/associations/2026-09/deals/contacts/batch/read'],
    ['/crm/v4/objects/notes/1/associations/contacts', '/crm/objects/2026-09/notes/1/associations/contacts'],
    ['/crm/v3/properties/contacts/groups', '/crm/properties/2026-09/contacts/groups'],
    ['/crm/v3/pipelines/deals', '/crm/pipelines/2026-09/deals'],
    ['/crm/v3/owners', '/crm/owners/2026-09'],
    ['/crm/v3/owners/', '/crm/owners/2026-09'],
    ['/crm/v3/owners/?limit=100&after=a/', '/crm/owners/2026-09?limit=100&after=a/'],
    ['/crm/v3/owners?limit=1', '/crm/owners/2026-09?limit=1'],
    ['/crm-object-schemas/v3/schemas', '/crm-object-schemas/2026-09/schemas'],
    ['/communication-preferences/v4/definitions', '/communication-preferences/2026-09/definitions'],
    ['/account-info/v3/details', '/account-info/2026-09/details'],
  ])('%s', (path, dated) => {
    expect(versioned(path, '2026-09')).toBe(dated);
    expect(versioned(path, 'v3')).toBe(path);
  });

  test.each([
    '/oauth/v1/token',
    '/crm/v3/associations/deals/contacts/batch/read',
    '/communication-preferences/v3/unsubscribe',
    '/crm/v3/objectsomething',
    '/elsewhere/crm/v3/objects/contacts',
  ])('%s stays as it is', (path) => {
    expect(versioned(path, '2026-09')).toBe(path);
  });

  test('a base URL may have a path of its own, and what looks like a version in it is left alone', () => {
    const base = 'http://proxy.example/crm/v3/owners';
    expect(versionedUrl(`${base}/crm/v3/owners?x=/crm/v3/owners`, base, '2026-09')).toBe(
      `${base}/crm/owners/2026-09?x=/crm/v3/owners`,
    );
  });
});

describe('a sync in each API version', async () => {
  const company = demoCompany({ customers: 60, today: new Date() });
  const crm = await startDemoCrm({ company });
  const asked = new Map<string, number>();
  /** In between, so that what is really asked is seen: the demo CRM answers all versions alike. */
  const between = createServer((incoming, outgoing) => {
    const { method, url = '/', headers } = incoming;
    const route = `${method} ${url.split('?')[0]?.replace(/\/\d+(?=\/|$)/g, '/ID')}`;
    asked.set(route, (asked.get(route) ?? 0) + 1);
    const onward = forward(`${crm.url}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  afterAll(async () => {
    between.closeAllConnections();
    between.close();
    await crm.close();
  });

  async function syncs(apiVersion: string) {
    const { db } = await testDatabase();
    const source = hubspotCrm({ accessToken: 'demo', baseUrl, apiVersion });
    asked.clear();
    const full = await runSync({ db, crm: source, mode: 'full' });
    await runSync({ db, crm: source, mode: 'incremental' });
    return { counts: full.counts, asked: new Map(asked) };
  }

  const v3 = await syncs('v3');
  const dated = await syncs('2026-09');

  test('finds the same', () => {
    expect(v3.counts.purchases.inserted).toBeGreaterThan(60);
    expect(dated.counts).toEqual(v3.counts);
  });

  test('asks the same number of times, each on the paths of its version', () => {
    const successor = ([route, count]: [string, number]): [string, number] => {
      const [method, path = ''] = route.split(' ');
      return [`${method} ${versioned(path, '2026-09')}`, count];
    };
    expect(new Map([...v3.asked].map(successor))).toEqual(dated.asked);
    expect([...dated.asked.keys()].filter((route) => /\/v\d\//.test(route))).toEqual([]);
    expect([...dated.asked.keys()].filter((route) => route.endsWith('/'))).toEqual([]);
    expect([...v3.asked.keys()].filter((route) => !/\/v[34]\//.test(route))).toEqual([]);
  });
});
