import type { FastifyInstance } from 'fastify';
import type { DemoOwner } from '../company/owners.ts';
import { iso } from '../company/record.ts';
import type { CrmContext } from './context.ts';
import { invalid, notFound } from './errors.ts';

interface Route {
  Params: { id: string };
  Querystring: { limit?: string; after?: string; email?: string; archived?: string };
}

/** The company's salespeople. */
export function ownerRoutes(app: FastifyInstance, { store }: CrmContext): void {
  const { owners, midnight } = store.company;
  const shape = (owner: DemoOwner) => ({
    ...owner,
    type: 'PERSON',
    userId: Number(owner.id) % 1000,
    createdAt: iso(midnight - 86_400_000 * 4000),
    updatedAt: iso(midnight - 86_400_000 * 30),
    archived: false,
  });

  app.get<Route>('/crm/v3/owners', async ({ query }) => {
    const limit = Number(query.limit ?? 100);
    if (!(limit >= 1 && limit <= 500)) throw invalid('limit must be between 1 and 500.');
    const wanted = owners.filter(
      ({ id, email }) =>
        query.archived !== 'true' && id > (query.after ?? '') && (!query.email || email === query.email),
    );
    const results = wanted.slice(0, limit).map(shape);
    return wanted.length > limit ? { results, paging: { next: { after: results.at(-1)?.id } } } : { results };
  });

  app.get<Route>('/crm/v3/owners/:id', async ({ params }) => {
    const owner = owners.find(({ id }) => id === params.id);
    if (!owner) throw notFound('There is no owner with this id.');
    return shape(owner);
  });
}
