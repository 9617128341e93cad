import type { Database } from '../../db/connect.ts';
import type { ProductMatcher } from '../../library/library.ts';
import type { LibraryProduct } from '../../library/schema.ts';
import type { KnownProduct } from './product-use.ts';

/** A library product that a customer may use although the CRM knows of no purchase. */
export interface UnownedProduct {
  /** The CRM product that stands for it. */
  productId: string;
  key: string;
  product: LibraryProduct;
}

/** The library's products that the CRM sells, without those that are known of the customer, by id of the CRM. */
export async function unownedProducts(
  db: Database,
  known: readonly KnownProduct[],
  matchProduct: ProductMatcher,
): Promise<UnownedProduct[]> {
  const rows = await db
    .selectFrom('products')
    .select(['id', 'sku', 'name', 'family'])
    .where('archived_at', 'is', null)
    .orderBy('id')
    .execute();
  const taken = new Set(known.map(({ key }) => key));
  return rows.flatMap((row) => {
    const product = matchProduct(row);
    if (product === undefined || taken.has(product.key)) return [];
    taken.add(product.key);
    return [{ productId: row.id, key: product.key, product }];
  });
}
