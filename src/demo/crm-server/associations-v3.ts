import type { BatchResponsePublicAssociationMultiWithErrors } from '@hubspot/api-client/lib/codegen/crm/associations/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { associationName, defaultTypeId } from './association-types.ts';
import { batchAnswer, inputsOf } from './batch-answer.ts';
import type { CrmContext } from './context.ts';
import { objectType } from './object-types.ts';
import { numericId, parse } from './shapes.ts';
import type { Wire } from './wire.ts';

const body = inputsOf(z.object({ id: z.coerce.string() }), 1000);

type Results = Wire<BatchResponsePublicAssociationMultiWithErrors>['results'];

/** Reading associations the v3 way, which the client still has: kinds have names, and everything is on one page. */
export function legacyAssociationRoutes(app: FastifyInstance, { store }: CrmContext): void {
  app.post<{ Params: { from: string; to: string } }>(
    '/crm/v3/associations/:from/:to/batch/read',
    async ({ params, body: given }, reply) => {
      const from = objectType(params.from);
      const to = objectType(params.to);
      defaultTypeId(from, to);
      const type = associationName(from, to);
      const results: Results = parse(body, given).inputs.flatMap(({ id }) => {
        const others = store.edges.of(from, numericId(id), to);
        return others.length > 0
          ? [{ from: { id }, to: others.map((one) => ({ id: String(one), type })) }]
          : [];
      });
      return batchAnswer(reply, 200, results, []);
    },
  );
}
