import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNotWrite } from '../../src/compose/eligibility.ts';
import { loadFacts } from '../../src/compose/load-facts.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { listSegments, showSegment } from '../../src/segment/segments.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';

const now = new Date('2026-11-23T08:00:00Z');
let database: TestDatabase;
let close: () => Promise<void>;
const library = await requireLibrary(LIBRARY);
const match = createProductMatcher(library);

/** Who owns this product, as the list of segments counts them. */
const ownersOf = async (key: string) =>
  (await listSegments(database.db, match)).find((row) => row.key === key)?.owners ?? 0;

/** Every seventh customer corrects us: of one product they say that it is not in use, and of another one that it is. */
async function correct(): Promise<void> {
  await sql`
    insert into product_use (customer_id, product_id, used, said_on)
    select customer_id, min(product_id), false, '2026-11-22' from owned_products
    where customer_id in (select id from (select id, row_number() over (order by id) as n from customers) c where n % 7 = 0)
    group by customer_id`.execute(database.db);
  await sql`
    insert into product_use (customer_id, product_id, used, said_on)
    select c.id, p.id, true, '2026-11-22'
    from (select id, row_number() over (order by id) as n from customers) c,
      (select id from products order by id limit 1) p
    where c.n % 7 = 1
    on conflict do nothing`.execute(database.db);
}

beforeAll(async () => {
  database = await testDatabase();
  const { server } = await syncDemo(database.db, 800);
  close = () => server.close();
  const some = await database.db
    .selectFrom('customers')
    .select('email_key')
    .where('email_key', 'is not', null)
    .orderBy('id')
    .limit(20)
    .execute();
  await database.db
    .insertInto('suppressions')
    .values(
      some
        .slice(10)
        .map((row) => ({ email_key: row.email_key ?? '', reason: 'manual' as const, detail: null })),
    )
    .onConflict((oc) => oc.doNothing())
    .execute();
  // erased people are known by their hash alone
  await database.db
    .updateTable('suppressions')
    .set({ email_key: null, reason: 'erased' })
    .where(
      'email_key',
      'in',
      some.slice(15).map((row) => row.email_key),
    )
    .execute();
  await correct();
});
afterAll(() => close());

describe('segments of the demo company', () => {
  it('count the owners of each product, and add up: owners = writable + barred', async () => {
    const rows = await listSegments(database.db, match);
    expect(rows.find((r) => r.key === 'laserdrucker-lx300')?.owners).toBeGreaterThan(50);
    for (const row of rows) {
      const barred = Object.values(row.barred).reduce((a, b) => a + b, 0);
      expect(row.writable + barred).toBe(row.owners);
    }
  });

  it('bar exactly those, for exactly those reasons, that composing bars', async () => {
    const ids = (await database.db.selectFrom('customers').select('id').execute()).map((r) => r.id);
    const facts = await loadFacts(database.db, ids, { now, rules: library.settings.rules });
    const expected = new Map<string, Record<string, number>>();
    for (const each of facts.values()) {
      const reason = whyNotWrite(each) ?? 'writable';
      for (const key of new Set(each.owned.map((o) => match(o.product)?.key ?? o.product.id))) {
        const counts = expected.get(key) ?? {};
        counts[reason] = (counts[reason] ?? 0) + 1;
        expected.set(key, counts);
      }
    }
    const rows = await listSegments(database.db, match);
    for (const row of rows.filter((r) => r.owners > 0)) {
      expect({ ...row.barred, writable: row.writable }).toEqual({ writable: 0, ...expected.get(row.key) });
    }
    expect(new Set(rows.flatMap((r) => Object.keys(r.barred)))).toEqual(
      new Set(['no_address', 'suppressed', 'opted_out', 'bounced', 'no_legal_basis', 'duplicate_address']),
    );
  });

  it('follow what customers corrected, until they buy again', async () => {
    const lasers = 'laserdrucker-lx300';
    const [owner] = (
      await sql<{ customer_id: string; product_id: string }>`
        select customer_id, product_id from owned_products o
        join products p on p.id = o.product_id join customers c on c.id = o.customer_id and c.archived_at is null
        where not declared and p.id = any(${(
          await database.db.selectFrom('products').selectAll().execute()
        )
          .filter((product) => match(product)?.key === lasers)
          .map(({ id }) => id)}) order by 1 limit 1`.execute(database.db)
    ).rows;
    if (!owner) throw new Error('nobody owns a laser');
    const before = await ownersOf(lasers);
    const use = { ...owner, used: false, said_on: '2026-11-22' };
    await database.db.insertInto('product_use').values(use).execute();
    expect(await ownersOf(lasers)).toBe(before - 1);
    const purchase = { id: 'bought-again', source: 'test', quantity: 1, status: 'kept' as const, ...owner };
    await database.db
      .insertInto('purchases')
      .values({ ...purchase, purchased_on: '2026-11-23' })
      .execute();
    expect(await ownersOf(lasers)).toBe(before);
  });

  it('count who says that they own it, although no purchase does', async () => {
    const [declared] = await database.db
      .selectFrom('owned_products')
      .innerJoin('products', 'products.id', 'product_id')
      .innerJoin('customers', 'customers.id', 'customer_id')
      .select(['customer_id', 'product_id', 'sku', 'products.id', 'products.name', 'family'])
      .where('declared', '=', true)
      .where('customers.archived_at', 'is', null)
      .orderBy('customer_id')
      .execute();
    if (!declared) throw new Error('nobody has said so');
    const key = match(declared)?.key ?? declared.id;
    const before = await ownersOf(key);
    await database.db
      .deleteFrom('product_use')
      .where('customer_id', '=', declared.customer_id)
      .where('product_id', '=', declared.product_id)
      .execute();
    expect(await ownersOf(key)).toBe(before - 1);
  });

  it('show what else the owners own, by product and by family, found by key, name or CRM id', async () => {
    const byKey = await showSegment(database.db, match, 'tischwaage-tw6');
    expect(byKey?.overlap.length).toBeGreaterThan(0);
    expect(byKey?.overlap.map((o) => o.key)).not.toContain('tischwaage-tw6');
    expect(await showSegment(database.db, match, 'Tischwaage TW 6')).toEqual(byKey);
    const family = await showSegment(database.db, match, 'Wägen');
    expect(family?.owners).toBeGreaterThan(byKey?.owners ?? 0);
    expect(await showSegment(database.db, match, 'nothing')).toBeUndefined();
  });
});
