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
