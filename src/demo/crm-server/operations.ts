import type { CrmContext } from './context.ts';
import { addDeal, addOrder, productBySku } from './new-purchase.ts';
import type { ObjectType } from './object-types.ts';

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

type Values = Record<string, string | null>;
/** One end of an association. */
export interface RecordKey {
  type: ObjectType;
  id: string;
}

/** How two records are merged. */
interface Merge {
  /** Default: as the server was told. */
  makesNew?: boolean;
}

/**
 * What people do in the CRM, for tests and demonstrations. Everything moves the time of the last change unless it
 * says otherwise; the two ends of an association are never moved by it, as in HubSpot.
 */
export interface CrmOperations {
  addContact(properties: Values): { id: string };
  updateContact(id: string, properties: Values): void;
  /** The same for any object type. */
  update(type: ObjectType, id: string, properties: Values): void;
  /** Changes properties without moving the time of the last change, as HubSpot's calculated properties do. */
  silentUpdate(type: ObjectType, id: string, properties: Values): void;
  /** A bulk edit: all records get the same time of the last change, to the millisecond. */
  updateMany(type: ObjectType, ids: Iterable<string>, properties: Values): void;
  archiveContact(id: string): void;
  archive(type: ObjectType, id: string): void;
  /** Brings back an archived record; `silently` leaves the time of the last change where it was. */
  restore(type: ObjectType, id: string, how?: { silently?: boolean }): void;
  associate(from: RecordKey, to: RecordKey): void;
  dissociate(from: RecordKey, to: RecordKey): void;
  /**
   * Both ids vanish and lead to a new one, which is answered; or only the second does and leads to the first: not in
   * all accounts and for all types has HubSpot made a new record of two.
   */
  merge(type: ObjectType, winnerId: string, loserId: string, how?: Merge): { id: string };
  mergeContacts(winnerId: string, loserId: string, how?: Merge): { id: string };
  /** Deletes for privacy: not archived, simply gone. */
  forgetContact(id: string): void;
  addPurchase(purchase: NewPurchase): { tradeId: string; lineItemId: string };
}

export function operations({ store, mergesMakeNew }: CrmContext): CrmOperations {
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
  const merge: CrmOperations['merge'] = (type, winner, loser, { makesNew = mergesMakeNew } = {}) => {
    const merged = store.merge(type, Number(winner), Number(loser), makesNew);
    return { id: String(demand(merged, `${type} ${winner} or ${loser}`).id) };
  };
  const endOf = ({ type, id }: RecordKey) => demand(store.read(type, Number(id)), `${type} ${id}`).id;
  return {
    update,
    silentUpdate: (type, id, properties) => {
      demand(store.update(type, Number(id), properties, { silent: true }), `${type} ${id}`);
    },
    updateMany: (type, ids, properties) => {
      const at = store.now();
      for (const id of ids) demand(store.update(type, Number(id), properties, { at }), `${type} ${id}`);
    },
    archive,
    restore: (type, id, { silently = false } = {}) => {
      demand(store.restore(type, Number(id), { silent: silently }) || undefined, `archived ${type} ${id}`);
    },
    associate: (from, to) => store.edges.link(from.type, endOf(from), to.type, endOf(to)),
    dissociate: (from, to) => store.edges.unlink(from.type, endOf(from), to.type, endOf(to)),
    merge,
    addContact: (properties) => ({ id: String(store.create('contacts', properties).id) }),
    updateContact: (id, properties) => update('contacts', id, properties),
    archiveContact: (id) => archive('contacts', id),
    mergeContacts: (winner, loser, how) => merge('contacts', winner, loser, how),
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
