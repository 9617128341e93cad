import { sql } from 'kysely';
import type { Database } from '../../../../src/db/connect.ts';
import type { DemoCrm } from '../../../../src/demo/crm-server/server.ts';

/**
 * What there is, one line for each living thing: read from the CRM's own store, or from PostgreSQL. Written by itself,
 * so that it shares no mistake with the program.
 */
export type Picture = { customers: string[]; companies: string[]; products: string[]; purchases: string[] };

type Type = 'contacts' | 'companies' | 'products' | 'deals' | 'orders' | 'line_items';

/** The CRM as its people see it. */
export function pictureOfCrm({ store }: DemoCrm): Picture {
  const alive = (type: Type) =>
    [...store.ids(type)].flatMap((id) => {
      const record = store.read(type, id);
      return record && record.archivedAt === null ? [record] : [];
    });
  const line = (id: number, ...values: unknown[]) => [id, ...values.map((v) => v ?? '')].join(' | ');
  const purchases: string[] = [];
  for (const type of ['deals', 'orders'] as const) {
    for (const parent of alive(type)) {
      const p = parent.properties;
      if (type === 'deals' && p.hs_is_closed_won !== 'true') continue;
      const status = p.hs_external_order_status === 'cancelled' ? 'cancelled' : 'kept';
      for (const lineId of store.edges.of(type, parent.id, 'line_items')) {
        const item = store.read('line_items', lineId);
        if (!item || item.archivedAt !== null) continue;
        for (const contact of store.edges.of(type, parent.id, 'contacts')) {
          const name = `${type === 'deals' ? 'deal' : 'order'}-${parent.id}-${lineId}`;
          // by SKU: a product that was archived before anybody asked for it is known from its line items alone
          const { hs_sku: sku, quantity } = item.properties;
          purchases.push([contact, name, sku, quantity, status].join(' | '));
        }
      }
    }
  }
  return {
    customers: alive('contacts')
      .map(({ id, properties: p }) =>
        line(
          id,
          p.email,
          p.lastname,
          p.innovation_ratio === null || p.innovation_ratio === undefined ? '' : Number(p.innovation_ratio),
          p.hs_email_optout === 'true',
          p.associatedcompanyid,
        ),
      )
      .sort(),
    companies: alive('companies')
      .map(({ id, properties }) => line(id, properties.name))
      .sort(),
    products: alive('products')
      .map(({ id, properties }) => line(id, properties.name))
      .sort(),
    purchases: purchases.sort(),
  };
}

/** The same from PostgreSQL. Products that only line items know are not in the CRM's catalogue. */
export async function pictureOfDatabase(db: Database): Promise<Picture> {
  const lines = async (query: ReturnType<typeof sql<{ line: string }>>) =>
    (await query.execute(db)).rows.map((row) => row.line).sort();
  return {
    customers: await lines(sql`
      select concat_ws(' | ', id, coalesce(email, ''), coalesce(last_name, ''),
        coalesce(trim_scale(innovation_ratio)::text, ''), opted_out::text, coalesce(company_id, '')) as line
      from customers where archived_at is null`),
    companies: await lines(sql`
      select concat_ws(' | ', id, coalesce(name, '')) as line from companies where archived_at is null`),
    products: await lines(sql`
      select concat_ws(' | ', id, name) as line from products
      where archived_at is null and id not like 'sku:%' and id not like 'name:%'`),
    purchases: await lines(sql`
      select concat_ws(' | ', customer_id, p.id, sku, quantity, status) as line
      from purchases p left join products on products.id = product_id`),
  };
}

/** Without purchases of customers who are gone: nothing hangs on them, and they go when their deal is read again. */
export function ofTheLiving(picture: Picture): Picture {
  const living = new Set(picture.customers.map((line) => line.split(' | ')[0]));
  return { ...picture, purchases: picture.purchases.filter((line) => living.has(line.split(' | ')[0])) };
}
