import fc from 'fast-check';
import type { DemoCrm } from '../../../../src/demo/crm-server/server.ts';

type Type = 'contacts' | 'companies' | 'products' | 'deals' | 'orders' | 'line_items';

/** One thing that people do in the CRM. Numbers pick among what there is: 7 of 3 contacts is the second. */
export type Action = (typeof KINDS)[number] extends infer K
  ? { kind: K; a: number; b: number; yes: boolean }
  : never;

const KINDS = [
  'meet',
  'rename',
  'newAddress',
  'setRatio',
  'optOut',
  'archiveContact',
  'restore',
  'forget',
  'merge',
  'buy',
  'order',
  'winOrLose',
  'cancelOrder',
  'archiveDeal',
  'recount',
  'archiveLine',
  'mergeDeals',
  'mergeCompanies',
  'associate',
  'dissociate',
  'calculate',
  'bulkEdit',
  'renameProduct',
  'archiveProduct',
  'renameCompany',
  'moveCompany',
] as const;

/** What happens most often in a CRM happens most often here. */
const WEIGHTS: Partial<Record<(typeof KINDS)[number], number>> = { meet: 4, buy: 5, merge: 3, associate: 3 };

export const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.oneof(...KINDS.map((kind) => ({ arbitrary: fc.constant(kind), weight: WEIGHTS[kind] ?? 1 }))),
  a: fc.nat(50),
  b: fc.nat(50),
  yes: fc.boolean(),
});

const SKUS = ['ORV-KW2', 'ORV-TW6', 'ORV-MG4'] as const;

/** Does it; nothing happens where there is nothing to do it with. */
export function act(crm: DemoCrm, { kind, a, b, yes }: Action): void {
  const { store } = crm;
  const all = (type: Type, archived = false) =>
    [...store.ids(type)].filter((id) => {
      const record = store.read(type, id);
      return record !== undefined && (record.archivedAt !== null) === archived;
    });
  const pick = (type: Type, n: number, archived = false): string | undefined => {
    const ids = all(type, archived);
    return ids.length === 0 ? undefined : String(ids[n % ids.length]);
  };
  const contact = pick('contacts', a);
  const deal = pick('deals', a);
  const order = pick('orders', a);
  const line = pick('line_items', a);
  const product = pick('products', a);
  const company = pick('companies', a);
  const address = `k${a}.${b}@kunde.example`;
  const taken = all('contacts').some((id) => store.read('contacts', id)?.properties.email === address);

  switch (kind) {
    case 'meet':
      if (!taken) crm.addContact({ email: address, lastname: `Name ${b}` });
      return;
    case 'rename':
      if (contact) crm.updateContact(contact, { lastname: `Name ${b}` });
      return;
    case 'newAddress':
      if (contact && !taken) crm.updateContact(contact, { email: address });
      return;
    case 'setRatio':
      if (contact) crm.updateContact(contact, { innovation_ratio: String((b % 11) / 10) });
      return;
    case 'optOut':
      if (contact) crm.update('contacts', contact, { hs_email_optout: String(yes) });
      return;
    case 'archiveContact':
      if (contact) crm.archive('contacts', contact);
      return;
    case 'restore': {
      const type = (['contacts', 'deals', 'orders', 'line_items', 'products', 'companies'] as const)[b % 6];
      const id = type && pick(type, a, true);
      if (type && id) crm.restore(type, id, { silently: yes });
      return;
    }
    case 'forget':
      if (contact) crm.forgetContact(contact);
      return;
    case 'merge': {
      const other = pick('contacts', b);
      if (contact && other && contact !== other) crm.mergeContacts(contact, other);
      return;
    }
    case 'buy':
    case 'order':
      if (contact) {
        const sku = SKUS[b % SKUS.length] ?? SKUS[0];
        const sold = all('products').some((id) => store.read('products', id)?.properties.hs_sku === sku);
        if (sold) {
          crm.addPurchase({
            contactId: contact,
            sku,
            quantity: 1 + (b % 4),
            via: kind === 'buy' ? 'deal' : 'order',
          });
        }
      }
      return;
    case 'winOrLose':
      if (deal) crm.update('deals', deal, { hs_is_closed_won: String(yes) });
      return;
    case 'cancelOrder':
      if (order) crm.update('orders', order, { hs_external_order_status: yes ? 'cancelled' : 'delivered' });
      return;
    case 'archiveDeal':
      if (yes && deal) crm.archive('deals', deal);
      else if (order) crm.archive('orders', order);
      return;
    case 'recount':
      if (line) crm.update('line_items', line, { quantity: String((b % 7) - 2) });
      return;
    case 'mergeDeals': {
      const other = pick('deals', b);
      if (deal && other && deal !== other) crm.merge('deals', deal, other);
      return;
    }
    case 'mergeCompanies': {
      const other = pick('companies', b);
      if (company && other && company !== other) crm.merge('companies', company, other);
      return;
    }
    case 'archiveLine':
      if (line) crm.archive('line_items', line);
      return;
    case 'associate':
    case 'dissociate': {
      const parent = yes ? { type: 'deals' as const, id: deal } : { type: 'orders' as const, id: order };
      const person = pick('contacts', b);
      if (!parent.id || !person) return;
      const ends = [
        { type: parent.type, id: parent.id },
        { type: 'contacts' as const, id: person },
      ] as const;
      if (kind === 'associate') crm.associate(...ends);
      else crm.dissociate(...ends);
      return;
    }
    case 'calculate':
      if (contact) crm.silentUpdate('contacts', contact, { innovation_ratio: String((b % 11) / 10) });
      return;
    case 'bulkEdit':
      crm.updateMany('contacts', all('contacts').map(String), { lastname: `Bulk ${b}` });
      return;
    case 'renameProduct':
      if (product) crm.update('products', product, { name: `Produkt ${b}` });
      return;
    case 'archiveProduct':
      if (product && all('products').length > 3) crm.archive('products', product);
      return;
    case 'renameCompany':
      if (company) crm.update('companies', company, { name: `Firma ${b}` });
      return;
    case 'moveCompany':
      if (contact && company) crm.updateContact(contact, { associatedcompanyid: yes ? company : '' });
      return;
  }
}

/** What leaves no trace that a search or an archived list could find: only webhooks and comparisons do. */
export const isSilent = ({ kind, yes }: Action): boolean =>
  kind === 'associate' ||
  kind === 'dissociate' ||
  kind === 'calculate' ||
  kind === 'forget' ||
  (kind === 'restore' && yes);
