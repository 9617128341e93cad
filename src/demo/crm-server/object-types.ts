import { GENERATED_TYPES, type GeneratedType, idAt } from '../company/ids.ts';
import { invalid } from './errors.ts';

/** Object types the server knows; the company comes without the last three: they exist once somebody writes them. */
export const OBJECT_TYPES = [...GENERATED_TYPES, 'subscriptions', 'notes', 'tasks'] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

interface Naming {
  singular: string;
  /** HubSpot's numeric object type id, accepted in paths instead of the name. */
  typeId: string;
  /** Holds the time of the last change. */
  modified: 'lastmodifieddate' | 'hs_lastmodifieddate';
  created: 'createdate' | 'hs_createdate';
  /** Returned when no properties are asked for, besides id and times. */
  defaults: readonly string[];
}

export const NAMING: Record<ObjectType, Naming> = {
  contacts: naming('contact', '0-1', 'lastmodifieddate', 'createdate', ['email', 'firstname', 'lastname']),
  companies: naming('company', '0-2', 'hs_lastmodifieddate', 'createdate', ['domain', 'name']),
  deals: naming('deal', '0-3', 'hs_lastmodifieddate', 'createdate', [
    'amount',
    'closedate',
    'dealname',
    'dealstage',
    'pipeline',
  ]),
  products: naming('product', '0-7', 'hs_lastmodifieddate', 'createdate', ['description', 'name', 'price']),
  line_items: naming('line_item', '0-8', 'hs_lastmodifieddate', 'createdate', [
    'amount',
    'hs_product_id',
    'quantity',
  ]),
  orders: naming('order', '0-123', 'hs_lastmodifieddate', 'hs_createdate', []),
  subscriptions: naming('subscription', '0-69', 'hs_lastmodifieddate', 'hs_createdate', []),
  notes: naming('note', '0-46', 'hs_lastmodifieddate', 'hs_createdate', []),
  tasks: naming('task', '0-27', 'hs_lastmodifieddate', 'hs_createdate', []),
};

const BY_NAME = new Map<string, ObjectType>(
  OBJECT_TYPES.flatMap((type) => [
    [type, type],
    [NAMING[type].singular, type],
    [NAMING[type].typeId, type],
  ]),
);

/**
 * The object type a path or body names: plural, singular or numeric id.
 * @throws CrmError 400 for any other, in HubSpot's words (quoted in HubSpot/hubspot-api-php, issues 128 and 233)
 */
export function objectType(name: string): ObjectType {
  const type = BY_NAME.get(name.toLowerCase());
  if (!type) throw invalid(`Unable to infer object type from: ${name}`);
  return type;
}

/** Where the ids of types begin of which nothing is generated. */
const FIRST_IDS = { notes: 81_000_000_001, tasks: 82_000_000_001, subscriptions: 83_000_000_001 };

export const isGenerated = (type: ObjectType): type is GeneratedType => !(type in FIRST_IDS);

/** Ids of records created through the server come after all generated ones. */
export function createdId(type: ObjectType, n: number): number {
  return isGenerated(type) ? idAt(type, 9_000_000_000 + n) : FIRST_IDS[type as keyof typeof FIRST_IDS] + n;
}

function naming(
  singular: string,
  typeId: string,
  modified: Naming['modified'],
  created: Naming['created'],
  defaults: readonly string[],
): Naming {
  return { singular, typeId, modified, created, defaults };
}
