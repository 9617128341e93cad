import { NAMING, OBJECT_TYPES, type ObjectType } from './object-types.ts';

export type PropertyType = 'string' | 'number' | 'datetime' | 'enumeration' | 'bool';

export interface PropertyDefinition {
  name: string;
  label: string;
  type: PropertyType;
  fieldType: string;
  groupName: string;
  description: string;
  hubspotDefined: boolean;
  readOnly: boolean;
}

export interface PropertyGroup {
  name: string;
  label: string;
}

/** Which properties exist: others are left out when reading and refused when writing. */
export interface Definitions {
  properties: Record<ObjectType, Map<string, PropertyDefinition>>;
  groups: Record<ObjectType, Map<string, PropertyGroup>>;
}

type Kinds = Partial<Record<PropertyType, string>>;

/**
 * `hs_lastmodifieddate` exists on contacts and is always empty, as in HubSpot: who searches contacts by it finds
 * nothing and is told nothing.
 */
const STANDARD: Record<ObjectType, Kinds> = {
  contacts: {
    string:
      'email firstname lastname salutation country company jobtitle associatedcompanyid hs_merged_object_ids',
    enumeration:
      'hs_language hs_country_region_code hubspot_owner_id hs_legal_basis hs_email_hard_bounce_reason_enum',
    bool: 'hs_email_optout',
    datetime: 'hs_lastmodifieddate',
  },
  companies: { string: 'name domain country hs_merged_object_ids' },
  products: { string: 'name hs_sku description', number: 'price' },
  deals: {
    string: 'dealname',
    number: 'amount',
    enumeration: 'dealstage pipeline deal_currency_code',
    bool: 'hs_is_closed hs_is_closed_won',
    datetime: 'closedate',
  },
  orders: {
    string: 'hs_order_name hs_external_order_id hs_external_order_status',
    number: 'hs_total_price',
    enumeration: 'hs_currency_code',
    datetime: 'hs_external_created_date',
  },
  line_items: {
    string: 'name hs_sku hs_product_id',
    number: 'quantity price amount',
    enumeration: 'hs_line_item_currency_code',
  },
  notes: { string: 'hs_note_body', enumeration: 'hubspot_owner_id', datetime: 'hs_timestamp' },
  tasks: {
    string: 'hs_task_subject hs_task_body',
    enumeration: 'hs_task_status hs_task_priority hs_task_type hubspot_owner_id',
    datetime: 'hs_timestamp',
  },
};

/** What Orvelin Werke has added. */
const CUSTOM: Partial<Record<ObjectType, Kinds>> = {
  contacts: { number: 'innovation_ratio' },
  companies: { number: 'innovation_ratio' },
  products: { string: 'product_family' },
};

const FIELD: Record<PropertyType, string> = {
  string: 'text',
  number: 'number',
  datetime: 'date',
  enumeration: 'select',
  bool: 'booleancheckbox',
};

/** A fresh set of definitions for one server. */
export function definitions(): Definitions {
  const all = { properties: {}, groups: {} } as Definitions;
  for (const type of OBJECT_TYPES) {
    const group = `${NAMING[type].singular}information`;
    const defined = new Map<string, PropertyDefinition>();
    const add = (kinds: Kinds, hubspotDefined: boolean, readOnly = false) => {
      for (const [kind, names] of Object.entries(kinds) as [PropertyType, string][]) {
        for (const name of names.split(' ')) {
          const label = name.replace(/^hs_/, '').replaceAll('_', ' ');
          const about = { type: kind, fieldType: FIELD[kind], groupName: group, description: '' };
          defined.set(name, { name, label, ...about, hubspotDefined, readOnly });
        }
      }
    };
    add(STANDARD[type], true);
    add(CUSTOM[type] ?? {}, false);
    add({ number: 'hs_object_id', datetime: `${NAMING[type].created} ${NAMING[type].modified}` }, true, true);
    all.properties[type] = defined;
    all.groups[type] = new Map([[group, { name: group, label: `${NAMING[type].singular} information` }]]);
  }
  return all;
}
