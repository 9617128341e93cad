import { CATALOGUE } from './catalogue.ts';
import { idAt } from './ids.ts';
import type { DemoRecord } from './record.ts';

/** Pieces kept, by SKU. Freight and services, which are no products of the catalogue, are left out. */
export type OwnedTruth = Map<string, number>;

/** What of the company's records is looked at. */
interface Records {
  get(type: 'deals' | 'orders' | 'line_items', id: number): DemoRecord | undefined;
  associated(
    from: 'contacts' | 'deals' | 'orders',
    id: number,
    to: 'deals' | 'orders' | 'line_items',
  ): number[];
}

/** Orders that are no purchases. */
const NOT_KEPT = new Set(['cancelled', 'returned']);

/**
 * The answer key: won deals and orders neither cancelled nor returned, lines matched by product id, then SKU, then
 * name, quantities added up (returns are negative), nothing owned at zero or below.
 */
export function ownedBy(company: Records, contactId: number): OwnedTruth {
  const pieces: OwnedTruth = new Map();
  for (const type of ['deals', 'orders'] as const) {
    for (const id of company.associated('contacts', contactId, type)) {
      const trade = company.get(type, id)?.properties;
      const kept = trade?.hs_is_closed_won === 'true' || type === 'orders';
      if (!kept || NOT_KEPT.has(trade?.hs_external_order_status ?? '')) continue;
      for (const lineId of company.associated(type, id, 'line_items')) {
        const line = company.get('line_items', lineId)?.properties;
        const product = CATALOGUE.find(
          ({ sku, name }, place) =>
            line?.hs_product_id === String(idAt('products', place)) ||
            line?.hs_sku === sku ||
            line?.name === name,
        );
        if (product) pieces.set(product.sku, (pieces.get(product.sku) ?? 0) + Number(line?.quantity));
      }
    }
  }
  for (const [sku, quantity] of pieces) if (quantity <= 0) pieces.delete(sku);
  return pieces;
}
