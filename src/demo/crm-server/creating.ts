import { z } from 'zod';
import { associationTarget } from './association-types.ts';
import type { CrmContext } from './context.ts';
import { conflict, invalid } from './errors.ts';
import { find, holderOf } from './finding.ts';
import { NAMING, type ObjectType } from './object-types.ts';
import { propertyValues } from './shapes.ts';
import type { StoredRecord } from './store.ts';
import { demandRequired, writable } from './writing.ts';

type Values = Record<string, string | null>;

export const newRecord = z.object({
  properties: propertyValues,
  associations: z
    .array(
      z.object({
        to: z.object({ id: z.coerce.string() }),
        types: z.array(z.object({ associationCategory: z.string(), associationTypeId: z.number() })).min(1),
      }),
    )
    .default([]),
});

/** A record checked and ready to be made, with what it will be associated with. */
export interface Prepared {
  values: Values;
  links: readonly { to: ObjectType; id: number }[];
}

/**
 * Checks everything about a new record.
 * @throws CrmError 400 for wrong values or associations, 409 if a unique value is taken
 */
export function prepare(context: CrmContext, type: ObjectType, input: z.infer<typeof newRecord>): Prepared {
  const values = writable(context, type, input.properties);
  demandRequired(type, values);
  demandFree(context, type, values);
  const links = input.associations.flatMap(({ to, types }) =>
    types.map(({ associationTypeId }) => linkOf(context, type, associationTypeId, to.id)),
  );
  return { values, links };
}

export function create({ store }: CrmContext, type: ObjectType, { values, links }: Prepared): StoredRecord {
  const record = store.create(type, values);
  for (const { to, id } of links) store.edges.link(type, record.id, to, id);
  return record;
}

/** @throws CrmError 409 if another record holds one of the unique values */
export function demandFree(context: CrmContext, type: ObjectType, values: Values, self?: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (!value || !context.defined.properties[type].get(name)?.hasUniqueValue) continue;
    const holder = holderOf(context, type, name, value);
    if (holder === undefined || holder === self) continue;
    const { singular } = NAMING[type];
    throw conflict(
      `${singular[0]?.toUpperCase()}${singular.slice(1)} already exists. Existing ID: ${holder}`,
    );
  }
}

function linkOf(context: CrmContext, from: ObjectType, typeId: number, id: string) {
  const to = associationTarget(from, typeId);
  if (!to) throw invalid(`${typeId} is no association type from ${from}.`);
  const record = find(context, to, id);
  if (record?.archivedAt !== null) {
    throw invalid('One or more associations are invalid', {
      context: { INVALID_OBJECT_IDS: [id], objectType: [to] },
    });
  }
  return { to, id: record.id };
}
