import type { KnownProduct } from '../port.ts';
import type { ProductRow } from '../rows.ts';

/** What a line item says about the product it sold. */
export interface SoldProduct {
  productId: string | null;
  sku: string | null;
  name: string | null;
}

/** Ids of products that only line items know: the CRM's catalogue has none of this SKU or name. */
const AD_HOC = /^(sku|name):/;

const skuKey = (sku: string) => sku.trim().toLowerCase();

/**
 * Recognises the product of a line item: by its CRM id, then by SKU, then by exact name. What is in no
 * catalogue gets a product of its own, with an id made of its SKU or name, so that it is the same one in every
 * sync.
 */
export class ProductIndex {
  readonly #ids = new Set<string>();
  readonly #skus = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #adHoc = new Map<string, ProductRow>();
  readonly #told = new Set<string>();
  #untold: ProductRow[] = [];

  constructor(products: readonly KnownProduct[]) {
    // archived ones last: they are recognised, but a living one of the same SKU or name is meant
    const ordered = [...products].sort((a, b) => Number(a.archived) - Number(b.archived));
    for (const { id, sku, name } of ordered) {
      if (AD_HOC.test(id)) {
        this.#adHoc.set(id, { id, sku, name, family: null });
        continue;
      }
      this.#ids.add(id);
      if (sku && !this.#skus.has(skuKey(sku))) this.#skus.set(skuKey(sku), id);
      if (!this.#names.has(name)) this.#names.set(name, id);
    }
  }

  /** The product's id; null when the line item names no product. */
  recognise({ productId, sku, name }: SoldProduct): string | null {
    if (productId && this.#ids.has(productId)) return productId;
    const known = (sku && this.#skus.get(skuKey(sku))) || (name && this.#names.get(name));
    return known || this.#adHocId(sku, name);
  }

  /** Products that only line items know, met since this was asked last; each of them once. */
  takeAdHoc(): ProductRow[] {
    const rows = this.#untold;
    this.#untold = [];
    return rows;
  }

  #adHocId(sku: string | null, name: string | null): string | null {
    const id = sku ? `sku:${skuKey(sku)}` : name ? `name:${name}` : null;
    if (id === null || id.length > 300) return null;
    // The name it got first stays: line items spell it differently, and it must not change with every sync.
    const row = this.#adHoc.get(id) ?? { id, sku, name: name ?? sku ?? id, family: null };
    this.#adHoc.set(id, row);
    if (!this.#told.has(id)) {
      this.#told.add(id);
      this.#untold.push(row);
    }
    return id;
  }
}
