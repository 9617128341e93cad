import type {
  CollectionResponsePublicOwnerForwardPaging,
  PublicOwner,
} from '@hubspot/api-client/lib/codegen/crm/owners/models/all.js';
import type { FastifyInstance } from 'fastify';
import type { DemoOwner } from '../company/owners.ts';
import { DAY, iso } from '../company/record.ts';
import type { CrmContext } from './context.ts';
import { invalid, notFound } from './errors.ts';
import { nextPage } from './paging.ts';
import { limitFrom } from './shapes.ts';
import type { Wire } from './wire.ts';

interface Route {
  Params: { id: string };
  Querystring: { limit?: string; after?: string; email?: string; archived?: string; idProperty?: string };
}

const TEAM = { id: '310001', name: 'Vertrieb', primary: true };

/** The company's salespeople; none of them has left, so the archived list is empty. */
export function ownerRoutes(app: FastifyInstance, { store }: CrmContext): void {
  const { owners, midnight } = store.company;
  const userIdOf = ({ id }: DemoOwner) => Number(id) - 70_000_000;
  const shape = (owner: DemoOwner): Wire<PublicOwner> => ({
    ...owner,
    type: 'PERSON',
    userId: userIdOf(owner),
    userIdIncludingInactive: userIdOf(owner),
    createdAt: iso(midnight - 4000 * DAY),
    updatedAt: iso(midnight - 30 * DAY),
    archived: false,
    teams: [TEAM],
  });

  app.get<Route>(
    '/crm/v3/owners',
    async (request): Promise<Wire<CollectionResponsePublicOwnerForwardPaging>> => {
      const { archived, email, after = '', ...query } = request.query;
      const limit = limitFrom(query.limit, { usual: 100, most: 500 });
      if (!/^\d*$/.test(after)) throw invalid(`"${after}" is not a paging cursor of this list.`);
      const wanted = owners.filter(
        (owner) => archived !== 'true' && owner.id > after && (!email || owner.email === email.toLowerCase()),
      );
      const results = wanted.slice(0, limit).map(shape);
      return wanted.length > limit
        ? { results, paging: nextPage(request, results.at(-1)?.id ?? '') }
        : { results };
    },
  );

  app.get<Route>('/crm/v3/owners/:id', async ({ params, query }): Promise<Wire<PublicOwner>> => {
    const { idProperty = 'id', archived } = query;
    if (idProperty !== 'id' && idProperty !== 'userId') throw invalid('idProperty must be id or userId.');
    const owner = owners.find((one) => (idProperty === 'id' ? one.id : String(userIdOf(one))) === params.id);
    if (!owner || archived === 'true') throw notFound('There is no owner with this id.');
    return shape(owner);
  });
}
