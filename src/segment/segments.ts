import { type RawBuilder, sql } from 'kysely';
import { hashOfKey } from '../db/address-hash.ts';
import type { Database } from '../db/connect.ts';
import type { SkipReason } from '../domain/composition.ts';
import type { Product } from '../domain/customer.ts';
import type { ProductMatcher } from '../library/library.ts';

/** The customers who own one product, counted. A segment is a rule: nothing of it is stored. */
export interface SegmentRow {
  /** The library's key, or the CRM's id for a product that nobody has described yet. */
  key: string;
  name: string;
  family: string | null;
  /** Customers in the CRM who own it. */
  owners: number;
  /** How many of them may be written to. */
  writable: number;
  /** Why the rest may not, by reason. */
  barred: Partial<Record<SkipReason, number>>;
}

export interface SegmentDetail extends SegmentRow {
  /** What its owners own besides, most frequent first. */
  overlap: { key: string; name: string; owners: number }[];
}

/** A product of the CRM by its library key (its own id, when nobody has described it). */
export interface KeyedProduct {
  id: string;
  key: string;
  name: string;
  family: string | null;
}

/**
 * Who owns each product, computed now, in one set-based query.
 * @param by products, or whole families (then `key` is the family's name)
 */
export async function listSegments(
  db: Database,
  match: ProductMatcher,
  by: 'product' | 'family' = 'product',
): Promise<SegmentRow[]> {
  const products = await keyedProducts(db, match, by);
  const { rows } = await sql<{ key: string; reason: SkipReason | null; owners: number }>`
    with ${keys(products)}, ${owners}, ${reach}
    select o.key, r.reason, count(*) as owners
    from owners o join reach r on r.customer_id = o.customer_id
    group by o.key, r.reason`.execute(db);
  const segments = new Map<string, SegmentRow>();
  for (const { key, name, family } of products) {
    if (!segments.has(key)) segments.set(key, { key, name, family, owners: 0, writable: 0, barred: {} });
  }
  for (const row of rows) {
    const segment = segments.get(row.key);
    if (!segment) continue;
    segment.owners += row.owners;
    if (row.reason === null) segment.writable += row.owners;
    else segment.barred[row.reason] = row.owners;
  }
  return [...segments.values()].sort((a, b) => b.owners - a.owners || (a.key < b.key ? -1 : 1));
}

/** One segment with its overlap; undefined when there is no such product or family. */
export async function showSegment(
  db: Database,
  match: ProductMatcher,
  key: string,
): Promise<SegmentDetail | undefined> {
  for (const by of ['product', 'family'] as const) {
    const products = await keyedProducts(db, match, by);
    const wanted = products.find((p) =>
      [p.key, p.id, p.name].some((name) => name.toLowerCase() === key.toLowerCase()),
    )?.key;
    if (wanted === undefined) continue;
    const row = (await listSegments(db, match, by)).find((s) => s.key === wanted);
    if (!row) continue;
    const { rows } = await sql<{ key: string; owners: number }>`
      with ${keys(products)}, ${owners}
      select other.key, count(*) as owners
      from owners mine
      join customers c on c.id = mine.customer_id and c.archived_at is null
      join owners other on other.customer_id = mine.customer_id and other.key <> mine.key
      where mine.key = ${wanted}
      group by other.key order by owners desc, other.key`.execute(db);
    const names = new Map(products.map((p) => [p.key, p.name]));
    return { ...row, overlap: rows.map((o) => ({ ...o, name: names.get(o.key) ?? o.key })) };
  }
  return undefined;
}

/** Every product of the CRM, and which product of the library, or which family, it counts as. */
export async function keyedProducts(
  db: Database,
  match: ProductMatcher,
  by: 'product' | 'family',
): Promise<KeyedProduct[]> {
  const rows = await db
    .selectFrom('products')
    .select(['id', 'sku', 'name', 'family'])
    .orderBy('id')
    .execute();
  return rows.flatMap((product: Product) => {
    const known = match(product);
    const family = known?.family ?? product.family;
    if (by === 'family') {
      return family === null ? [] : [{ id: product.id, key: family, name: family, family }];
    }
    return [{ id: product.id, key: known?.key ?? product.id, name: known?.de.name ?? product.name, family }];
  });
}

/** CRM product → segment: one product of the library may be several records in the CRM. */
function keys(products: KeyedProduct[]): RawBuilder<unknown> {
  return sql`keys as (
    select * from unnest(${products.map((p) => p.id)}::text[], ${products.map((p) => p.key)}::text[])
      as k (product_id, key))`;
}

const owners = sql`owners as (
  select distinct o.customer_id, k.key
  from owned_products o join keys k on k.product_id = o.product_id)`;

/**
 * May a customer be written to at all? The same precedence as `whyNotWrite` in compose/eligibility.ts, in
 * SQL, because here it is counted for everybody at once; a test holds the two together. Holdout and
 * frequency are not part of it: they are about one campaign, not about the segment.
 */
const reach = sql`reach as (
  select c.id as customer_id,
    case
      when c.email_key is null then 'no_address'
      when s.email_hash is not null then 'suppressed'
      when bool_or(c.opted_out) over address then 'opted_out'
      when bool_or(c.bounced) over address then 'bounced'
      when c.consent = 'none' or (c.consent = 'existing_customer' and o.only_declared) then 'no_legal_basis'
      when row_number() over (address order by (c.consent = 'none'), (o.customer_id is null), c.id) > 1 then 'duplicate_address'
    end as reason
  from customers c
  left join (
    select customer_id, bool_and(declared) as only_declared
    from owned_products join products p on p.id = product_id group by customer_id) o on o.customer_id = c.id
  left join suppressions s on s.email_hash = ${hashOfKey(sql`c.email_key`)}
  where c.archived_at is null
  window address as (partition by coalesce(c.email_key, c.id)))`;
