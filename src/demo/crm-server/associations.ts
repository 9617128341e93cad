import type {
  BatchResponsePublicAssociationMultiWithLabelWithErrors,
  CollectionResponseMultiAssociatedObjectWithLabelForwardPaging,
  StandardError,
} from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { associationTypes } from './association-types.ts';
import { associationWriteRoutes } from './association-writes.ts';
import { legacyAssociationRoutes } from './associations-v3.ts';
import { batchAnswer, inputsOf } from './batch-answer.ts';
import type { CrmContext } from './context.ts';
import { invalid, partial } from './errors.ts';
import { existing } from './finding.ts';
import { NAMING, type ObjectType, objectType } from './object-types.ts';
import { nextPage } from './paging.ts';
import { limitFrom, numericId, parse } from './shapes.ts';
import type { Wire } from './wire.ts';

/** How many records' associations one request may ask for. */
const MOST_INPUTS = 1000;

const body = inputsOf(z.object({ id: z.coerce.string(), after: z.string().optional() }), MOST_INPUTS);

interface Route {
  Params: { from: string; id: string; to: string };
  Querystring: { after?: string; limit?: string };
}

type Unlabelled<T> = Omit<T, 'associationTypes'> & { associationTypes: ReturnType<typeof associationTypes> };
type Associated = Unlabelled<
  Wire<CollectionResponseMultiAssociatedObjectWithLabelForwardPaging>['results'][number]
>;
type BatchResult = Omit<
  Wire<BatchResponsePublicAssociationMultiWithLabelWithErrors>['results'][number],
  'to'
> & { to: Associated[] };

/**
 * Associations, v4. The answer has HubSpot's oddities: `from.id` a string but `toObjectId` a number, and results
 * not in the order of the inputs. `pageSize` is how many one page of a batch holds for one record.
 */
export function associationRoutes(app: FastifyInstance, context: CrmContext, pageSize: number): void {
  const { edges } = context.store;

  app.post<Route>('/crm/v4/associations/:from/:to/batch/read', async ({ params, body: given }, reply) => {
    const from = objectType(params.from);
    const to = objectType(params.to);
    const types = associationTypes(from, to);
    const results: BatchResult[] = [];
    const errors: Wire<StandardError>[] = [];
    for (const { id, after } of parse(body, given).inputs) {
      const start = cursor(after);
      const rest = edges.of(from, numericId(id), to).filter((other) => other > start);
      const page = rest.slice(0, pageSize).map((toObjectId) => ({ toObjectId, associationTypes: types }));
      const paging =
        rest.length > pageSize ? { paging: { next: { after: String(rest[pageSize - 1]) } } } : {};
      if (page.length > 0) results.push({ from: { id }, to: page, ...paging });
      else errors.push(noneFound(from, id, to));
    }
    return batchAnswer(reply, 200, results.reverse(), errors);
  });

  app.get<Route>('/crm/v4/objects/:from/:id/associations/:to', async (request) => {
    const { params, query } = request;
    const from = objectType(params.from);
    const to = objectType(params.to);
    const limit = limitFrom(query.limit, { usual: 500, most: 500 });
    const types = associationTypes(from, to);
    const { id } = existing(context, from, params.id, {});
    const start = cursor(query.after);
    const rest = edges.of(from, id, to).filter((other) => other > start);
    const results: Associated[] = rest
      .slice(0, limit)
      .map((toObjectId) => ({ toObjectId, associationTypes: types }));
    return rest.length > limit
      ? { results, paging: nextPage(request, String(rest[limit - 1])) }
      : { results };
  });

  associationWriteRoutes(app, context);
  legacyAssociationRoutes(app, context);
}

/** @throws CrmError 400 for what is no cursor */
function cursor(after: string | undefined): number {
  const start = after === undefined ? 0 : numericId(after);
  if (start < 0) throw invalid(`"${after}" is not a paging cursor of these associations.`);
  return start;
}

function noneFound(from: ObjectType, id: string, to: ObjectType): Wire<StandardError> {
  const fromObjectType = NAMING[from].singular;
  const toObjectType = NAMING[to].singular;
  return partial(
    'OBJECT_NOT_FOUND',
    `No ${toObjectType} is associated with ${fromObjectType} ${id}.`,
    { fromObjectId: [id], fromObjectType: [fromObjectType], toObjectType: [toObjectType] },
    'crm.associations.NO_ASSOCIATIONS_FOUND',
  );
}
