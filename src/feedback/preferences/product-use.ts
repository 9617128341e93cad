import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { NamedProduct } from '../../library/grammar.ts';
import type { ProductMatcher } from '../../library/library.ts';

/** A CRM product that a customer has bought, or says to use. */
export interface KnownProduct {
  productId: string;
  /** Library key; the CRM's id when the library does not describe it. Several CRM products may share one. */
  key: string;
  /** For sentences. */
  product: NamedProduct;
  family: string | null;
  /** It counts as owned: bought or said to be used, and not said to be unused since. */
  inUse: boolean;
  /** Day of the last purchase, ISO 8601 date; null when nothing is bought, or nothing of it was kept. */
  lastBought: string | null;
}

/**
 * What a customer has bought or says to use, in order of purchase: products that the library describes, or that the CRM
 * gives a family. Of anything else (freight, a day of work) we never write, so there is nothing to ask or to correct.
 */
export async function knownProducts(
  db: Database,
  customerId: string,
  matchProduct: ProductMatcher,
): Promise<KnownProduct[]> {
  const { rows } = await sql<{
    id: string;
    sku: string | null;
    name: string;
    family: string | null;
    in_use: boolean;
    last_bought: string | null;
  }>`
    with bought as (
      select product_id, min(purchased_on) as first, max(purchased_on) filter (where quantity > 0) as last
      from purchases where customer_id = ${customerId} and status = 'kept'
      group by product_id having sum(quantity) > 0
    ), owned as (
      select product_id, since from owned_products where customer_id = ${customerId}
    )
    select p.id, p.sku, p.name, p.family, o.product_id is not null as in_use, b.last as last_bought
    from bought b full join owned o using (product_id) join products p on p.id = product_id
    order by coalesce(b.first, o.since), p.id`.execute(db);
  return rows.flatMap(({ in_use: inUse, last_bought: lastBought, ...product }) => {
    const known = matchProduct(product);
    if (known === undefined && product.family === null) return [];
    return {
      productId: product.id,
      key: known?.key ?? product.id,
      product: known ?? product.name,
      family: known?.family ?? product.family,
      inUse,
      lastBought,
    };
  });
}

/**
 * They don't use these products (any more). `known` is what is known of the customer.
 * @returns ids of the CRM products that counted as theirs until now
 */
export async function dontUse(
  trx: Database,
  given: { customerId: string; known: readonly KnownProduct[]; keys: readonly string[]; today: string },
): Promise<string[]> {
  const { customerId, known, keys, today } = given;
  const unused = known.filter(({ key, inUse }) => inUse && keys.includes(key));
  await forget(trx, customerId, unused);
  const bought = unused.filter(({ lastBought }) => lastBought !== null);
  if (bought.length > 0) {
    await trx
      .insertInto('product_use')
      .values(
        bought.map(({ productId, lastBought }) => ({
          customer_id: customerId,
          product_id: productId,
          used: false,
          // a purchase that the CRM dates into the future is meant, too; only a later one brings the product back
          said_on: lastBought !== null && lastBought > today ? lastBought : today,
        })),
      )
      .execute();
  }
  return unused.map(({ productId }) => productId);
}

/** Undoes what `dontUse` returned: purchases count again, and so does their word that they use what was never bought. */
export async function takeBackUnused(
  trx: Database,
  given: { customerId: string; productIds: readonly string[]; day: string },
): Promise<void> {
  const { customerId, productIds, day } = given;
  if (productIds.length === 0) return;
  await sql`
    delete from product_use
    where customer_id = ${customerId} and product_id = any(${productIds}) and not used`.execute(trx);
  await sql`
    insert into product_use (customer_id, product_id, used, said_on)
    select ${customerId}, id, true, ${day}::date from unnest(${productIds}::text[]) id
    where not exists (select from purchases p where p.customer_id = ${customerId} and p.product_id = id)
    on conflict do nothing`.execute(trx);
}

/** Takes back that they don't use these products: their purchases count again. */
export async function useAgain(
  trx: Database,
  given: { customerId: string; known: readonly KnownProduct[]; keys: readonly string[] },
): Promise<void> {
  const { customerId, known, keys } = given;
  await forget(
    trx,
    customerId,
    known.filter(({ key, lastBought }) => lastBought !== null && keys.includes(key)),
  );
}

/** They use CRM products that they have not bought, as far as we know. */
export async function declareUse(
  trx: Database,
  given: { customerId: string; productIds: readonly string[]; today: string },
): Promise<void> {
  const { customerId, productIds, today } = given;
  if (productIds.length === 0) return;
  await trx
    .insertInto('product_use')
    .values(
      productIds.map((productId) => ({
        customer_id: customerId,
        product_id: productId,
        used: true,
        said_on: today,
      })),
    )
    .onConflict((oc) => oc.columns(['customer_id', 'product_id']).doUpdateSet({ used: true, said_on: today }))
    .execute();
}

async function forget(trx: Database, customerId: string, products: readonly KnownProduct[]): Promise<void> {
  const ids = products.map(({ productId }) => productId);
  await sql`delete from product_use where customer_id = ${customerId} and product_id = any(${ids})`.execute(
    trx,
  );
}
