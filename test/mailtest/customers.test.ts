import { expect, it } from 'vitest';
import { isIn } from '../../src/mailtest/address-book.ts';
import { bookOf, customerAddresses } from '../../src/mailtest/customers.ts';
import { emptyDatabase, testDatabase } from '../stands/database.ts';

it('customers are read as the sync left them, each address once, also of those who have left the CRM', async () => {
  const { db, pool } = await testDatabase();
  expect(await customerAddresses(db)).toEqual([]);
  await pool.query(`
    insert into customers (id, source, email, archived_at) values
      ('1', 'test', ' Einkauf@Nordwerk.example', null), ('2', 'test', 'einkauf@nordwerk.example', now()),
      ('3', 'test', null, null), ('4', 'test', 'no address', null), ('5', 'test', 'weg@werk.example', now())`);
  expect((await customerAddresses(db)).sort()).toEqual(['einkauf@nordwerk.example', 'weg@werk.example']);
});

it('a database that was never set up has no customers', async () => {
  const { db } = await emptyDatabase();
  expect(await customerAddresses(db)).toEqual([]);
});

it('of mailbox providers only the customer’s own address counts, of companies everybody', () => {
  const book = bookOf(['kim@t-online.de', 'lou@outlook.com', 'x@werk.example']);
  expect(isIn('kim@t-online.de', book)).toBe(true);
  expect(isIn('lea@t-online.de', book)).toBe(false);
  expect(isIn('lea@outlook.com', book)).toBe(false);
  expect(isIn('lea@werk.example', book)).toBe(true);
  expect(isIn('lea@example', book)).toBe(false);
});
