import type { HubSpotSettings } from '../../library/schema.ts';
import type { CompanyRow, CustomerRow, ProductRow } from '../rows.ts';
import { mapCompany, mapProduct } from './mapping/catalogue.ts';
import { contactProperties, mapContact } from './mapping/contacts.ts';
import { type MappedLine, mapLineItem } from './mapping/line-items.ts';
import { MERGED_IDS } from './mapping/merged.ts';
import { isPurchase, mapParent, type PurchaseHead } from './mapping/parents.ts';
import type { CrmRecord, HubSpotType, Mapped, ParentType } from './mapping/records.ts';
import type { ProductIndex } from './product-index.ts';

export type { CrmOwner, CrmRecord, HubSpotType, Mapped, ParentType } from './mapping/records.ts';
export { MODIFIED, PARENT_NAME, PARENT_TYPES } from './mapping/records.ts';

/** How one account's records become ours. This and `mapping/` are the only places that know property names. */
export interface Mapping {
  settings: HubSpotSettings;
  /** What is asked of each HubSpot object. */
  properties: Record<HubSpotType, readonly string[]>;
  company(record: CrmRecord): Mapped<CompanyRow>;
  product(record: CrmRecord): Mapped<ProductRow>;
  contact(record: CrmRecord): Mapped<CustomerRow>;
  /** Whether something was bought with this deal, order or subscription. */
  isPurchase(type: ParentType, record: CrmRecord): boolean;
  parent(type: ParentType, record: CrmRecord): PurchaseHead;
  lineItem(head: PurchaseHead, record: CrmRecord, products: ProductIndex): MappedLine;
}

/** The mapping that the library's settings ask for. */
export function hubspotMapping(settings: HubSpotSettings): Mapping {
  return {
    settings,
    properties: propertiesOf(settings),
    company: (record) => mapCompany(record, settings.properties.companies),
    product: (record) => mapProduct(record, settings.properties.products),
    contact: (record) => mapContact(record, settings),
    isPurchase: (type, record) => isPurchase(type, record, settings),
    parent: (type, record) => mapParent(type, record, settings),
    lineItem: (head, record, products) => mapLineItem(head, record, products, settings),
  };
}

function propertiesOf(settings: HubSpotSettings): Mapping['properties'] {
  const { companies, products, deals, orders, subscriptions, lineItems } = settings.properties;
  const won = Object.keys(settings.wonStages).length > 0 ? ['pipeline', 'dealstage'] : ['hs_is_closed_won'];
  const returned = lineItems.returned === undefined ? [] : [lineItems.returned];
  return {
    contacts: contactProperties(settings),
    companies: ['name', companies.innovationRatio, MERGED_IDS, 'hs_lastmodifieddate'],
    products: ['name', products.sku, products.family, 'hs_lastmodifieddate'],
    deals: [...won, deals.date, 'createdate', MERGED_IDS, 'hs_lastmodifieddate'],
    orders: [orders.status, orders.date, 'hs_createdate', MERGED_IDS, 'hs_lastmodifieddate'],
    subscriptions: [
      subscriptions.status,
      subscriptions.date,
      'hs_createdate',
      MERGED_IDS,
      'hs_lastmodifieddate',
    ],
    line_items: [
      'name',
      'hs_product_id',
      lineItems.sku,
      lineItems.quantity,
      ...returned,
      'hs_lastmodifieddate',
    ],
  };
}
