import { expect, test } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { until } from '../stands/process.ts';
import { seedSend, webStand } from './stand.ts';

const { db } = await testDatabase();

test('says who owns what, what there is to tell, and where nothing is left to tell', async () => {
  const { app } = await webStand(db);
  await seedSend(db);
  const get = (url: string) => app.inject({ url, headers: { host: 'localhost:3000' } });
  await until('products are counted', async () => (await get('/products?lang=en')).body.includes('Counted:'));
  const { body } = await get('/products?lang=en');
  expect(body).toContain('href="products/laser"');
  expect(body).toContain(
    'One customer owns LX laser printer; we have had nothing to tell them about it since October',
  );
  const product = await get('/products/laser?lang=en');
  expect(product.body).toContain('href="../customers?owns=laser"');
  expect(product.body).toContain('The camera reads along');
  expect((await get('/products/unknown')).statusCode).toBe(404);
});
