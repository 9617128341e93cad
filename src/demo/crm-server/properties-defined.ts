import type { Property, PropertyGroup } from '@hubspot/api-client/lib/codegen/crm/properties/models/all.js';
import { NAMING, OBJECT_TYPES, type ObjectType } from './object-types.ts';
import {
  CALCULATED,
  CUSTOM,
  type Kinds,
  OPTIONS,
  type PropertyType,
  SEVERAL,
  STANDARD,
} from './properties-standard.ts';
import type { Wire } from './wire.ts';

/** A property as replies show it, with all that this server keeps about one. */
export type PropertyDefinition = Wire<Property> & {
  type: PropertyType;
  hubspotDefined: boolean;
  hasUniqueValue: boolean;
  archived: boolean;
  /** Its values come from elsewhere: owners, pipelines. */
  externalOptions: boolean;
  /** Nobody may write it: HubSpot works it out. */
  calculated: boolean;
};

/** Which properties exist: others are left out when reading and refused when writing. */
export interface Definitions {
  properties: Record<ObjectType, Map<string, PropertyDefinition>>;
  groups: Record<ObjectType, Map<string, Wire<PropertyGroup>>>;
}

const FIELD: Record<PropertyType, string> = {
  string: 'text',
  number: 'number',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  bool: 'booleancheckbox',
};

/** Owners and stages are chosen from lists that live elsewhere. */
const EXTERNAL = /^(hubspot_owner_id|dealstage|pipeline|hs_pipeline|hs_pipeline_stage)$/;

/** A fresh set of definitions for one server. */
export function definitions(): Definitions {
  const all = { properties: {}, groups: {} } as Definitions;
  for (const type of OBJECT_TYPES) {
    const { singular, created, modified } = NAMING[type];
    const group = `${singular}information`;
    const defined = new Map<string, PropertyDefinition>();
    const add = (kinds: Kinds, about: { hubspotDefined: boolean; calculated: boolean }) => {
      for (const [kind, names] of Object.entries(kinds) as [PropertyType, string][]) {
        for (const name of names.split(' ')) defined.set(name, definition(name, kind, group, about));
      }
    };
    add(STANDARD[type], { hubspotDefined: true, calculated: false });
    add(CALCULATED[type] ?? {}, { hubspotDefined: true, calculated: true });
    add(CUSTOM[type] ?? {}, { hubspotDefined: false, calculated: false });
    add(
      { number: 'hs_object_id', datetime: `${created} ${modified}` },
      { hubspotDefined: true, calculated: true },
    );
    all.properties[type] = defined;
    const label = `${singular} information`;
    all.groups[type] = new Map([[group, { name: group, label, displayOrder: 0, archived: false }]]);
  }
  const email = all.properties.contacts.get('email');
  if (email) email.hasUniqueValue = true;
  return all;
}

function definition(
  name: string,
  type: PropertyType,
  groupName: string,
  about: { hubspotDefined: boolean; calculated: boolean },
): PropertyDefinition {
  const values = type === 'bool' ? ['true', 'false'] : (OPTIONS[name] ?? []);
  return {
    name,
    label: name.replace(/^hs_/, '').replaceAll('_', ' '),
    type,
    fieldType: SEVERAL.has(name) ? 'checkbox' : FIELD[type],
    groupName,
    description: '',
    options: values.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
    displayOrder: -1,
    hidden: false,
    formField: !about.calculated,
    hasUniqueValue: false,
    externalOptions: EXTERNAL.test(name),
    archived: false,
    ...about,
    modificationMetadata: {
      readOnlyValue: about.calculated,
      readOnlyDefinition: about.hubspotDefined,
      readOnlyOptions: about.hubspotDefined,
      archivable: !about.hubspotDefined,
    },
  };
}
