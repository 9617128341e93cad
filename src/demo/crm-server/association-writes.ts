import type {
  BatchResponseLabelsBetweenObjectPair,
  BatchResponsePublicDefaultAssociation,
  LabelsBetweenObjectPair,
  PublicDefaultAssociation,
} from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { associationTypes, defaultTypeId, isPrimary } from './association-types.ts';
import { batchAnswer, created, inputsOf } from './batch-answer.ts';
import type { CrmContext } from './context.ts';
import { invalid } from './errors.ts';
import { existing } from './finding.ts';
import { NAMING, type ObjectType, objectType } from './object-types.ts';
import { datedVersion } from './paths.ts';
import { PRIMARY_COMPANY } from './primary-company.ts';
import { parse } from './shapes.ts';
import type { Wire } from './wire.ts';

/** How many associations one request may make or remove. */
const MOST_INPUTS = 2000;

const end = z.object({ id: z.coerce.string() });
const spec = z.object({ associationCategory: z.string(), associationTypeId: z.number() });
const specs = z.array(spec).min(1);
const createBody = inputsOf(z.object({ from: end, to: end, types: specs }), MOST_INPUTS);
const defaultBody = inputsOf(z.object({ from: end, to: end }), MOST_INPUTS);
const archiveBody = inputsOf(z.object({ from: end, to: z.array(end) }), MOST_INPUTS);

interface Route {
  Params: { from: string; id: string; to: string; other: string };
}
interface Pair {
  from: ObjectType;
  to: ObjectType;
}
type DefaultResults = Wire<BatchResponsePublicDefaultAssociation>['results'];
type LabelResults = Wire<BatchResponseLabelsBetweenObjectPair>['results'];

/**
 * Making and removing associations, v4. The time of the last change of neither record moves: nobody who looks for
 * changed records hears of it.
 */
export function associationWriteRoutes(app: FastifyInstance, context: CrmContext): void {
  const { edges } = context.store;
  const pairOf = ({ from, to }: { from: string; to: string }): Pair => ({
    from: objectType(from),
    to: objectType(to),
  });
  const idsOf = ({ from, to }: Pair, id: string, other: string): [number, number] => [
    existing(context, from, id, {}).id,
    existing(context, to, other, {}).id,
  ];

  function associate(pair: Pair, id: string, other: string): Wire<PublicDefaultAssociation>[] {
    const [one, two] = idsOf(pair, id, other);
    const there = defaultTypeId(pair.from, pair.to);
    const back = defaultTypeId(pair.to, pair.from);
    edges.link(pair.from, one, pair.to, two);
    return [direction(one, two, there), direction(two, one, back)];
  }

  function label(
    pair: Pair,
    id: string,
    other: string,
    given: z.infer<typeof specs>,
  ): Wire<LabelsBetweenObjectPair> {
    const known = associationTypes(pair.from, pair.to);
    for (const { associationTypeId } of given) {
      if (!known.some(({ typeId }) => typeId === associationTypeId)) {
        throw invalid(`${associationTypeId} is no association type from ${pair.from} to ${pair.to}.`);
      }
    }
    const [fromObjectId, toObjectId] = idsOf(pair, id, other);
    edges.link(pair.from, fromObjectId, pair.to, toObjectId);
    if (given.some(({ associationTypeId }) => isPrimary(pair.from, associationTypeId))) {
      context.store.update('contacts', fromObjectId, { [PRIMARY_COMPANY]: String(toObjectId) });
    }
    return {
      fromObjectTypeId: NAMING[pair.from].typeId,
      fromObjectId,
      toObjectTypeId: NAMING[pair.to].typeId,
      toObjectId,
      labels: [],
    };
  }

  app.put<Route>('/crm/v4/objects/:from/:id/associations/default/:to/:other', async ({ params }, reply) => {
    const results: DefaultResults = associate(pairOf(params), params.id, params.other);
    return batchAnswer(reply, 200, results, []);
  });

  app.put<Route>('/crm/v4/objects/:from/:id/associations/:to/:other', async ({ params, body }, reply) =>
    reply.code(201).send(label(pairOf(params), params.id, params.other, parse(specs, body))),
  );

  app.delete<Route>('/crm/v4/objects/:from/:id/associations/:to/:other', async ({ params }, reply) => {
    const pair = pairOf(params);
    const [id, other] = idsOf(pair, params.id, params.other);
    edges.unlink(pair.from, id, pair.to, other);
    return reply.code(204).send();
  });

  app.post<Route>(
    '/crm/v4/associations/:from/:to/batch/associate/default',
    async ({ params, body }, reply) => {
      const pair = pairOf(params);
      const { inputs } = parse(defaultBody, body);
      const results: DefaultResults = inputs.flatMap(({ from, to }) => associate(pair, from.id, to.id));
      return batchAnswer(reply, 200, results, []);
    },
  );

  app.post<Route>('/crm/v4/associations/:from/:to/batch/create', async (request, reply) => {
    const { params, body } = request;
    const pair = pairOf(params);
    const { inputs } = parse(createBody, body);
    const results: LabelResults = inputs.map(({ from, to, types }) => label(pair, from.id, to.id, types));
    return batchAnswer(reply, created(request), results, []);
  });

  app.post<Route>('/crm/v4/associations/:from/:to/batch/archive', async (request, reply) => {
    const { params, body, originalUrl } = request;
    const pair = pairOf(params);
    for (const { from, to } of parse(archiveBody, body).inputs) {
      for (const other of to) edges.unlink(pair.from, Number(from.id), pair.to, Number(other.id));
    }
    if (datedVersion(originalUrl)) return batchAnswer(reply, 200, [], []);
    return reply.code(204).send();
  });

  app.get<Route>('/crm/v4/associations/:from/:to/labels', async ({ params }) => {
    const { from, to } = pairOf(params);
    return { results: associationTypes(from, to) };
  });
}

const direction = (from: number, to: number, associationTypeId: number): Wire<PublicDefaultAssociation> => ({
  from: { id: String(from) },
  to: { id: String(to) },
  associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId },
});
