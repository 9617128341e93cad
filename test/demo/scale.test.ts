import { afterAll, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

const today = new Date('2026-12-01T10:30:00Z');
let crm: DemoCrm;
afterAll(() => crm?.close());

async function call(path: string, body?: object) {
  const response = await fetch(crm.url + path, {
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a quick reader
  return (await response.json()) as any;
}

async function listAll(type: string, properties: string): Promise<string[]> {
  const ids: string[] = [];
  let after = '';
  do {
    const page = await call(
      `/crm/v3/objects/${type}?limit=100&properties=${properties}${after && `&after=${after}`}`,
    );
    ids.push(...page.results.map(({ id }: { id: string }) => id));
    after = page.paging?.next?.after ?? '';
  } while (after);
  return ids;
}

test('2,000 customers with all they bought are read completely within seconds', async () => {
  crm = await startDemoCrm({ company: demoCompany({ customers: 2000, today }) });
  const started = performance.now();
  expect(await listAll('contacts', 'email,firstname,lastname,hs_legal_basis')).toHaveLength(2000);
  await listAll('companies', 'name');
  let lines = 0;
  for (const type of ['deals', 'orders']) {
    const trades = await listAll(type, 'closedate,hs_is_closed_won,hs_external_order_status');
    const lineIds: string[] = [];
    for (let i = 0; i < trades.length; i += 1000) {
      const inputs = trades.slice(i, i + 1000).map((id) => ({ id }));
      expect(
        (await call(`/crm/v4/associations/${type}/contacts/batch/read`, { inputs })).errors,
      ).toBeUndefined();
      const { results } = await call(`/crm/v4/associations/${type}/line_items/batch/read`, { inputs });
      for (const { to } of results)
        lineIds.push(...to.map(({ toObjectId }: { toObjectId: number }) => String(toObjectId)));
    }
    for (let i = 0; i < lineIds.length; i += 100) {
      const inputs = lineIds.slice(i, i + 100).map((id) => ({ id }));
      const { results } = await call('/crm/v3/objects/line_items/batch/read', {
        inputs,
        properties: ['name'],
      });
      lines += results.length;
    }
  }
  const seconds = (performance.now() - started) / 1000;
  expect(lines).toBe([...crm.company.ids('line_items')].length);
  // about one second alone on a small machine; tests share theirs
  expect(seconds).toBeLessThan(10);
  await crm.close();
}, 30_000);

test('of 1,000,000 customers only the page asked for is ever made', async () => {
  const before = process.memoryUsage();
  const started = performance.now();
  crm = await startDemoCrm({ company: demoCompany({ customers: 1_000_000, today }) });
  for (const place of [0, 250_000, 999_900]) {
    for (const [type, base, width] of [
      ['contacts', 10_000_000_000, 1],
      ['deals', 30_000_000_000, 16],
      ['line_items', 50_000_000_000, 128],
    ] as const) {
      const page = await call(`/crm/v3/objects/${type}?limit=100&after=${base + place * width}`);
      expect(page.results.length).toBeGreaterThan(50);
    }
  }
  const last = await call('/crm/v3/objects/contacts?limit=100&after=10000999950');
  expect(last.results).toHaveLength(50);
  expect(last.paging).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(5000);
  expect(process.memoryUsage().heapUsed - before.heapUsed).toBeLessThan(60 * 1024 * 1024);
}, 20_000);
