import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';
import type { Library } from '../../src/library/library.ts';

/** So many people, four purchases each, of the library's products: some are owned by many, some by few. */
export async function writePeople(db: Database, library: Library, customers: number): Promise<void> {
  const products = [...library.products.values()];
  const list = (values: readonly string[]) => sql`${values}::text[]`;
  await sql`
    insert into products (id, source, sku, name)
    select * from unnest(${list(products.map(({ key }) => key))}, ${list(products.map(() => 'bench'))},
      ${list(products.map(({ skus }) => skus[0] ?? ''))}, ${list(products.map(({ de }) => de.name))})`.execute(
    db,
  );
  await sql`
    insert into customers (id, source, email, salutation, first_name, last_name, language, consent)
    select 'c' || lpad(n::text, 8, '0'), 'bench', 'person' || n || '@d' || n % 9973 || '.test', 'frau', 'Kim',
      'Person ' || n, 'de', case when n % 2 = 0 then 'consent' else 'existing_customer' end
    from generate_series(1, ${customers}::int) n`.execute(db);
  await sql`select setseed(0.5)`.execute(db);
  await sql`
    insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
    select 'd' || c.id || '-' || n, c.id, 'bench',
      (${list(products.map(({ key }) => key))})[1 + floor(power(random(), 2) * ${products.length}::int)::int],
      1, date '2026-01-01' - floor(random() * 2500)::int, 'kept'
    from customers c, generate_series(1, 4) n`.execute(db);
  await sql`vacuum analyze`.execute(db);
}
