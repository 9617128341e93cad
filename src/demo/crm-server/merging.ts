import type { SimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CrmContext } from './context.ts';
import { invalid } from './errors.ts';
import { existing, find } from './finding.ts';
import { type ObjectType, objectType } from './object-types.ts';
import { parse, shown } from './shapes.ts';
import type { StoredRecord } from './store.ts';
import type { Wire } from './wire.ts';

/** HubSpot merges these; the client has no such call for others. */
const MERGED: readonly ObjectType[] = ['contacts', 'companies', 'deals'];

const mergeBody = z.object({ primaryObjectId: z.coerce.string(), objectIdToMerge: z.coerce.string() });
const forgetBody = z.object({ objectId: z.coerce.string(), idProperty: z.string().optional() });

interface Route {
  Params: { type: string };
}

/** What makes a record vanish without being archived: merging it into another, and deleting it for privacy. */
export function mergeRoutes(app: FastifyInstance, context: CrmContext): void {
  const { store, mergesMakeNew } = context;

  app.post<Route>(
    '/crm/v3/objects/:type/merge',
    async ({ params, body }): Promise<Wire<SimplePublicObject>> => {
      const type = objectType(params.type);
      if (!MERGED.includes(type)) throw invalid(`${type} cannot be merged.`);
      const { primaryObjectId, objectIdToMerge } = parse(mergeBody, body);
      const winner = existing(context, type, primaryObjectId, {});
      const loser = existing(context, type, objectIdToMerge, {});
      // an id that was merged before leads to the record it lives on in
      if (winner.id === loser.id) throw invalid('A record cannot be merged with itself.');
      const merged = store.merge(type, winner.id, loser.id, mergesMakeNew) as StoredRecord;
      return shown(context, type, merged, Object.keys(merged.properties));
    },
  );

  app.post<Route>('/crm/v3/objects/:type/gdpr-delete', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    if (type !== 'contacts') throw invalid('Only contacts can be deleted for privacy.');
    const { objectId, idProperty } = parse(forgetBody, body);
    // an address that nobody has is taken as well: HubSpot only notes not to store it again
    const record =
      idProperty === undefined
        ? existing(context, type, objectId, {})
        : find(context, type, objectId, idProperty);
    if (record) store.forget(type, record.id);
    return reply.code(204).send();
  });
}
