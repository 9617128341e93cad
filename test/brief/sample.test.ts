import { expect, test } from 'vitest';
import { loadAffinities } from '../../src/brief/affinity.ts';
import { seedCustomers, seedPurchase } from '../stands/company.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();

test('of very many owners five hundred stand for all, the same ones every time', async () => {
  await seedCustomers(db, 1500);
  for (let n = 1; n <= 1500; n += 3) await seedPurchase(db, `c${String(n).padStart(6, '0')}`, 'p2');
  const given = {
    customerId: 'c000002',
    owned: [{ key: 'laser', family: 'all', ids: ['p1'] }],
    candidates: [{ key: 'scale', family: 'all', ids: ['p2'] }],
  };
  const [found, ...more] = await loadAffinities(db, given);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ from: 'laser', to: 'scale', owners: 500 });
  // a third of all own both; four standard deviations of a draw of 500 out of 1,500
  expect(Math.abs((found?.also ?? 0) - 167)).toBeLessThan(35);
  expect(await loadAffinities(db, given)).toEqual([found]);
});
