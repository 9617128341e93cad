import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';

/**
 * Customers without a CRM: `count` people with an address, a legal basis and one laser printer each, in the
 * words of the example library. Ids are `c000001`, `c000002` …
 */
export async function seedCustomers(db: Database, count: number): Promise<void> {
  await db
    .insertInto('products')
    .values([
      { id: 'p1', source: 'test', sku: 'ORV-LX300', name: 'Laserdrucker LX 300', family: 'Kennzeichnen' },
      { id: 'p2', source: 'test', sku: 'ORV-TW6', name: 'Tischwaage TW 6', family: 'Wägen' },
    ])
    .execute();
  await sql`
    insert into customers (id, source, email, first_name, last_name, salutation, consent, language)
    select 'c' || lpad(n::text, 6, '0'), 'test', 'person' || n || '@customers.test', 'Kim', 'Person ' || n,
      'frau', case when n % 2 = 0 then 'consent' else 'existing_customer' end, 'de'
    from generate_series(1, ${count}::int) n`.execute(db);
  await sql`
    insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
    select 'deal-' || id, id, 'test', 'p1', 1, '2024-03-01', 'kept' from customers`.execute(db);
}

/** One more purchase, as a sync would bring it. */
export async function seedPurchase(db: Database, customerId: string, productId: string): Promise<void> {
  await db
    .insertInto('purchases')
    .values({
      id: `deal-${customerId}-${productId}`,
      customer_id: customerId,
      source: 'test',
      product_id: productId,
      quantity: 1,
      purchased_on: '2026-01-15',
      status: 'kept',
    })
    .execute();
}
