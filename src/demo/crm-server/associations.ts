import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { associationTypes } from './association-types.ts';
import { batchAnswer } from './batch.ts';
import type { CrmContext } from './context.ts';
import { NAMING, objectType } from './object-types.ts';
import { numericId, parse } from './shapes.ts';

const body = z.object({
  inputs: z
    .array(z.object({ id: z.coerce.string(), after: z.string().optional() }))
    .min(1)
    .max(1000, 'No more than 1000 inputs are allowed in one request.'),
});

interface Route {
  Params: { from: string; to: string };
}

/**
 * Associations, v4. The answer has HubSpot's oddities: `from.id` a string but `toObjectId` a number, and results
 * not in the order of the inputs.
 */
export function associationRoutes(app: FastifyInstance, context: CrmContext, pageSize: number): void {
  app.post<Route>('/crm/v4/associations/:from/:to/batch/read', async ({ params, body: given }, reply) => {
    const from = objectType(params.from);
    const to = objectType(params.to);
    const types = associationTypes(from, to);
    const results: unknown[] = [];
    const errors: unknown[] = [];
    for (const { id, after } of parse(body, given).inputs) {
      const start = after === undefined ? 0 : numericId(after);
      const rest = context.store.edges.of(from, numericId(id), to).filter((other) => other > start);
      const page = rest.slice(0, pageSize).map((toObjectId) => ({ toObjectId, associationTypes: types }));
      const paging =
        rest.length > pageSize ? { paging: { next: { after: String(rest[pageSize - 1]) } } } : {};
      if (page.length > 0) results.push({ from: { id }, to: page, ...paging });
      else errors.push(noneFound(NAMING[from].singular, id, NAMING[to].singular));
    }
    return batchAnswer(reply, 200, results.reverse(), errors);
  });
}

function noneFound(from: string, id: string, to: string) {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No ${to} is associated with ${from} ${id}.`,
    context: { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
  };
}
