import type {
  BatchResponseSimplePublicObjectWithErrors,
  BatchResponseSimplePublicUpsertObjectWithErrors,
  StandardError,
} from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { batchAnswer, demandDistinct, inputsOf } from './batch-answer.ts';
import type { CrmContext } from './context.ts';
import { create, demandFree, newRecord, prepare } from './creating.ts';
import { CrmError, partial } from './errors.ts';
import { demandUnique, find } from './finding.ts';
import { NAMING, type ObjectType, objectType } from './object-types.ts';
import { numericId, parse, propertyValues, shown } from './shapes.ts';
import type { StoredRecord } from './store.ts';
import type { Wire } from './wire.ts';
import { writable } from './writing.ts';

const BATCH = 100;
/** Each older value is one more to read. */
const WITH_HISTORY = 50;

const id = z.coerce.string();
const traced = { objectWriteTraceId: z.string().optional() };
const readBody = inputsOf(z.object({ id }), BATCH)
  .extend({
    properties: z.array(z.string()).default([]),
    propertiesWithHistory: z.array(z.string()).default([]),
    idProperty: z.string().optional(),
  })
  .refine(
    ({ inputs, propertiesWithHistory }) =>
      propertiesWithHistory.length === 0 || inputs.length <= WITH_HISTORY,
    {
      message: `No more than ${WITH_HISTORY} inputs are allowed in a request with history.`,
      path: ['inputs'],
    },
  );
const written = z.object({ id, idProperty: z.string().optional(), properties: propertyValues, ...traced });
const writeBody = inputsOf(written, BATCH);
const createBody = inputsOf(newRecord.extend(traced), BATCH);
const archiveBody = inputsOf(z.object({ id }), BATCH);

interface Route {
  Params: { type: string };
  Querystring: { archived?: string };
}
type Results = Wire<BatchResponseSimplePublicObjectWithErrors>['results'];
type UpsertResults = Wire<BatchResponseSimplePublicUpsertObjectWithErrors>['results'];
type Errors = Wire<StandardError>[];

/** Up to a hundred records in one request; what is missing is told in a 207, what is wrong refuses the whole. */
export function batchRoutes(app: FastifyInstance, context: CrmContext): void {
  const { store, faults } = context;

  app.post<Route>('/crm/v3/objects/:type/batch/read', async ({ params, query, body }, reply) => {
    const type = objectType(params.type);
    const { inputs, properties, propertiesWithHistory, idProperty } = parse(readBody, body);
    demandDistinct(inputs.map((input) => input.id));
    const found = new Map<number, StoredRecord>();
    const missing: string[] = [];
    for (const input of inputs) {
      const record = find(context, type, input.id, idProperty);
      const fits = record && (record.archivedAt !== null) === (query.archived === 'true');
      if (fits) found.set(record.id, record);
      else missing.push(input.id);
    }
    const results: Results = [...found.values()].map((record) =>
      shown(context, type, record, properties, propertiesWithHistory),
    );
    return batchAnswer(reply, 200, results, notFoundErrors(type, missing));
  });

  app.post<Route>('/crm/v3/objects/:type/batch/update', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const { inputs } = parse(writeBody, body);
    demandDistinct(inputs.map((input) => input.id));
    const oneByOne = inputs.every((input) => input.objectWriteTraceId !== undefined);
    const errors: Errors = [];
    const changes = inputs.flatMap((input) => {
      try {
        const values = writable(context, type, input.properties);
        const record = find(context, type, input.id, input.idProperty);
        demandFree(context, type, values, record?.id);
        return [{ ...input, values, record }];
      } catch (error) {
        if (!oneByOne || !(error instanceof CrmError)) throw error;
        errors.push(tracedError(error, input.objectWriteTraceId as string));
        return [];
      }
    });
    const missing: string[] = [];
    const results: Results = changes.flatMap((input) => {
      const changed = input.record && store.update(type, input.record.id, input.values);
      if (!changed) missing.push(input.id);
      return changed
        ? [{ ...shown(context, type, changed, Object.keys(input.values)), ...traceOf(input) }]
        : [];
    });
    return batchAnswer(reply, 200, results, [...errors, ...notFoundErrors(type, missing)]);
  });

  app.post<Route>('/crm/v3/objects/:type/batch/create', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const { inputs } = parse(createBody, body);
    // with a trace id on every input, what is wrong is told one by one; without, the first error refuses the whole
    const oneByOne = inputs.every((input) => input.objectWriteTraceId !== undefined);
    const errors: Errors = [];
    const ready = inputs.flatMap((input) => {
      try {
        if (oneByOne && faults.breaksInput()) throw new CrmError(500, 'INTERNAL_ERROR', 'Something broke.');
        return [{ input, prepared: prepare(context, type, input) }];
      } catch (error) {
        if (!oneByOne || !(error instanceof CrmError)) throw error;
        errors.push(tracedError(error, input.objectWriteTraceId as string));
        return [];
      }
    });
    demandFreeTogether(
      type,
      ready.map(({ prepared }) => prepared.values.email),
    );
    const results: Results = ready.map(({ input, prepared }) => {
      const record = create(context, type, prepared);
      return { ...shown(context, type, record, Object.keys(record.properties)), ...traceOf(input) };
    });
    const said = results.filter(() => !faults.leavesUnsaid());
    return batchAnswer(reply, 201, said, errors);
  });

  app.post<Route>('/crm/v3/objects/:type/batch/upsert', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const { inputs } = parse(writeBody, body);
    demandDistinct(inputs.map((input) => input.id));
    const ready = inputs.map((input) => {
      const { idProperty = 'hs_object_id' } = input;
      if (idProperty !== 'hs_object_id') demandUnique(context, type, idProperty);
      const record = find(context, type, input.id, idProperty);
      if (record?.archivedAt === null) {
        const values = writable(context, type, input.properties);
        demandFree(context, type, values, record.id);
        return { input, record, values };
      }
      const properties = { [idProperty]: input.id, ...input.properties };
      return { input, prepared: prepare(context, type, { properties, associations: [] }) };
    });
    const results: UpsertResults = ready.map(({ input, record, values, prepared }) => {
      const saved = record
        ? (store.update(type, record.id, values) as StoredRecord)
        : create(context, type, prepared);
      const answer = shown(context, type, saved, Object.keys(values ?? saved.properties));
      return { ...answer, properties: withoutEmpty(answer.properties), new: !record, ...traceOf(input) };
    });
    return batchAnswer(reply, 200, results, []);
  });

  app.post<Route>('/crm/v3/objects/:type/batch/archive', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    for (const input of parse(archiveBody, body).inputs) store.archive(type, numericId(input.id));
    return reply.code(204).send();
  });
}

function notFoundErrors(type: ObjectType, ids: string[]): Errors {
  if (ids.length === 0) return [];
  const name = NAMING[type].singular.toUpperCase();
  const message = `Could not get some ${name} objects, they may be deleted or not exist. Check that ids are valid.`;
  return [partial('OBJECT_NOT_FOUND', message, { ids })];
}

/** Two new contacts of one batch can't have the same address. */
function demandFreeTogether(type: ObjectType, emails: (string | null | undefined)[]): void {
  if (type === 'contacts') demandDistinct(emails.flatMap((email) => (email ? [email.toLowerCase()] : [])));
}

const traceOf = ({ objectWriteTraceId }: { objectWriteTraceId?: string | undefined }) =>
  objectWriteTraceId === undefined ? {} : { objectWriteTraceId };

function tracedError({ body, message }: CrmError, traceId: string): Errors[number] {
  const category = 'category' in body ? body.category : 'VALIDATION_ERROR';
  return partial(category, message, { objectWriteTraceId: [traceId] });
}

const withoutEmpty = (properties: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, string] => entry[1] !== null),
  );
