import fastify from 'fastify';
import { expect, test } from 'vitest';
import { measure } from '../../../bench/pages/measure.ts';
import { words } from '../../../src/web/words/words.ts';

test('a page is measured when it has counted, and only if it is one', async () => {
  const app = fastify();
  let asked = 0;
  app.get('/products', () => {
    asked += 1;
    return asked < 6 ? words('de')['products.counting'] : 'all of it, which is longer'.repeat(40);
  });
  expect(await measure(app, '/products')).toMatchObject({ status: 200, kilobytes: 1.04 });
  expect(asked).toBe(26);
  await expect(measure(app, '/nowhere')).rejects.toThrow('/nowhere answers 404.');
});
