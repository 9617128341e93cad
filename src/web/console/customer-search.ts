import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';

export interface FoundCustomer {
  id: string;
  name: string | null;
  company: string | null;
  email: string | null;
  products: number;
}

/** Of so many matches those who own most are found; counting everybody's products would take long. */
const LOOKED_AT = 300;

/**
 * Customers whose name, company, address or id contains every word asked for; those who own most come first.
 * Without words: simply those.
 */
export async function findCustomers(db: Database, typed: string, limit = 20): Promise<FoundCustomer[]> {
  // PostgreSQL's text knows no NUL.
  const search = typed.replaceAll('\0', ' ').trim();
  const words = search.split(/\s+/).filter(Boolean).slice(0, 6);
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  const { rows } = await sql<FoundCustomer>`
    with found as (
      select c.id, nullif(concat_ws(' ', c.title, c.first_name, c.last_name), '') as name, co.name as company, c.email
      from customers c
      left join companies co on co.id = c.company_id
      where c.archived_at is null
        and concat_ws(' ', c.id, c.first_name, c.last_name, co.name, c.email) ilike all (${patterns}::text[])
      order by c.id = ${search} desc, c.id
      limit ${LOOKED_AT})
    select found.*, o.products
    from found,
      lateral (select count(*) as products from owned_products where customer_id = found.id) o
    order by found.id = ${search} desc, o.products desc, found.id
    limit ${limit}`.execute(db);
  return rows;
}
