import type {
  CollectionResponsePropertyNoPaging,
  Property,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { batchAnswer, created, demandDistinct, inputsOf } from './batch-answer.ts';
import type { CrmContext } from './context.ts';
import { CrmError, invalid, notFound, partial } from './errors.ts';
import { type ObjectType, objectType } from './object-types.ts';
import type { PropertyDefinition } from './properties-defined.ts';
import { propertyGroupRoutes } from './property-groups.ts';
import { newProperty, propertyChange, propertyFrom } from './property-input.ts';
import { parse } from './shapes.ts';
import type { Wire } from './wire.ts';

const BATCH = 100;
const name = z.object({ name: z.string() });
const createBody = inputsOf(newProperty, BATCH);
const archiveBody = inputsOf(name, BATCH);
const readBody = archiveBody.extend({ archived: z.boolean().default(false) });

interface Route {
  Params: { type: string; name: string };
  Querystring: { archived?: string };
}

/** Which properties exist, and how to add, change and archive some. */
export function propertyRoutes(app: FastifyInstance, context: CrmContext): void {
  const { properties, groups } = context.defined;

  const demand = (type: ObjectType, wanted: string, archived = false): PropertyDefinition => {
    const definition = properties[type].get(wanted);
    if (definition?.archived === archived) return definition;
    throw notFound(`There is no property "${wanted}" on ${type}.`, { propertyName: [wanted] });
  };
  const create = (type: ObjectType, input: z.infer<typeof newProperty>): PropertyDefinition => {
    if (properties[type].get(input.name)?.archived === false) {
      throw new CrmError(409, 'OBJECT_ALREADY_EXISTS', `A property named "${input.name}" already exists.`);
    }
    demandGroup(type, input.groupName);
    const definition = propertyFrom(input, new Date(context.store.now()).toISOString());
    properties[type].set(input.name, definition);
    return definition;
  };
  const demandGroup = (type: ObjectType, groupName: string) => {
    if (!groups[type].has(groupName)) throw invalid(`There is no property group "${groupName}" on ${type}.`);
  };
  /** HubSpot's own properties stay. */
  const archive = (type: ObjectType, wanted: string) => {
    const definition = demand(type, wanted);
    if (definition.hubspotDefined)
      throw invalid(`"${wanted}" is HubSpot's own property and cannot be archived.`);
    definition.archived = true;
  };

  propertyGroupRoutes(app, context);

  app.get<Route>(
    '/crm/v3/properties/:type',
    async ({ params, query }): Promise<Wire<CollectionResponsePropertyNoPaging>> => {
      const all = [...properties[objectType(params.type)].values()];
      return { results: all.filter(({ archived }) => archived === (query.archived === 'true')) };
    },
  );

  app.get<Route>(
    '/crm/v3/properties/:type/:name',
    async ({ params, query }): Promise<Wire<Property>> =>
      demand(objectType(params.type), params.name, query.archived === 'true'),
  );

  app.post<Route>('/crm/v3/properties/:type', async ({ params, body }, reply) => {
    const property: Wire<Property> = create(objectType(params.type), parse(newProperty, body));
    return reply.code(201).send(property);
  });

  app.patch<Route>('/crm/v3/properties/:type/:name', async ({ params, body }): Promise<Wire<Property>> => {
    const type = objectType(params.type);
    const definition = demand(type, params.name);
    const { options, ...change } = parse(propertyChange, body);
    if (change.groupName !== undefined) demandGroup(type, change.groupName);
    if (definition.hubspotDefined) throw invalid(`The definition of "${params.name}" is read only.`);
    const updatedAt = new Date(context.store.now()).toISOString();
    return Object.assign(definition, change, options && { options }, { updatedAt });
  });

  app.delete<Route>('/crm/v3/properties/:type/:name', async ({ params }, reply) => {
    archive(objectType(params.type), params.name);
    return reply.code(204).send();
  });

  app.post<Route>('/crm/v3/properties/:type/batch/read', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const { inputs, archived } = parse(readBody, body);
    const found = inputs.flatMap((input) => {
      const definition = properties[type].get(input.name);
      return definition?.archived === archived ? [definition] : [];
    });
    const missing = inputs
      .map((input) => input.name)
      .filter((each) => !found.some((one) => one.name === each));
    const errors = missing.map((each) =>
      partial('OBJECT_NOT_FOUND', `There is no property "${each}" on ${type}.`, { propertyName: [each] }),
    );
    return batchAnswer<Wire<Property>>(reply, 200, found, errors);
  });

  app.post<Route>('/crm/v3/properties/:type/batch/create', async (request, reply) => {
    const { params, body } = request;
    const type = objectType(params.type);
    const { inputs } = parse(createBody, body);
    demandDistinct(inputs.map((input) => input.name));
    const errors: ReturnType<typeof partial>[] = [];
    const made = inputs.flatMap((input) => {
      try {
        return [create(type, input)];
      } catch (error) {
        if (!(error instanceof CrmError) || !('category' in error.body)) throw error;
        errors.push(partial(error.body.category, error.message, { propertyName: [input.name] }));
        return [];
      }
    });
    return batchAnswer<Wire<Property>>(reply, created(request), made, errors);
  });

  app.post<Route>('/crm/v3/properties/:type/batch/archive', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    for (const input of parse(archiveBody, body).inputs) archive(type, input.name);
    return reply.code(204).send();
  });
}
