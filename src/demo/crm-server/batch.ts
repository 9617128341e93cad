import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { CrmContext } from './context.ts';
import { NAMING, type ObjectType, objectType } from './object-types.ts';
import { create, find, newRecord } from './objects.ts';
import { numericId, parse, propertyValues, shown, writable } from './shapes.ts';
import type { StoredRecord } from './store.ts';

const BATCH = 100;
const inputs = <T extends z.ZodType>(input: T) =>
  z.array(input).min(1).max(BATCH, `No more than ${BATCH} inputs are allowed in one request.`);

const readBody = z.object({
  properties: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
  inputs: inputs(z.object({ id: z.coerce.string() })),
});
const updateBody = z.object({
  inputs: inputs(
    z.object({ id: z.coerce.string(), idProperty: z.string().optional(), properties: propertyValues }),
  ),
});
const createBody = z.object({ inputs: inputs(newRecord) });
const archiveBody = z.object({ inputs: inputs(z.object({ id: z.coerce.string() })) });

interface Route {
  Params: { type: string };
  Querystring: { archived?: string };
}

/** Up to a hundred records in one request; what is missing is told in a 207. */
export function batchRoutes(app: FastifyInstance, context: CrmContext): void {
  const { store } = context;

  app.post<Route>('/crm/v3/objects/:type/batch/read', async ({ params, query, body }, reply) => {
    const type = objectType(params.type);
    const { inputs: wanted, properties, idProperty } = parse(readBody, body);
    const found = new Map<number, StoredRecord>();
    const missing: string[] = [];
    for (const { id } of wanted) {
      const record = find(context, type, id, idProperty);
      const fits = record && (record.archivedAt !== null) === (query.archived === 'true');
      if (fits) found.set(record.id, record);
      else missing.push(id);
    }
    const results = [...found.values()].map((record) => shown(context, type, record, properties));
    return batchAnswer(reply, 200, results, missingErrors(type, missing));
  });

  app.post<Route>('/crm/v3/objects/:type/batch/update', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const changes = parse(updateBody, body).inputs.map((input) => ({
      ...input,
      values: writable(context, type, input.properties),
    }));
    const missing: string[] = [];
    const results = changes.flatMap(({ id, idProperty, values }) => {
      const record = find(context, type, id, idProperty);
      const changed = record && store.update(type, record.id, values);
      if (!changed) missing.push(id);
      return changed ? [shown(context, type, changed, Object.keys(values))] : [];
    });
    return batchAnswer(reply, 200, results, missingErrors(type, missing));
  });

  app.post<Route>('/crm/v3/objects/:type/batch/create', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const results = parse(createBody, body).inputs.map((input) => {
      const record = create(context, type, input);
      return shown(context, type, record, Object.keys(record.properties));
    });
    return batchAnswer(reply, 201, results, []);
  });

  app.post<Route>('/crm/v3/objects/:type/batch/archive', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    for (const { id } of parse(archiveBody, body).inputs) store.archive(type, numericId(id));
    return reply.code(204).send();
  });
}

/** The shape of every batch answer: `code`, or 207 if something went wrong. */
export function batchAnswer(reply: FastifyReply, code: number, results: unknown[], errors: unknown[]) {
  const now = new Date().toISOString();
  const answer = { status: 'COMPLETE', results, startedAt: now, completedAt: now };
  if (errors.length === 0) return reply.code(code).send(answer);
  return reply.code(207).send({ ...answer, numErrors: errors.length, errors });
}

function missingErrors(type: ObjectType, ids: string[]) {
  if (ids.length === 0) return [];
  const message = `Some ${NAMING[type].singular} records could not be found.`;
  return [{ status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids } }];
}
