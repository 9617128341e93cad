import { invalid } from './errors.ts';
import { NAMING, type ObjectType } from './object-types.ts';

/** HubSpot's numbers for the kinds of association it defines. */
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
  'contacts>notes': 201,
  'notes>contacts': 202,
  'contacts>tasks': 203,
  'tasks>contacts': 204,
};

interface AssociationType {
  category: 'HUBSPOT_DEFINED';
  typeId: number;
  label: string | null;
}

/** The kinds of association between two object types; a contact's company is its primary one, too. */
export function associationTypes(from: ObjectType, to: ObjectType): AssociationType[] {
  const typeId = TYPE_IDS[`${from}>${to}`];
  if (typeId === undefined) throw invalid(`${from} and ${to} cannot be associated.`);
  const plain: AssociationType = { category: 'HUBSPOT_DEFINED', typeId, label: null };
  if (from === 'contacts' && to === 'companies') {
    return [{ category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' }, plain];
  }
  return [plain];
}

/** Which object type an association type leads to. */
export function associationTarget(from: ObjectType, typeId: number): ObjectType | undefined {
  const found = Object.entries(TYPE_IDS).find(([pair, id]) => id === typeId && pair.startsWith(`${from}>`));
  return found?.[0].split('>')[1] as ObjectType | undefined;
}

/** The name v3 answers use, e.g. "deal_to_line_item". */
export const associationName = (from: ObjectType, to: ObjectType): string =>
  `${NAMING[from].singular}_to_${NAMING[to].singular}`;
