import type {
  CollectionResponseSimplePublicObjectWithAssociationsForwardPaging,
  SimplePublicObject,
  SimplePublicObjectWithAssociations,
} from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { associationName } from './association-types.ts';
import type { CrmContext } from './context.ts';
import { create, demandFree, newRecord, prepare } from './creating.ts';
import { invalid } from './errors.ts';
import { existing } from './finding.ts';
import { type ObjectType, objectType } from './object-types.ts';
import { nextPage } from './paging.ts';
import { limitFrom, listed, numericId, parse, propertyValues, shown } from './shapes.ts';
import type { StoredRecord } from './store.ts';
import type { Wire } from './wire.ts';
import { writable } from './writing.ts';

interface Route {
  Params: { type: string; id: string };
  Querystring: {
    limit?: string;
    after?: string;
    archived?: string;
    idProperty?: string;
    properties?: string | string[];
    propertiesWithHistory?: string | string[];
    associations?: string | string[];
  };
}
type List = Wire<CollectionResponseSimplePublicObjectWithAssociationsForwardPaging>;
type Full = Wire<SimplePublicObjectWithAssociations>;

/** Single records: list, get, create, update, archive. */
export function objectRoutes(app: FastifyInstance, context: CrmContext): void {
  const { store, faults } = context;

  app.get<Route>('/crm/v3/objects/:type', async (request): Promise<List> => {
    await faults.delay();
    const { query, params } = request;
    const type = objectType(params.type);
    const most = listed(query.propertiesWithHistory).length > 0 ? 50 : 100;
    const limit = limitFrom(query.limit, { usual: 10, most });
    const after = query.after === undefined ? 0 : numericId(query.after);
    if (after < 0) throw invalid(`"${query.after}" is not a paging cursor of this list.`);
    const page = pageOf(type, after, limit, query.archived === 'true');
    const more = page.length > limit;
    if (more) page.pop();
    const results = page.map((record) => full(type, record, query));
    return more ? { results, paging: nextPage(request, String(page.at(-1)?.id)) } : { results };
  });

  app.get<Route>('/crm/v3/objects/:type/:id', async ({ params, query }): Promise<Full> => {
    const type = objectType(params.type);
    return full(type, existing(context, type, params.id, query), query);
  });

  app.post<Route>('/crm/v3/objects/:type', async (request, reply) => {
    const type = objectType(request.params.type);
    const record = create(context, type, prepare(context, type, parse(newRecord, request.body)));
    const answer: Wire<SimplePublicObject> = shown(context, type, record, Object.keys(record.properties));
    return reply.code(201).header('Location', `${request.originalUrl}/${record.id}`).send(answer);
  });

  app.patch<Route>(
    '/crm/v3/objects/:type/:id',
    async ({ params, query, body }): Promise<Wire<SimplePublicObject>> => {
      const type = objectType(params.type);
      const { id } = existing(context, type, params.id, { idProperty: query.idProperty });
      const given = parse(z.object({ properties: propertyValues }), body).properties;
      const values = writable(context, type, given);
      demandFree(context, type, values, id);
      return shown(context, type, store.update(type, id, values) as StoredRecord, Object.keys(values));
    },
  );

  app.delete<Route>('/crm/v3/objects/:type/:id', async ({ params }, reply) => {
    store.archive(objectType(params.type), numericId(params.id));
    return reply.code(204).send();
  });

  /** One record more than the page holds, if there are more. */
  function pageOf(type: ObjectType, after: number, limit: number, archived: boolean): StoredRecord[] {
    const page: StoredRecord[] = [];
    const ids = archived ? store.changedIds(type).filter((id) => id > after) : store.ids(type, after);
    for (const id of ids) {
      const record = store.read(type, id);
      if (record && (record.archivedAt !== null) === archived) page.push(record);
      if (page.length > limit) break;
    }
    return page;
  }

  function full(type: ObjectType, record: StoredRecord, query: Route['Querystring']): Full {
    const answer = shown(
      context,
      type,
      record,
      listed(query.properties),
      listed(query.propertiesWithHistory),
    );
    const others = listed(query.associations).map(objectType);
    if (others.length === 0) return answer;
    const associations: NonNullable<Full['associations']> = {};
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
