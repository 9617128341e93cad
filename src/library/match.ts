import type { Library, ProductMatcher } from './library.ts';
import type { LibraryProduct } from './schema.ts';

/** SKUs are compared without regard to case and outer spaces. */
export const skuKey = (sku: string): string => sku.trim().toUpperCase();

/** Names are compared exactly, but for Unicode form and spacing, which nobody can see. */
export const nameKey = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim();

/** All names a product goes by in the CRM. */
export const namesOf = (product: LibraryProduct): string[] => [
  ...new Set([product.de.name, product.en.name, ...product.names].map(nameKey)),
];

/** Builds the two indexes once; the matcher itself is then two look-ups. */
export function createProductMatcher(library: Pick<Library, 'products'>): ProductMatcher {
  const bySku = new Map<string, LibraryProduct>();
  const byName = new Map<string, LibraryProduct>();
  for (const product of library.products.values()) {
    for (const sku of product.skus) bySku.set(skuKey(sku), product);
    for (const name of namesOf(product)) byName.set(name, product);
  }
  return (product) =>
    (product.sku === null ? undefined : bySku.get(skuKey(product.sku))) ?? byName.get(nameKey(product.name));
}
