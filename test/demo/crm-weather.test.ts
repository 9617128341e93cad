import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

const company = demoCompany({ customers: 40, today: new Date('2026-12-01') });
const [first = '', second = ''] = [...company.ids('contacts')].map(String);
let clock = Date.parse('2026-12-01T12:00:00Z');
let crm: DemoCrm;

beforeAll(async () => {
  crm = await startDemoCrm({ company, now: () => new Date(clock) });
});
beforeEach(() => {
  crm.faults.clear();
  clock += 600_000;
});
afterAll(() => crm.close());

const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
const get = (path: string) => fetch(`${crm.url}${path}`, { headers });
const post = (path: string, body: unknown) =>
  fetch(`${crm.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
const contact = async (id: string) =>
  (await (await get(`/crm/v3/objects/contacts/${id}?properties=firstname`)).json()) as {
    updatedAt: string;
    properties: Record<string, string>;
  };
const newContacts = () => [...crm.store.changedIds('contacts')].length;

describe('answers that go wrong', () => {
  test.each([521, 523, 524])('%i comes from the edge, as a page', async (status) => {
    crm.faults.failNext(1, status);
    const response = await get('/crm/v3/objects/contacts');
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html']);
  });

  test('a connection cut before the work is done, and one cut after', async () => {
    const before = newContacts();
    crm.faults.failNext(1, 'reset');
    await expect(post('/crm/v3/objects/contacts', { properties: { lastname: 'Neu' } })).rejects.toThrow();
    expect(newContacts()).toBe(before);
    crm.faults.failNext(1, 'reset-after-work');
    await expect(post('/crm/v3/objects/contacts', { properties: { lastname: 'Neu' } })).rejects.toThrow();
    expect(newContacts()).toBe(before + 1);
  });

  test('an answer that breaks off in the middle, an empty object', async () => {
    crm.faults.failNext(1, 'truncated');
    const response = await get('/crm/v3/objects/contacts');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    crm.faults.failNext(1, 'empty');
    expect(await (await get('/crm/v3/objects/contacts')).json()).toEqual({});
    expect((await get('/crm/v3/objects/contacts')).status).toBe(200);
  });

  test('a storm fails the same requests again with the same seed, and about the share asked for', async () => {
    const run = async (seed: string) => {
      crm.faults.storm({ seed, share: 0.3, failures: [500, 503, 'html'] });
      const seen: (number | string)[] = [];
      for (let i = 0; i < 100; i++) {
        const response = await get(`/crm/v3/objects/contacts/${first}`);
        seen.push(response.headers.get('content-type')?.startsWith('text/html') ? 'html' : response.status);
        await response.text();
      }
      return seen;
    };
    const seen = await run('a');
    expect(await run('a')).toEqual(seen);
    expect(await run('b')).not.toEqual(seen);
    const failed = seen.filter((status) => status !== 200).length;
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(45);
    expect(new Set(seen)).toEqual(new Set([200, 500, 503, 'html']));
    crm.faults.clear();
    expect((await get('/crm/v3/objects/contacts')).status).toBe(200);
  });

  test('every request takes longer if told so', async () => {
    crm.faults.latencyMs = 60;
    crm.faults.jitterMs = 5;
    const started = performance.now();
    await get('/crm/v3/owners');
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  });
});

test('an index out of order finds some later changes before earlier ones', async () => {
  const changed = [...company.ids('contacts')].slice(0, 20).map(String);
  const since = new Date(clock).toISOString();
  crm.faults.searchLagMs = 100_000;
  crm.faults.searchOutOfOrder = true;
  for (const id of changed) {
    clock += 1000;
    crm.updateContact(id, { firstname: 'Jo' });
  }
  const found = async () => {
    const response = await post('/crm/v3/objects/contacts/search', {
      filterGroups: [{ filters: [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: since }] }],
      limit: 100,
    });
    return ((await response.json()) as { results: { id: string }[] }).results.map(({ id }) => id);
  };
  clock += 30_000;
  const early = await found();
  expect(early.length).toBeGreaterThan(0);
  expect(early.length).toBeLessThan(changed.length);
  const missing = changed.filter((id) => !early.includes(id));
  const latestFound = Math.max(...early.map((id) => changed.indexOf(id)));
  expect(Math.min(...missing.map((id) => changed.indexOf(id)))).toBeLessThan(latestFound);
  clock += 100_000;
  expect((await found()).sort()).toEqual([...changed].sort());
});

describe('what people do', () => {
  test('a silent change shows its value and the old time', async () => {
    const before = await contact(second);
    crm.silentUpdate('contacts', second, { firstname: 'Silently' });
    const after = await contact(second);
    expect([after.properties.firstname, after.updatedAt]).toEqual(['Silently', before.updatedAt]);
    crm.updateContact(second, { firstname: 'Loudly' });
    expect((await contact(second)).updatedAt).toBe(new Date(clock).toISOString());
  });

  test('a bulk edit gives all records one time', async () => {
    let ticks = 0;
    const ticking = await startDemoCrm({ company, now: () => new Date(clock + ticks++) });
    const ids = [...company.ids('contacts')].map(String);
    ticking.updateMany('contacts', ids, { firstname: 'Alle' });
    const times = new Set(ids.map((id) => ticking.store.read('contacts', Number(id))?.updatedAt));
    expect(times.size).toBe(1);
    await ticking.close();
  });

  test('what was archived comes back, with or without a new time', async () => {
    crm.archiveContact(first);
    expect((await get(`/crm/v3/objects/contacts/${first}`)).status).toBe(404);
    const archivedAt = new Date(clock).toISOString();
    clock += 60_000;
    crm.restore('contacts', first, { silently: true });
    expect((await contact(first)).updatedAt).toBe(archivedAt);
    crm.archiveContact(first);
    clock += 60_000;
    crm.restore('contacts', first);
    expect((await contact(first)).updatedAt).toBe(new Date(clock).toISOString());
    expect(() => crm.restore('contacts', first)).toThrow(/no live record/);
  });

  test('associations come and go without a new time on either side', async () => {
    const deal = String([...company.ids('deals')][0]);
    const from = { type: 'deals', id: deal } as const;
    const to = { type: 'contacts', id: second } as const;
    const associated = () => crm.store.edges.of('contacts', Number(second), 'deals').map(String);
    const before = await contact(second);
    crm.dissociate(from, to);
    expect(associated()).not.toContain(deal);
    crm.associate(to, from);
    expect(associated()).toContain(deal);
    expect((await contact(second)).updatedAt).toBe(before.updatedAt);
  });

  test('companies merge, too', async () => {
    const [winner = '', loser = ''] = [...company.ids('companies')].map(String);
    const people = crm.store.edges.of('companies', Number(loser), 'contacts');
    const { id } = crm.merge('companies', winner, loser);
    expect(crm.store.edges.of('companies', Number(id), 'contacts')).toEqual(expect.arrayContaining(people));
    for (const old of [winner, loser]) expect(crm.store.read('companies', Number(old))).toBeUndefined();
    for (const person of people) {
      expect(crm.store.read('contacts', person)?.properties.associatedcompanyid).toBe(id);
    }
  });
});
