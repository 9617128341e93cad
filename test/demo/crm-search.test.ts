import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

const company = demoCompany({ customers: 12_000, today: new Date('2026-12-01T10:30:00Z') });
interface Row {
  id: number;
  [property: string]: string | number | null | undefined;
}
const all = [...company.ids('contacts')].map(
  (id): Row => ({ ...company.get('contacts', id)?.properties, id }),
);
let clock = Date.parse('2026-12-01T12:00:00Z');
let crm: DemoCrm;

beforeAll(async () => {
  crm = await startDemoCrm({ company, now: () => new Date(clock) });
});
afterAll(() => crm.close());

async function search(type: string, body: object) {
  const response = await fetch(`${crm.url}/crm/v3/objects/${type}/search`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the answer is what is tested
  return { status: response.status, body: (await response.json()) as any };
}
const filters = (...list: object[]) => ({ filterGroups: [{ filters: list }] });
const total = async (body: object) => (await search('contacts', body)).body.total;
const count = (fits: (contact: Row) => boolean) => all.filter(fits).length;

describe('search finds what a look at every record finds', () => {
  test('by each operator', async () => {
    const ratio = (contact: Row) =>
      contact.innovation_ratio === null ? Number.NaN : Number(contact.innovation_ratio);
    const on = (operator: string, more: object = {}) =>
      total(filters({ propertyName: 'innovation_ratio', operator, ...more }));
    expect(await on('EQ', { value: '0.5' })).toBe(count((one) => ratio(one) === 0.5));
    expect(await on('NEQ', { value: '0.5' })).toBe(count((one) => ratio(one) !== 0.5));
    expect(await on('GT', { value: '0.25' })).toBe(count((one) => ratio(one) > 0.25));
    expect(await on('GTE', { value: '0.25' })).toBe(count((one) => ratio(one) >= 0.25));
    expect(await on('LT', { value: '0.25' })).toBe(count((one) => ratio(one) < 0.25));
    expect(await on('LTE', { value: '0.25' })).toBe(count((one) => ratio(one) <= 0.25));
    expect(await on('BETWEEN', { value: '0.1', highValue: '0.3' })).toBe(
      count((one) => ratio(one) >= 0.1 && ratio(one) <= 0.3),
    );
    expect(await on('IN', { values: ['0', '1'] })).toBe(count((one) => [0, 1].includes(ratio(one))));
    expect(await on('HAS_PROPERTY')).toBe(count((one) => one.innovation_ratio !== null));
    expect(await on('NOT_HAS_PROPERTY')).toBe(count((one) => one.innovation_ratio === null));
  });

  test('filters of a group are all met, groups are alternatives', async () => {
    const swiss = { propertyName: 'hs_country_region_code', operator: 'EQ', value: 'CH' };
    const out = { propertyName: 'hs_email_optout', operator: 'EQ', value: 'true' };
    const isSwiss = (one: Row) => one.hs_country_region_code === 'CH';
    const isOut = (one: Row) => one.hs_email_optout === 'true';
    expect(await total(filters(swiss, out))).toBe(count((one) => isSwiss(one) && isOut(one)));
    const either = { filterGroups: [{ filters: [swiss] }, { filters: [out] }] };
    expect(await total(either)).toBe(count((one) => isSwiss(one) || isOut(one)));
  });

  test('sorted, page by page, but never past 10,000', async () => {
    const body = { limit: 200, sorts: [{ propertyName: 'lastmodifieddate', direction: 'DESCENDING' }] };
    const first = (await search('contacts', body)).body;
    const second = (await search('contacts', { ...body, after: first.paging.next.after })).body;
    const times = [...first.results, ...second.results].map(
      (one: { properties: Record<string, string> }) => one.properties.lastmodifieddate,
    );
    expect(times).toHaveLength(400);
    expect(times).toEqual([...times].sort().reverse());
    expect((await search('contacts', { ...body, after: '9800' })).status).toBe(200);
    expect((await search('contacts', { ...body, after: '9801' })).body).toMatchObject({
      category: 'VALIDATION_ERROR',
    });
  });

  test.each([
    ['lastmodifieddate', { operator: 'GTE', value: 'yesterday' }],
    ['innovation_ratio', { operator: 'EQ', value: 'abc' }],
    ['innovation_ratio', { operator: 'IN', values: ['1', 'abc'] }],
    ['createdate', { operator: 'BETWEEN', value: '0', highValue: 'now' }],
  ])('a value that %s cannot have is refused: %o', async (propertyName, filter) => {
    expect(await search('contacts', filters({ propertyName, ...filter }))).toMatchObject({
      status: 400,
      body: { category: 'VALIDATION_ERROR', message: 'There was a problem with the request.' },
    });
  });

  test('the wrong modified date of contacts finds nothing and says nothing; unknown properties are refused', async () => {
    const wrong = filters({ propertyName: 'hs_lastmodifieddate', operator: 'GT', value: '0' });
    expect(await total(wrong)).toBe(0);
    expect(
      (await search('contacts', filters({ propertyName: 'nope', operator: 'HAS_PROPERTY' }))).status,
    ).toBe(400);
  });
});

describe('search for what changed', () => {
  const since = (time: number) =>
    filters({ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(time) });

  test('finds changes made since, not archived records, and looks only at those', async () => {
    const [first, second] = [String(all[5]?.id), String(all[6]?.id)];
    crm.updateContact(first, { innovation_ratio: '1' });
    crm.archiveContact(second);
    const started = performance.now();
    const found = (await search('contacts', { ...since(clock), properties: ['innovation_ratio'] })).body;
    expect(performance.now() - started).toBeLessThan(100);
    expect(found).toMatchObject({
      total: 1,
      results: [{ id: first, properties: { innovation_ratio: '1' } }],
    });
  });

  test('many records of a bulk edit share one time and can be told apart by id', async () => {
    clock += 3_600_000;
    for (const { id } of all.slice(1000, 1500)) crm.updateContact(String(id), { jobtitle: 'Leitung' });
    const last = all[1399]?.id as number;
    const body = {
      filterGroups: [
        {
          filters: [
            { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(clock) },
            { propertyName: 'hs_object_id', operator: 'GT', value: String(last) },
          ],
        },
      ],
      sorts: ['hs_object_id'],
      limit: 200,
    };
    const found = (await search('contacts', body)).body;
    expect(found.results.map(({ id }: { id: string }) => Number(id))).toEqual(
      all.slice(1400, 1500).map(({ id }) => id),
    );
  });

  test('a lagging index shows changes only after the lag', async () => {
    clock += 3_600_000;
    crm.faults.searchLagMs = 30_000;
    const { id } = crm.addContact({ email: 'spaet@kunde.example' });
    crm.updateContact(String(all[20]?.id), { jobtitle: 'Neu' });
    expect(await total(since(clock))).toBe(0);
    clock += 31_000;
    expect(await total(since(clock - 31_000))).toBe(2);
    crm.archiveContact(id);
    expect(await total(since(clock - 31_000))).toBe(2);
    crm.faults.clear();
    expect(await total(since(clock - 31_000))).toBe(1);
  });
});
