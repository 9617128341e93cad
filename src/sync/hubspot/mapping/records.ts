import { textOrNull } from '../../clean.ts';
import type { Parsed } from '../../figures.ts';
import type { Problem } from '../../port.ts';

/** The records that hold purchases, and how they are called in purchases' ids. */
export const PARENT_NAME = { deals: 'deal', orders: 'order', subscriptions: 'subscription' } as const;
export type ParentType = keyof typeof PARENT_NAME;
export const PARENT_TYPES = Object.keys(PARENT_NAME) as ParentType[];

/** What is read of HubSpot, besides owners. */
export const HUBSPOT_TYPES = [
  'contacts',
  'companies',
  'products',
  'deals',
  'orders',
  'subscriptions',
  'line_items',
] as const;
export type HubSpotType = (typeof HUBSPOT_TYPES)[number];

/** Contacts are the exception; asking the others for this name returns nothing, silently. */
export const MODIFIED: Record<HubSpotType, string> = {
  contacts: 'lastmodifieddate',
  companies: 'hs_lastmodifieddate',
  products: 'hs_lastmodifieddate',
  deals: 'hs_lastmodifieddate',
  orders: 'hs_lastmodifieddate',
  subscriptions: 'hs_lastmodifieddate',
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

/** A property's value; null when it is empty, unknown or blank. */
export function property(record: CrmRecord, name: string): string | null {
  return textOrNull(record.properties[name]);
}

/** Yes as HubSpot's check boxes write it, and as people do in lists of their own. */
export function isYes(text: string | null): boolean {
  return /^(true|yes|ja|1)$/i.test(text ?? '');
}

/** When HubSpot says the record was made, as ISO 8601. */
export function madeAt({ createdAt }: CrmRecord): string | null {
  return createdAt && !Number.isNaN(createdAt.getTime()) ? createdAt.toISOString() : null;
}

/** The value, or `otherwise` and a problem that says so. */
export function valueOr<T>(parsed: Parsed<T>, otherwise: T, record: string, problems: Problem[]): T {
  if (parsed.ok) return parsed.value;
  problems.push({ record, code: parsed.code, message: `${parsed.message} It is treated as not set.` });
  return otherwise;
}
