import { maskEmail, plausibleEmail, textOrNull } from '../clean.ts';
import { countryCode } from '../country.ts';
import { dayInGermany, isoMoment, type Parsed, parseQuantity, parseRatio } from '../figures.ts';
import { chooseLanguage, consentFromLegalBasis, parseSalutation } from '../person.ts';
import type { Problem } from '../port.ts';
import type { CompanyRow, CustomerRow, OwnerRow, ProductRow, PurchaseRow } from '../rows.ts';
import type { ProductIndex } from './product-index.ts';

/** What is asked of each HubSpot object. This file is the only place that knows HubSpot's property names. */
export const PROPERTIES = {
  contacts: [
    'email',
    'firstname',
    'lastname',
    'salutation',
    'hs_language',
    'country',
    'hs_country_region_code',
    'associatedcompanyid',
    'hubspot_owner_id',
    'hs_legal_basis',
    'hs_email_optout',
    'hs_email_hard_bounce_reason_enum',
    'innovation_ratio',
    'createdate',
    'lastmodifieddate',
    'hs_merged_object_ids',
  ],
  companies: ['name', 'country', 'innovation_ratio', 'hs_lastmodifieddate'],
  products: ['name', 'hs_sku', 'product_family', 'hs_lastmodifieddate'],
  deals: ['hs_is_closed_won', 'closedate', 'createdate', 'hs_lastmodifieddate'],
  orders: ['hs_external_order_status', 'hs_external_created_date', 'hs_createdate', 'hs_lastmodifieddate'],
  line_items: ['name', 'hs_product_id', 'hs_sku', 'quantity', 'hs_lastmodifieddate'],
} as const;

export type HubSpotType = keyof typeof PROPERTIES;

/** Contacts are the exception; asking the others for this name returns nothing, silently. */
export const MODIFIED: Record<HubSpotType, string> = {
  contacts: 'lastmodifieddate',
  companies: 'hs_lastmodifieddate',
  products: 'hs_lastmodifieddate',
  deals: 'hs_lastmodifieddate',
  orders: 'hs_lastmodifieddate',
  line_items: 'hs_lastmodifieddate',
};

/** A record as the API returns it. Empty properties are null, unknown ones are missing. */
export interface CrmRecord {
  id: string;
  properties: Record<string, string | null | undefined>;
  createdAt?: Date | undefined;
}

export interface CrmOwner {
  id: string;
  firstName?: string | undefined;
  lastName?: string | undefined;
  email?: string | undefined;
}

export interface Mapped<Row> {
  row: Row;
  problems: Problem[];
}

const property = (record: CrmRecord, name: string) => textOrNull(record.properties[name]);

export function mapOwner(owner: CrmOwner): OwnerRow {
  const name = [textOrNull(owner.firstName), textOrNull(owner.lastName)].filter(Boolean).join(' ');
  return { id: owner.id, name: name === '' ? null : name, email: textOrNull(owner.email) };
}

export function mapCompany(record: CrmRecord): Mapped<CompanyRow> {
  const problems: Problem[] = [];
  const innovationRatio = valueOr(
    parseRatio(property(record, 'innovation_ratio')),
    null,
    `company ${record.id}`,
    problems,
  );
  return { row: { id: record.id, name: property(record, 'name'), innovationRatio }, problems };
}

export function mapProduct(record: CrmRecord): Mapped<ProductRow> {
  const sku = property(record, 'hs_sku');
  const name = property(record, 'name');
  const problems: Problem[] = [];
  if (name === null) {
    problems.push({
      record: `product ${record.id}`,
      code: 'product_without_name',
      message: `The product has no name; ${sku ? 'its SKU' : 'its id'} is used.`,
    });
  }
  const family = property(record, 'product_family');
  return { row: { id: record.id, sku, name: name ?? sku ?? record.id, family }, problems };
}

export function mapContact(record: CrmRecord): Mapped<CustomerRow> {
  const name = `customer ${record.id}`;
  const problems: Problem[] = [];
  const countryText = property(record, 'hs_country_region_code') ?? property(record, 'country');
  const country =
    countryCode(property(record, 'hs_country_region_code')) ?? countryCode(property(record, 'country'));
  const row: CustomerRow = {
    id: record.id,
    email: mapEmail(record.properties.email, name, problems),
    ...parseSalutation(property(record, 'salutation')),
    firstName: property(record, 'firstname'),
    lastName: property(record, 'lastname'),
    companyId: reference(property(record, 'associatedcompanyid')),
    ownerId: reference(property(record, 'hubspot_owner_id')),
    language: chooseLanguage(property(record, 'hs_language'), country, countryText),
    country,
    consent: consentFromLegalBasis(property(record, 'hs_legal_basis')),
    optedOut: property(record, 'hs_email_optout')?.toLowerCase() === 'true',
    bounced: property(record, 'hs_email_hard_bounce_reason_enum') !== null,
    innovationRatio: valueOr(parseRatio(property(record, 'innovation_ratio')), null, name, problems),
    createdAt: isoMoment(property(record, 'createdate')) ?? dateIso(record.createdAt),
  };
  return { row, problems };
}

/** Ids that were merged into this contact: they vanish from the CRM without being archived. */
export function mergedIds(record: CrmRecord): string[] {
  return (property(record, 'hs_merged_object_ids') ?? '')
    .split(/[;,\s]+/)
    .filter((id) => id !== '' && id !== record.id);
}

function mapEmail(raw: string | null | undefined, record: string, problems: Problem[]): string | null {
  const email = raw?.trim() ?? '';
  if (email === '') return null;
  if (plausibleEmail(email)) return email;
  problems.push({
    record,
    code: 'email_impossible',
    message: `The e-mail address (${maskEmail(email)}) can't be one; no mail goes there.`,
  });
  return null;
}

/** HubSpot clears references to "" or, in imports, to "0". */
function reference(id: string | null): string | null {
  return id === '0' ? null : id;
}

/** The two kinds of records that hold purchases. */
export type ParentType = 'deals' | 'orders';
export const PARENT_NAME = { deals: 'deal', orders: 'order' } as const;

/** Only won deals are purchases; every order is one, whatever became of it. */
export function isPurchase(type: ParentType, record: CrmRecord): boolean {
  return type === 'orders' || property(record, 'hs_is_closed_won')?.toLowerCase() === 'true';
}

/** What the line items of one deal or order have in common. */
export interface PurchaseHead {
  /** First part of the purchases' ids, e.g. `deal-17`. */
  parent: string;
  purchasedOn: string | null;
  status: PurchaseRow['status'];
}

export function mapParent(type: ParentType, record: CrmRecord): PurchaseHead {
  const date = property(record, type === 'deals' ? 'closedate' : 'hs_external_created_date');
  const created = property(record, type === 'deals' ? 'createdate' : 'hs_createdate');
  return {
    parent: `${PARENT_NAME[type]}-${record.id}`,
    purchasedOn: dayInGermany(date) ?? dayInGermany(created) ?? dayInGermany(dateIso(record.createdAt)),
    status: type === 'orders' ? orderStatus(property(record, 'hs_external_order_status')) : 'kept',
  };
}

export function orderStatus(text: string | null): PurchaseRow['status'] {
  const status = (text ?? '').toLowerCase().replace(/[\s-]+/g, '_');
  if (/^(cancel+ed|cancel+ation|voided|storniert)$/.test(status)) return 'cancelled';
  if (/^(returned|refunded|retourniert|zurueckgegeben|zurückgegeben|erstattet)$/.test(status))
    return 'returned';
  return 'kept';
}

/** One line item, for each of its customers. */
export interface MappedLine {
  id: string;
  /** Null when nothing could be made of it: its stored state stays. */
  row: Omit<PurchaseRow, 'customerId'> | null;
  problems: Problem[];
}

export function mapLineItem(head: PurchaseHead, record: CrmRecord, products: ProductIndex): MappedLine {
  const id = `${head.parent}-${record.id}`;
  const name = `purchase ${id}`;
  const problems: Problem[] = [];
  const failed = (code: string, message: string): MappedLine => {
    problems.push({ record: name, code, message: `Skipped, the last known state stays. ${message}` });
    return { id, row: null, problems };
  };

  const quantity = parseQuantity(property(record, 'quantity'));
  if (!quantity.ok) return failed(quantity.code, quantity.message);
  if (quantity.note) problems.push({ record: name, ...quantity.note });
  if (head.purchasedOn === null) return failed('date_missing', 'No readable date.');
  const productId = products.recognise({
    productId: property(record, 'hs_product_id'),
    sku: property(record, 'hs_sku'),
    name: property(record, 'name'),
  });
  if (!productId) return failed('product_unknown', 'The line item names no product.');
  const { purchasedOn, status } = head;
  return {
    id,
    row: { id, productId, quantity: quantity.value, purchasedOn, status },
    problems,
  };
}

function dateIso(date: Date | undefined): string | null {
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}

function valueOr<T>(parsed: Parsed<T>, otherwise: T, record: string, problems: Problem[]): T {
  if (parsed.ok) return parsed.value;
  problems.push({ record, code: parsed.code, message: `${parsed.message} It is treated as not set.` });
  return otherwise;
}
