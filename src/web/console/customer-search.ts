import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { wordConditions } from './customers/search-words.ts';

export interface FoundCustomer {
  id: string;
  name: string | null;
  company: string | null;
  email: string | null;
  products: number;
}

/** Of so many matches those who own most are found; counting everybody's products would take long. */
const LOOKED_AT = 120;

/**
 * Customers whose name, company, address or id contains every word asked for; those who own most come first.
 * Without words: simply those.
 */
export async function findCustomers(db: Database, typed: string, limit = 20): Promise<FoundCustomer[]> {
  const search = typed.replaceAll('\0', ' ').trim();
  const words = await wordConditions(db, search);
  const { rows } = await sql<FoundCustomer>`
    with found as materialized (
      (select * from customers where id = ${search} and archived_at is null)
      union
      (select c.* from customers c
        where c.archived_at is null and ${sql.join([sql`true`, ...words], sql` and `)}
        limit ${LOOKED_AT}))
    select f.id, nullif(concat_ws(' ', f.title, f.first_name, f.last_name), '') as name, co.name as company, f.email,
      o.products
    from found f left join companies co on co.id = f.company_id,
      lateral (select count(*)::int as products from owned_products where customer_id = f.id) o
    order by f.id = ${search} desc, o.products desc, f.id
    limit ${limit}`.execute(db);
  return rows;
}
