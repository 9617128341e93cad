import type { AssociationSpecWithLabel } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/all.js';
import { invalid } from './errors.ts';
import { NAMING, type ObjectType } from './object-types.ts';
import type { Wire } from './wire.ts';

/**
 * HubSpot's numbers for the kinds of association it defines:
 * https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide
 */
const TYPE_IDS: Partial<Record<`${ObjectType}>${ObjectType}`, number>> = {
  'contacts>companies': 279,
  'companies>contacts': 280,
  'deals>contacts': 3,
  'contacts>deals': 4,
  'deals>companies': 341,
  'companies>deals': 342,
  'deals>line_items': 19,
  'line_items>deals': 20,
  'orders>contacts': 507,
  'contacts>orders': 508,
  'orders>companies': 509,
  'companies>orders': 510,
  'orders>deals': 512,
  'deals>orders': 511,
  'orders>line_items': 513,
  'line_items>orders': 514,
  'orders>subscriptions': 516,
  'subscriptions>orders': 515,
  'subscriptions>contacts': 295,
  'contacts>subscriptions': 296,
  'subscriptions>companies': 297,
  'companies>subscriptions': 298,
  'subscriptions>deals': 299,
  'deals>subscriptions': 300,
  'subscriptions>line_items': 301,
  'line_items>subscriptions': 302,
  'contacts>notes': 201,
  'notes>contacts': 202,
  'companies>notes': 189,
  'notes>companies': 190,
  'deals>notes': 213,
  'notes>deals': 214,
  'contacts>tasks': 203,
  'tasks>contacts': 204,
  'companies>tasks': 191,
  'tasks>companies': 192,
  'deals>tasks': 215,
  'tasks>deals': 216,
};

/**
 * A kind of association as replies show it. One without a label has `label: null` on the wire (HubSpot's guide shows
 * it), where the client's model knows only a missing one.
 */
type AssociationType = Omit<Wire<AssociationSpecWithLabel>, 'label'> & { label: string | null };

/** The number of the association without a label, which every allowed pair has. */
export function defaultTypeId(from: ObjectType, to: ObjectType): number {
  const typeId = TYPE_IDS[`${from}>${to}`];
  if (typeId === undefined) throw invalid(`${from} and ${to} cannot be associated.`);
  return typeId;
}

/** The kinds of association between two object types; a contact's company is its primary one, too. */
export function associationTypes(from: ObjectType, to: ObjectType): AssociationType[] {
  const plain: AssociationType = {
    category: 'HUBSPOT_DEFINED',
    typeId: defaultTypeId(from, to),
    label: null,
  };
  if (from === 'contacts' && to === 'companies') {
    return [{ category: 'HUBSPOT_DEFINED', typeId: PRIMARY, label: 'Primary' }, plain];
  }
  return [plain];
}

const PRIMARY = 1;
/** Whether an association type is that of a contact's primary company. */
export const isPrimary = (from: ObjectType, typeId: number): boolean =>
  from === 'contacts' && typeId === PRIMARY;

/** Which object type an association type leads to. */
export function associationTarget(from: ObjectType, typeId: number): ObjectType | undefined {
  if (isPrimary(from, typeId)) return 'companies';
  const found = Object.entries(TYPE_IDS).find(([pair, id]) => id === typeId && pair.startsWith(`${from}>`));
  return found?.[0].split('>')[1] as ObjectType | undefined;
}

/** The name v3 answers use, e.g. "deal_to_line_item". */
export const associationName = (from: ObjectType, to: ObjectType): string =>
  `${NAMING[from].singular}_to_${NAMING[to].singular}`;
