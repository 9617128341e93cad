import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AT_THIS_MACHINE } from '../../src/domain/person.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { pushPurchase } from '../../src/sync/push-purchase.ts';
import { storeBatch } from '../../src/sync/store.ts';
import { runSync } from '../../src/sync/sync.ts';
import { testDatabase } from '../stands/database.ts';
import { account, customer, purchase, scriptedCrm } from './scripted-crm.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const library = await requireLibrary(join(import.meta.dirname, '../../templates/library'));
const tools = { db, library, matchProduct: createProductMatcher(library) };
const push = (id: string, customerId: string) =>
  pushPurchase(tools, {
    ...{ id, customer: { id: customerId }, product: { key: 'tischwaage-tw6' } },
    ...{ quantity: 1, status: 'kept' as const, person: AT_THIS_MACHINE, now },
  });
const stored = () =>
  db.selectFrom('purchases').select(['id', 'customer_id', 'source']).orderBy('id').execute();

test('what a program pushed outlives full syncs, and moves with a merged customer', async () => {
  const sync = (rows: Parameters<typeof account>[0]) =>
    runSync({ db, crm: scriptedCrm(account(rows, [purchase('deal-1-1', 'a')])), mode: 'full' });
  await sync([customer('a'), customer('b')]);
  await push('order-1', 'a');
  await sync([customer('a'), customer('b')]);
  expect(await stored()).toContainEqual({ id: 'api-order-1', customer_id: 'a', source: 'api' });

  await db
    .transaction()
    .execute((trx) =>
      storeBatch(
        trx,
        'scripted',
        { object: 'customers', rows: [customer('b')], merged: [{ id: 'a', into: 'b' }] },
        { guarded: false, now },
      ),
    );
  expect(await stored()).toContainEqual({ id: 'api-order-1', customer_id: 'b', source: 'api' });
  // a shop that knows the old number means the person who lives on
  await push('order-1', 'a');
  await push('order-2', 'a');
  expect((await stored()).filter(({ source }) => source === 'api')).toEqual([
    { id: 'api-order-1', customer_id: 'b', source: 'api' },
    { id: 'api-order-2', customer_id: 'b', source: 'api' },
  ]);
});
