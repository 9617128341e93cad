import type { GeneratedType } from '../company/ids.ts';
import { DAY, iso } from '../company/record.ts';
import type { Store, StoredRecord } from './store.ts';

export interface NewPurchase {
  contactId: string;
  sku: string;
  /** Pieces; negative takes them back. Default 1. */
  quantity?: number;
  /** When it was bought; default now. */
  on?: Date;
  /** How it reaches the CRM; default a won deal. */
  via?: 'deal' | 'order';
}

/** What people do in the CRM, for tests and demonstrations. Everything bumps the time of the last change. */
export interface CrmOperations {
  addContact(properties: Record<string, string | null>): { id: string };
  updateContact(id: string, properties: Record<string, string | null>): void;
  /** The same for any object type. */
  update(type: GeneratedType, id: string, properties: Record<string, string | null>): void;
  archiveContact(id: string): void;
  archive(type: GeneratedType, id: string): void;
  /** The second contact's id vanishes; its purchases belong to the first. */
  mergeContacts(winnerId: string, loserId: string): void;
  /** Deletes for privacy: not archived, simply gone. */
  forgetContact(id: string): void;
  addPurchase(purchase: NewPurchase): { tradeId: string; lineItemId: string };
}

export function operations(store: Store): CrmOperations {
  const demand = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`The demo CRM has no live record ${what}.`);
    return value;
  };
  const update: CrmOperations['update'] = (type, id, properties) => {
    demand(store.update(type, Number(id), properties), `${type} ${id}`);
  };
  const archive: CrmOperations['archive'] = (type, id) => {
    demand(store.archive(type, Number(id)) || undefined, `${type} ${id}`);
  };
  return {
    update,
    archive,
    addContact: (properties) => ({ id: String(store.create('contacts', properties).id) }),
    updateContact: (id, properties) => update('contacts', id, properties),
    archiveContact: (id) => archive('contacts', id),
    mergeContacts: (winner, loser) => {
      demand(store.merge('contacts', Number(winner), Number(loser)), `contacts ${winner} or ${loser}`);
    },
    forgetContact: (id) => store.forget('contacts', Number(id)),
    addPurchase: ({ contactId, sku, quantity = 1, on = new Date(store.now()), via = 'deal' }) => {
      const contact = demand(store.read('contacts', Number(contactId)), `contacts ${contactId}`);
      const product = demand(productBySku(store, sku), `products with SKU ${sku}`);
      const trade = via === 'deal' ? addDeal(store, product, on) : addOrder(store, product, on);
      const price = product.properties.price ?? '0';
      const line = store.create('line_items', {
        name: product.properties.name ?? sku,
        hs_product_id: String(product.id),
        hs_sku: sku,
        quantity: String(quantity),
        price,
        amount: String(Number(price) * quantity),
      });
      const type = via === 'deal' ? 'deals' : 'orders';
      store.edges.link(type, trade.id, 'contacts', contact.id);
      store.edges.link(type, trade.id, 'line_items', line.id);
      return { tradeId: String(trade.id), lineItemId: String(line.id) };
    },
  };
}

function productBySku(store: Store, sku: string): StoredRecord | undefined {
  for (const id of store.ids('products')) {
    const product = store.read('products', id);
    if (product?.properties.hs_sku === sku && product.archivedAt === null) return product;
  }
  return undefined;
}

function addDeal(store: Store, product: StoredRecord, on: Date): StoredRecord {
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

function addOrder(store: Store, product: StoredRecord, on: Date): StoredRecord {
  return store.create('orders', {
    hs_order_name: `Auftrag ${product.properties.name}`,
    hs_external_order_id: `SO-${iso(on.getTime()).slice(0, 4)}-${Math.floor(on.getTime() / DAY)}`,
    hs_external_order_status: 'delivered',
    hs_external_created_date: on.toISOString(),
    hs_currency_code: 'EUR',
  });
}
