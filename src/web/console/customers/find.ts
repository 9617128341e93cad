import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import type { ConsentBasis } from '../../../domain/customer.ts';
import type { FoundCustomer } from '../customer-search.ts';
import { wordConditions } from './search-words.ts';

/** Who is looked for; what is left empty does not matter. */
export interface CustomerFilter {
  search: string;
  /** Ids of the CRM records of one product; null: whatever they own. */
  owns: readonly string[] | null;
  basis: ConsentBasis | '';
  /** Where the innovation ratio comes from: set on the contact, on the company, or by nobody. */
  ratio: 'contact' | 'company' | 'none' | 'suggested' | '';
  barred: 'suppressed' | 'opted_out' | 'bounced' | '';
  /** Only those that come after this customer in the list. */
  after: string;
}

export interface ListedCustomer extends FoundCustomer {
  consent: ConsentBasis;
  optedOut: boolean;
  bounced: boolean;
}

/**
 * One page of customers by name; one more than asked for says that there are more. Written so that trigrams (migration
 * 0008) find words, and the order comes from its index.
 */
export async function listCustomers(
  db: Database,
  filter: CustomerFilter,
  limit: number,
): Promise<ListedCustomer[]> {
  const wanted = [sql`true`, ...(await wordConditions(db, filter.search)), ...conditions(filter)];
  const { rows } = await sql<ListedCustomer>`
    with found as materialized (
      select c.id, c.title, c.first_name, c.last_name, c.email, c.company_id, c.consent, c.opted_out, c.bounced
      from customers c
      where c.archived_at is null and ${sql.join(wanted, sql` and `)}
      order by coalesce(c.last_name, ''), coalesce(c.first_name, ''), c.id
      limit ${limit + 1})
    select f.id, nullif(concat_ws(' ', f.title, f.first_name, f.last_name), '') as name, co.name as company, f.email,
      f.consent, f.opted_out as "optedOut", f.bounced, o.products
    from found f left join companies co on co.id = f.company_id,
      lateral (select count(*)::int as products from owned_products where customer_id = f.id) o
    order by coalesce(f.last_name, ''), coalesce(f.first_name, ''), f.id`.execute(db);
  return rows;
}

function conditions(filter: CustomerFilter): RawBuilder<unknown>[] {
  const { owns, basis, ratio, barred, after } = filter;
  const found: RawBuilder<unknown>[] = [];
  if (basis !== '') found.push(sql`c.consent = ${basis}`);
  if (barred === 'opted_out') found.push(sql`c.opted_out`);
  if (barred === 'bounced') found.push(sql`c.bounced`);
  if (barred === 'suppressed')
    found.push(sql`c.email_key in (select email_key from suppressions where email_key is not null)`);
  if (ratio === 'contact') found.push(sql`c.innovation_ratio is not null`);
  if (ratio === 'company' || ratio === 'none') {
    const set = sql`exists (select from companies where id = c.company_id and innovation_ratio is not null)`;
    found.push(sql`c.innovation_ratio is null`, ratio === 'company' ? set : sql`not ${set}`);
  }
  if (ratio === 'suggested')
    found.push(sql`c.id in (select customer_id from ratio_suggestions where settled_at is null)`);
  if (owns !== null) {
    found.push(
      sql`exists (select from purchases p where p.customer_id = c.id and p.product_id = any(${[...owns]}::text[])
          union all select from product_use u where u.customer_id = c.id and u.product_id = any(${[...owns]}::text[]))`,
      // a scalar subquery is asked for each that is left, by index; joined, the view would be made for everybody
      sql`(select count(*) from owned_products o
          where o.customer_id = c.id and o.product_id = any(${[...owns]}::text[])) > 0`,
    );
  }
  if (after !== '') {
    found.push(
      sql`(coalesce(c.last_name, ''), coalesce(c.first_name, ''), c.id) > (
        coalesce((select last_name from customers where id = ${after}), ''),
        coalesce((select first_name from customers where id = ${after}), ''), ${after})`,
    );
  }
  return found;
}
