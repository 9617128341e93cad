import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CrmContext } from './context.ts';
import { CrmError, invalid, notFound } from './errors.ts';
import { objectType } from './object-types.ts';
import type { PropertyDefinition } from './properties-defined.ts';
import { parse } from './shapes.ts';

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'use lower-case letters, digits and underscores');
const newProperty = z.object({
  name,
  label: z.string(),
  type: z.enum(['string', 'number', 'datetime', 'enumeration', 'bool']),
  fieldType: z.string(),
  groupName: z.string(),
  description: z.string().default(''),
});
const newGroup = z.object({ name, label: z.string(), displayOrder: z.number().optional() });

interface Route {
  Params: { type: string; name: string };
}

const taken = (what: string) => new CrmError(409, 'OBJECT_ALREADY_EXISTS', `${what} already exists.`);

/** Which properties and groups exist, and how to add some. */
export function propertyRoutes(app: FastifyInstance, { defined }: CrmContext): void {
  const shape = ({ readOnly, ...definition }: PropertyDefinition) => ({
    ...definition,
    options: [],
    archived: false,
    hidden: false,
    displayOrder: -1,
    modificationMetadata: {
      readOnlyValue: readOnly,
      readOnlyDefinition: definition.hubspotDefined,
      archivable: true,
    },
  });

  app.get<Route>('/crm/v3/properties/:type', async ({ params }) => ({
    results: [...defined.properties[objectType(params.type)].values()].map(shape),
  }));

  app.get<Route>('/crm/v3/properties/:type/:name', async ({ params }) => {
    const definition = defined.properties[objectType(params.type)].get(params.name);
    if (!definition) throw notFound(`There is no property "${params.name}".`);
    return shape(definition);
  });

  app.post<Route>('/crm/v3/properties/:type', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const input = parse(newProperty, body);
    if (defined.properties[type].has(input.name)) throw taken(`Property ${input.name}`);
    if (!defined.groups[type].has(input.groupName)) throw invalid(`There is no group "${input.groupName}".`);
    const definition = { ...input, hubspotDefined: false, readOnly: false };
    defined.properties[type].set(input.name, definition);
    return reply.code(201).send(shape(definition));
  });

  app.get<Route>('/crm/v3/properties/:type/groups', async ({ params }) => ({
    results: [...defined.groups[objectType(params.type)].values()].map(groupShape),
  }));

  app.post<Route>('/crm/v3/properties/:type/groups', async ({ params, body }, reply) => {
    const type = objectType(params.type);
    const input = parse(newGroup, body);
    if (defined.groups[type].has(input.name)) throw taken(`Property group ${input.name}`);
    defined.groups[type].set(input.name, input);
    return reply.code(201).send(groupShape(input));
  });
}

const groupShape = (group: { name: string; label: string }) => ({
  displayOrder: -1,
  ...group,
  archived: false,
});
