import { createHash } from 'node:crypto';
import { domainToUnicode } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AWKWARD } from '../../src/demo/company/awkward.ts';
import { type DemoCompany, demoCompany, GENERATED_TYPES } from '../../src/demo/company/company.ts';

const today = new Date('2026-12-01T10:30:00Z');
const company = demoCompany({ customers: 3000, today });

const everything = (from: DemoCompany, upTo = Number.POSITIVE_INFINITY) => {
  const hash = createHash('sha256');
  for (const type of GENERATED_TYPES) {
    let count = 0;
    for (const id of from.ids(type)) {
      if (count++ >= upTo) break;
      hash.update(JSON.stringify(from.get(type, id)));
    }
  }
  return hash.digest('hex');
};
/** A record with its id among its properties. */
interface Row {
  id: number;
  [property: string]: string | number | null | undefined;
}
const contacts = [...company.ids('contacts')].map((id): Row => {
  const record = company.get('contacts', id);
  if (!record) throw new Error(`no contact ${id}`);
  return { id, ...record.properties };
});
const share = (fits: (contact: Record<string, unknown>) => boolean) =>
  contacts.filter(fits).length / contacts.length;

describe('the demo company is reproducible', () => {
  test('the same seed, size and day give the same records, another seed others', () => {
    const again = demoCompany({ customers: 3000, today: new Date('2026-12-01T23:00:00Z') });
    expect(everything(again, 500)).toBe(everything(company, 500));
    expect(everything(demoCompany({ customers: 3000, today, seed: 'x' }), 500)).not.toBe(
      everything(company, 500),
    );
  });

  test('a record is the same whatever was asked for before', () => {
    const ids = GENERATED_TYPES.flatMap((type) => [...company.ids(type)].map((id) => ({ type, id })));
    const inOrder = new Map(ids.map(({ type, id }) => [id, JSON.stringify(company.get(type, id))]));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ids), { minLength: 5, maxLength: 30 }), (some) => {
        const fresh = demoCompany({ customers: 3000, today });
        for (const { type, id } of some) {
          expect(JSON.stringify(fresh.get(type, id))).toBe(inOrder.get(id));
          expect(fresh.modified(type, id)).toBe(fresh.get(type, id)?.updatedAt);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('ids are unique across types, lists can be entered anywhere, foreign ids find nothing', () => {
    const seen = new Set<number>();
    for (const type of GENERATED_TYPES) {
      const ids = [...company.ids(type)];
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
      for (const id of ids) expect(seen.has(id)).toBe(false);
      for (const id of ids) seen.add(id);
      const middle = ids[Math.floor(ids.length / 2)] as number;
      expect([...company.ids(type, middle)]).toEqual(ids.filter((id) => id > middle));
      expect(company.get(type, (ids.at(-1) as number) + 5_000)).toBeUndefined();
    }
    expect(company.get('deals', contacts[0]?.id as number)).toBeUndefined();
  });

  test('nothing is changed later than this morning, or before it was created', () => {
    for (const type of GENERATED_TYPES) {
      for (const id of company.ids(type)) {
        const record = company.get(type, id);
        expect(record?.updatedAt).toBeLessThan(company.midnight);
        expect(record?.createdAt).toBeLessThanOrEqual(record?.updatedAt as number);
      }
    }
  });
});

describe('the demo company is believable', () => {
  test('addresses are legal and can never reach anybody', () => {
    for (const { email } of contacts) {
      if (email === null) continue;
      expect(email).toMatch(/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]+\.(example|test)$/);
      expect(email).not.toMatch(/\.\.|^\.|\.@/);
      expect(domainToUnicode((email as string).split('@')[1] as string)).not.toBe('');
    }
  });

  test('consent, opt-outs, bounces and gaps have realistic shares', () => {
    const basis = (text: string) =>
      share(({ hs_legal_basis }) => String(hs_legal_basis ?? '').includes(text));
    expect(basis('Freely given')).toBeCloseTo(0.3, 1);
    expect(share(({ hs_legal_basis }) => hs_legal_basis === null)).toBeCloseTo(0.1, 1);
    const between = (value: number, low: number, high: number) => {
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    };
    between(
      share(({ hs_email_optout }) => hs_email_optout === 'true'),
      0.025,
      0.055,
    );
    between(
      share(({ hs_email_hard_bounce_reason_enum: bounce }) => bounce !== null),
      0.004,
      0.018,
    );
    between(
      share(({ email }) => email === null),
      0.004,
      0.018,
    );
    between(
      share(({ firstname, salutation }) => firstname === null || salutation === null),
      0.06,
      0.1,
    );
    between(
      share(({ innovation_ratio }) => innovation_ratio !== null),
      0.21,
      0.29,
    );
    between(
      share(({ hs_country_region_code: code }) => code === 'DE'),
      0.45,
      0.7,
    );
    const addresses = contacts.flatMap(({ email }) => (email ? [String(email).toLowerCase()] : []));
    between(1 - new Set(addresses).size / addresses.length, 0.004, 0.02);
    const ratios = [...company.ids('companies')].map(
      (id) => company.get('companies', id)?.properties.innovation_ratio,
    );
    between(ratios.filter(Boolean).length / ratios.length, 0.16, 0.24);
  });

  test('most own one product, some several, a few up to seven, a few nothing', () => {
    const counts = contacts.map(({ id }) => company.owned(id).size);
    const ofSize = (size: number) => counts.filter((count) => count === size).length / counts.length;
    expect(ofSize(1)).toBeGreaterThan(0.5);
    expect(ofSize(0)).toBeGreaterThan(0.01);
    expect(ofSize(0)).toBeLessThan(0.06);
    expect(ofSize(2) + ofSize(3)).toBeGreaterThan(0.2);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(7);
  });

  test('purchases have every shape that a reader of the CRM must understand', () => {
    const records = (type: (typeof GENERATED_TYPES)[number]) =>
      [...company.ids(type)].map((id): Row => ({ id, ...company.get(type, id)?.properties }));
    const deals = records('deals');
    const lines = records('line_items');
    const statuses = new Set(records('orders').map((order) => order.hs_external_order_status));
    expect(statuses).toEqual(new Set(['delivered', 'shipped', 'cancelled', 'returned']));
    expect(new Set(deals.map((deal) => deal.hs_is_closed_won))).toEqual(new Set(['true', 'false']));
    expect(deals.some(({ id }) => company.associated('deals', id, 'contacts').length === 2)).toBe(true);
    expect(lines.some((line) => Number(line.quantity) < 0)).toBe(true);
    expect(lines.some((line) => line.hs_product_id === null && line.hs_sku !== null)).toBe(true);
    expect(lines.some((line) => line.hs_product_id === null && line.hs_sku === null)).toBe(true);
    expect(new Set(lines.map((line) => line.hs_sku)).size).toBe(14);
  });

  test('associations agree from both ends', () => {
    const pairs = [
      ['contacts', 'deals'],
      ['contacts', 'orders'],
      ['contacts', 'companies'],
      ['deals', 'line_items'],
      ['orders', 'line_items'],
      ['companies', 'deals'],
    ] as const;
    for (const [from, to] of pairs) {
      const there = [...company.ids(from)].flatMap((id) =>
        company.associated(from, id, to).map((other) => `${id} ${other}`),
      );
      const back = [...company.ids(to)].flatMap((id) =>
        company.associated(to, id, from).map((other) => `${other} ${id}`),
      );
      expect(there.length).toBeGreaterThan(0);
      expect(new Set(there)).toEqual(new Set(back));
    }
  });

  test('awkward customers are among the first fifty, may be written to and own something', () => {
    for (const [place, { firstname }] of AWKWARD) {
      const contact = contacts[place];
      expect(place).toBeLessThan(50);
      if (firstname) expect(contact?.firstname).toBe(firstname);
      expect(contact?.email).toBeTruthy();
      expect(contact?.hs_legal_basis).toContain('Freely given');
      expect(company.owned(contact?.id as number).size).toBeGreaterThan(0);
    }
    const names = [...company.ids('companies')].map((id) => company.get('companies', id)?.properties.name);
    expect(names.some((name) => name?.includes('\n'))).toBe(true);
  });

  test.each([0, 1, 7, 50])('a company of %i customers is whole', (customers) => {
    const small = demoCompany({ customers, today });
    expect([...small.ids('contacts')]).toHaveLength(customers);
    for (const id of small.ids('deals')) {
      for (const contact of small.associated('deals', id, 'contacts')) {
        expect(small.get('contacts', contact)).toBeDefined();
      }
    }
  });
});
