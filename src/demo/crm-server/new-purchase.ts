import { DAY, iso } from '../company/record.ts';
import type { Store, StoredRecord } from './store.ts';

/** The live product with an article number. */
export function productBySku(store: Store, sku: string): StoredRecord | undefined {
  for (const id of store.ids('products')) {
    const product = store.read('products', id);
    if (product?.properties.hs_sku === sku && product.archivedAt === null) return product;
  }
  return undefined;
}

/** A won deal over one product. */
export function addDeal(store: Store, product: StoredRecord, on: Date): StoredRecord {
  return store.create('deals', {
    dealname: product.properties.name ?? '',
    pipeline: 'default',
    dealstage: 'closedwon',
    hs_is_closed: 'true',
    hs_is_closed_won: 'true',
    closedate: on.toISOString(),
    amount: product.properties.price ?? null,
    deal_currency_code: 'EUR',
  });
}

/** A delivered order over one product. */
export function addOrder(store: Store, product: StoredRecord, on: Date): StoredRecord {
  return store.create('orders', {
    hs_order_name: `Auftrag ${product.properties.name}`,
    hs_external_order_id: `SO-${iso(on.getTime()).slice(0, 4)}-${Math.floor(on.getTime() / DAY)}`,
    hs_external_order_status: 'delivered',
    hs_external_created_date: on.toISOString(),
    hs_currency_code: 'EUR',
  });
}
