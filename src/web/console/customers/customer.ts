import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { erasedAt } from '../../../erasure/person.ts';
import { LibraryError } from '../../../library/problem.ts';
import type { WebContext } from '../../context.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { customerView } from './customer-view.ts';

const query = z.object({ page: z.coerce.number().int().min(1).max(10_000).catch(1).default(1) });

/** One page for each customer: who they are, what they own, what was said, and what they would get next. */
export function customerRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/customers/:id', async (request, reply) => {
    const { id } = request.params as { id: string };
    const { page } = query.parse(request.query);
    const place = 'customers';
    const known = await context.content.library().catch((error: unknown) => {
      if (error instanceof LibraryError) return null;
      throw error;
    });
    if (known === null)
      return sendConsole(context, request, reply, { name: 'brief-broken', place, status: 503 });
    const view = await customerView(context, id, { known, language: consoleLanguage(request), page });
    if (view) return sendConsole(context, request, reply, { name: 'customer', place, data: view });
    const erased = await erasedAt(context.db, id);
    if (erased === null) return missing(context, request, reply);
    return sendConsole(context, request, reply, {
      name: 'customer-erased',
      place,
      status: 410,
      data: { erased },
    });
  });
}
