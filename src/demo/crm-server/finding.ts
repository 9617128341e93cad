import type { CrmContext } from './context.ts';
import { invalid, notFound } from './errors.ts';
import type { ObjectType } from './object-types.ts';
import { numericId } from './shapes.ts';
import type { StoredRecord } from './store.ts';

/**
 * The record a path or batch names: by id (an old one after a merge, too) or by a property with unique values.
 * Contacts are found by any of their addresses.
 * @throws CrmError 400 for a property whose values are not unique
 */
export function find(
  context: CrmContext,
  type: ObjectType,
  id: string,
  idProperty?: string,
): StoredRecord | undefined {
  const { store } = context;
  if (idProperty === undefined || idProperty === 'hs_object_id')
    return store.read(type, store.resolve(numericId(id)));
  demandUnique(context, type, idProperty);
  const found = holderOf(context, type, idProperty, id);
  return found === undefined ? undefined : store.read(type, found);
}

/** @throws CrmError 400 for a property whose values are not unique */
export function demandUnique({ defined }: CrmContext, type: ObjectType, property: string): void {
  const definition = defined.properties[type].get(property);
  if (!definition?.hasUniqueValue)
    throw invalid(`${property} is not a unique identifier property of ${type}.`);
}

/** The id of the record that holds a value of a unique property. */
export function holderOf(
  { store, contactByEmail }: CrmContext,
  type: ObjectType,
  property: string,
  value: string,
): number | undefined {
  if (type === 'contacts' && property === 'email') return contactByEmail(value);
  // generated records have none of the unique properties that people add
  return store.changedIds(type).find((id) => {
    const record = store.read(type, id);
    return record?.archivedAt === null && record.properties[property] === value;
  });
}

/** @throws CrmError 404 if there is none, or it is archived when it should not be, and the other way round */
export function existing(
  context: CrmContext,
  type: ObjectType,
  id: string,
  { idProperty, archived }: { idProperty?: string | undefined; archived?: string | undefined },
): StoredRecord {
  const record = find(context, type, id, idProperty);
  if (!record || (record.archivedAt !== null) !== (archived === 'true')) {
    throw notFound('Object not found.  objectId are usually numeric.', { id: [id] });
  }
  return record;
}
