import { CATALOGUE, type CatalogueProduct, SERVICES } from './catalogue.ts';
import { type Dice, weighted } from './dice.ts';
import { idAt } from './ids.ts';

/** One line of a deal or order. */
export interface TradeLine {
  /** Place in the catalogue; null for freight and services. */
  product: number | null;
  name: string;
  /** Null for ad-hoc lines: typed by hand instead of chosen from the product list. */
  productId: string | null;
  sku: string | null;
  /** Negative for what is sent back. */
  quantity: string;
  /** Euros for one piece. */
  price: number;
}

/** A line about a product; one in eight is ad hoc, with the SKU or only the name. */
export function lineOf(roll: Dice, contact: number, n: number, product: number, quantity: number): TradeLine {
  const { name, sku, price } = CATALOGUE[product] as CatalogueProduct;
  const discount = Math.floor(roll('discount', contact, n) * 5) * 0.025;
  const style = roll('ad hoc', contact, n);
  const adHoc = style < 0.12;
  return {
    product,
    name: style < 0.04 ? `${name} (Vorführgerät)` : name,
    productId: adHoc ? null : String(idAt('products', product)),
    sku: adHoc && style >= 0.07 ? null : sku,
    quantity: String(quantity),
    price: Math.round(price * (1 - discount) * 100) / 100,
  };
}

/** Freight, commissioning or training, on one sale in twelve. */
export function serviceLine(roll: Dice, contact: number, n: number): TradeLine | null {
  if (roll('service', contact, n) >= 0.08) return null;
  const service = weighted(SERVICES, roll('which service', contact, n));
  return { product: null, productId: null, sku: null, ...service };
}
