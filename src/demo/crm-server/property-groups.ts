import type {
  CollectionResponsePropertyGroupNoPaging,
  PropertyGroup,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CrmContext } from './context.ts';
import { CrmError, invalid, notFound } from './errors.ts';
import { objectType } from './object-types.ts';
import { internalName } from './property-input.ts';
import { parse } from './shapes.ts';
import type { Wire } from './wire.ts';

const newGroup = z.object({
  name: internalName,
  label: z.string().min(1),
  displayOrder: z.number().int().default(-1),
});
const groupChange = z.object({
  label: z.string().min(1).optional(),
  displayOrder: z.number().int().optional(),
});

interface Route {
  Params: { type: string; group: string };
}

/** Groups that properties are listed under. */
export function propertyGroupRoutes(app: FastifyInstance, { defined }: CrmContext): void {
  const demand = ({ type, group }: Route['Params']): Wire<PropertyGroup> => {
    const found = defined.groups[objectType(type)].get(group);
    if (!found) throw notFound(`There is no property group "${group}".`, { groupName: [group] });
    return found;
  };

  app.get<Route>(
    '/crm/v3/properties/:type/groups',
    async ({ params }): Promise<Wire<CollectionResponsePropertyGroupNoPaging>> => ({
      results: [...defined.groups[objectType(params.type)].values()],
    }),
  );

  app.get<Route>(
    '/crm/v3/properties/:type/groups/:group',
    async ({ params }): Promise<Wire<PropertyGroup>> => demand(params),
  );

  app.post<Route>('/crm/v3/properties/:type/groups', async ({ params, body }, reply) => {
    const groups = defined.groups[objectType(params.type)];
    const group: Wire<PropertyGroup> = { ...parse(newGroup, body), archived: false };
    if (groups.has(group.name)) {
      throw new CrmError(
        409,
        'OBJECT_ALREADY_EXISTS',
        `A property group named "${group.name}" already exists.`,
      );
    }
    groups.set(group.name, group);
    return reply.code(201).send(group);
  });

  app.patch<Route>(
    '/crm/v3/properties/:type/groups/:group',
    async ({ params, body }): Promise<Wire<PropertyGroup>> =>
      Object.assign(demand(params), parse(groupChange, body)),
  );

  app.delete<Route>('/crm/v3/properties/:type/groups/:group', async ({ params }, reply) => {
    const { name } = demand(params);
    const type = objectType(params.type);
    const used = [...defined.properties[type].values()].some(
      ({ groupName, archived }) => groupName === name && !archived,
    );
    if (used) throw invalid(`The property group "${name}" still has properties.`);
    defined.groups[type].delete(name);
    return reply.code(204).send();
  });
}
