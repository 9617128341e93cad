import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { currentCustomer } from '../db/customer-ids.ts';
import type { Person } from '../domain/person.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { skuKey } from '../library/match.ts';
import { recordAct } from '../people/audit.ts';

/** Where purchases come from that programs push: no sync removes what is not its own. */
export const PUSHED = 'api';

/** Why a purchase can't be taken. Stable codes; the message is for people. */
export class PurchaseError extends Error {
  readonly code: 'no_customer' | 'several_customers' | 'no_product';
  constructor(code: PurchaseError['code'], message: string) {
    super(message);
    this.name = 'PurchaseError';
    this.code = code;
  }
}

export interface PushedPurchase {
  /** The program's own; the same one again changes the purchase. */
  id: string;
  customer: { id: string } | { email: string };
  /** Library key, SKU, or the CRM's id. */
  product: { key: string } | { sku: string } | { id: string };
  /** ISO 8601; left out: today, or what it was before. */
  date?: string | undefined;
  quantity: number;
  status: 'kept' | 'returned' | 'cancelled';
}

/**
 * Stores a purchase that a program knows of and the CRM does not. Of several pushes of one id at once, one comes after the
 * other, and the last one holds.
 * @throws PurchaseError, and nothing is stored
 */
export async function pushPurchase(
  { db, library, matchProduct }: { db: Database; library: Library; matchProduct: ProductMatcher },
  given: PushedPurchase & { person: Person; now: Date },
) {
  const { quantity, status, person, now } = given;
  // ids of purchases begin with where they come from: none of the CRM's is mistaken for it
  const id = `${PUSHED}-${given.id}`;
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${lockOf(id)}::bigint)`.execute(tx);
    const customerId = await customerOf(tx, given.customer);
    const productId = await productOf(tx, { library, matchProduct }, given.product);
    const before = await tx
      .deleteFrom('purchases')
      .where('id', '=', id)
      .where('source', '=', PUSHED)
      .returning(['customer_id', 'product_id', 'purchased_on', 'quantity', 'status'])
      .executeTakeFirst();
    const date = given.date ?? before?.purchased_on ?? now.toISOString().slice(0, 10);
    const row = { quantity, status };
    const same =
      before?.customer_id === customerId &&
      before.product_id === productId &&
      before.purchased_on === date &&
      before.quantity === quantity &&
      before.status === status;
    await tx
      .insertInto('purchases')
      .values({
        ...row,
        id,
        customer_id: customerId,
        source: PUSHED,
        product_id: productId,
        purchased_on: date,
      })
      .execute();
    // a call that is repeated because its answer got lost is no second act
    if (!same)
      await recordAct(tx, person, { action: 'purchase_pushed', subject: given.id, detail: { status }, now });
    return { purchase: { ...row, customerId, productId, date }, created: before === undefined };
  });
}

/** Whom it is for, by the id that lives on. */
async function customerOf(tx: Database, asked: PushedPurchase['customer']): Promise<string> {
  if ('id' in asked) {
    const customerId = await currentCustomer(tx, { customerId: asked.id });
    if (customerId !== null) return customerId;
    throw new PurchaseError('no_customer', 'The CRM knows no customer with this id.');
  }
  const found = await tx
    .selectFrom('customers')
    .select('id')
    .where('email_key', '=', asked.email.toLowerCase())
    .where('archived_at', 'is', null)
    .limit(2)
    .execute();
  const [one, other] = found;
  if (one === undefined)
    throw new PurchaseError('no_customer', 'The CRM knows no customer with this address.');
  if (other !== undefined)
    throw new PurchaseError('several_customers', 'Several customers have this address: name one by id.');
  const customerId = await currentCustomer(tx, { customerId: one.id });
  if (customerId === null) throw new PurchaseError('no_customer', 'This customer is gone.');
  return customerId;
}

/** The CRM's product; one that only the library knows becomes one. */
async function productOf(
  tx: Database,
  { library, matchProduct }: { library: Library; matchProduct: ProductMatcher },
  asked: PushedPurchase['product'],
): Promise<string> {
  if ('id' in asked) {
    const row = await tx.selectFrom('products').select('id').where('id', '=', asked.id).executeTakeFirst();
    if (row === undefined) throw new PurchaseError('no_product', 'The CRM has no product with this id.');
    return row.id;
  }
  if ('sku' in asked) {
    const row = await tx
      .selectFrom('products')
      .select('id')
      .where(sql<boolean>`upper(trim(sku)) = ${skuKey(asked.sku)} and archived_at is null`)
      .orderBy('id')
      .executeTakeFirst();
    if (row !== undefined) return row.id;
  }
  const product =
    'key' in asked
      ? library.products.get(asked.key)
      : [...library.products.values()].find(({ skus }) =>
          skus.some((sku) => skuKey(sku) === skuKey(asked.sku)),
        );
  if (product === undefined)
    throw new PurchaseError('no_product', 'Neither the CRM nor the library has this product.');
  const known = await tx
    .selectFrom('products')
    .select(['id', 'sku', 'name', 'family'])
    .where('archived_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb(sql<string>`upper(trim(sku))`, 'in', ['', ...product.skus.map(skuKey)]),
        eb('name', 'in', [product.de.name, product.en.name, ...product.names]),
      ]),
    )
    .orderBy('id')
    .execute();
  const match = known.find((row) => matchProduct(row)?.key === product.key);
  if (match) return match.id;
  const id = `${PUSHED}-${product.key}`;
  await tx
    .insertInto('products')
    .values({
      ...{ id, source: PUSHED, sku: product.skus[0] ?? null, name: product.de.name },
      family: product.family,
    })
    .onConflict((oc) => oc.column('id').doUpdateSet({ archived_at: null }))
    .execute();
  return id;
}

const lockOf = (id: string): string =>
  createHash('sha256').update(`purchase ${id}`).digest().readBigInt64BE().toString();
