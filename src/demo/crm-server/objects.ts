import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { associationName, associationTarget } from './association-types.ts';
import type { CrmContext } from './context.ts';
import { CrmError, invalid, notFound } from './errors.ts';
import { NAMING, type ObjectType, objectType } from './object-types.ts';
import { listed, numericId, parse, propertyValues, shown, writable } from './shapes.ts';
import type { StoredRecord } from './store.ts';

interface Route {
  Params: { type: string; id: string };
  Querystring: Record<string, unknown>;
}

export const newRecord = z.object({
  properties: propertyValues,
  associations: z
    .array(
      z.object({
        to: z.object({ id: z.coerce.string() }),
        types: z.array(z.object({ associationTypeId: z.number() })),
      }),
    )
    .optional(),
});
type NewRecord = z.infer<typeof newRecord>;

/** Single records: list, get, create, update, archive. */
export function objectRoutes(app: FastifyInstance, context: CrmContext): void {
  const { store, faults } = context;

  app.get<Route>('/crm/v3/objects/:type', async ({ params, query }) => {
    await faults.delay();
    const type = objectType(params.type);
    const limit = Number(query.limit ?? 10);
    if (!(limit >= 1 && limit <= 100)) throw invalid('limit must be between 1 and 100.');
    const after = query.after === undefined ? 0 : numericId(String(query.after));
    if (after < 0) throw invalid('after is not a paging cursor of this list.');
    const archived = query.archived === 'true';
    const page: StoredRecord[] = [];
    for (const id of archived
      ? store.changedIds(type).filter((one) => one > after)
      : store.ids(type, after)) {
      const record = store.read(type, id);
      if (record && (record.archivedAt !== null) === archived) page.push(record);
      if (page.length > limit) break;
    }
    const more = page.length > limit;
    if (more) page.pop();
    const results = page.map((record) => full(type, record, query));
    return more ? { results, paging: { next: { after: String(page.at(-1)?.id) } } } : { results };
  });

  app.get<Route>('/crm/v3/objects/:type/:id', async ({ params, query }) => {
    const type = objectType(params.type);
    return full(type, existing(context, type, params.id, query, query.archived === 'true'), query);
  });

  app.post<Route>('/crm/v3/objects/:type', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const record = create(context, type, parse(newRecord, body));
    return reply.code(201).send(shown(context, type, record, Object.keys(record.properties)));
  });

  app.patch<Route>('/crm/v3/objects/:type/:id', async ({ params, query, body }) => {
    const type = objectType(params.type);
    const { id } = existing(context, type, params.id, query);
    const values = writable(context, type, parse(z.object({ properties: propertyValues }), body).properties);
    return shown(context, type, store.update(type, id, values) as StoredRecord, Object.keys(values));
  });

  app.delete<Route>('/crm/v3/objects/:type/:id', async ({ params }, reply) => {
    store.archive(objectType(params.type), numericId(params.id));
    return reply.code(204).send();
  });

  function full(type: ObjectType, record: StoredRecord, query: Record<string, unknown>) {
    const answer = shown(context, type, record, listed(query.properties));
    const others = listed(query.associations).map(objectType);
    if (others.length === 0) return answer;
    const associations: Record<string, { results: { id: string; type: string }[] }> = {};
    for (const other of others) {
      const results = store.edges
        .of(type, record.id, other)
        .map((id) => ({ id: String(id), type: associationName(type, other) }));
      // the key is the plural with a space, "line items"
      if (results.length > 0) associations[other.replace('_', ' ')] = { results };
    }
    return Object.keys(associations).length > 0 ? { ...answer, associations } : answer;
  }
}

/** The record a path or batch names, by id or (contacts) by address. */
export function find(
  context: CrmContext,
  type: ObjectType,
  id: string,
  idProperty: unknown,
): StoredRecord | undefined {
  if (idProperty !== undefined && (type !== 'contacts' || idProperty !== 'email')) {
    throw invalid(`${String(idProperty)} is not a unique identifier property of ${type}.`);
  }
  const found = idProperty === undefined ? context.store.resolve(numericId(id)) : context.contactByEmail(id);
  return found === undefined ? undefined : context.store.read(type, found);
}

function existing(
  context: CrmContext,
  type: ObjectType,
  id: string,
  query: Record<string, unknown>,
  archived = false,
): StoredRecord {
  const record = find(context, type, id, query.idProperty);
  if (!record || (record.archivedAt !== null) !== archived) {
    throw notFound(`There is no ${NAMING[type].singular} with this id.`);
  }
  return record;
}

/** Makes a record with its associations. */
export function create(context: CrmContext, type: ObjectType, input: NewRecord): StoredRecord {
  const values = writable(context, type, input.properties);
  const twin = type === 'contacts' && values.email ? context.contactByEmail(values.email) : undefined;
  if (twin !== undefined) {
    throw new CrmError(409, 'CONFLICT', `Contact already exists. Existing ID: ${twin}`);
  }
  const links = (input.associations ?? []).flatMap(({ to, types }) =>
    types.map(({ associationTypeId }) => linkOf(context, type, associationTypeId, to.id)),
  );
  const record = context.store.create(type, values);
  for (const { to, id } of links) context.store.edges.link(type, record.id, to, id);
  return record;
}

function linkOf(context: CrmContext, from: ObjectType, typeId: number, id: string) {
  const to = associationTarget(from, typeId);
  if (!to) throw invalid(`${typeId} is no association type from ${from}.`);
  const record = context.store.read(to, numericId(id));
  if (!record) throw invalid(`There is no ${NAMING[to].singular} ${id} to associate.`);
  return { to, id: record.id };
}
