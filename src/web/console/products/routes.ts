import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';
import { crmNames } from '../../crm-names.ts';
import { consoleLanguage, contentOrError, missing, sendConsole } from '../page.ts';
import { rememberCounts } from './remember.ts';
import { productsView, productView } from './views.ts';

const CAMPAIGNS = 20;

/** Products and segments: who owns what, and what there is to tell. */
export function productsRoutes(app: FastifyInstance, context: WebContext): void {
  const countsOf = rememberCounts(context);
  const place = 'products';

  app.get('/products', async (request, reply) => {
    const content = await contentOrError(context);
    if (content instanceof Error)
      return sendConsole(context, request, reply, { name: 'brief-broken', place, status: 503 });
    const [counts, names] = await Promise.all([countsOf(content), crmNames(context)]);
    const { library } = content;
    const data = counts && productsView({ counts, library, names, language: consoleLanguage(request) });
    return sendConsole(context, request, reply, {
      name: 'products',
      place,
      data: data ?? { counting: true },
    });
  });

  app.get('/products/:key', async (request, reply) => {
    const { key } = request.params as { key: string };
    const content = await contentOrError(context);
    if (content instanceof Error)
      return sendConsole(context, request, reply, { name: 'brief-broken', place, status: 503 });
    const [counts, names] = await Promise.all([countsOf(content), crmNames(context)]);
    if (!counts)
      return sendConsole(context, request, reply, { name: 'product', place, data: { counting: true } });
    const { library } = content;
    const view = productView(key, { counts, library, names, language: consoleLanguage(request) });
    if (!view) return missing(context, request, reply);
    const campaigns = await context.db
      .selectFrom('campaigns')
      .select(['id', 'name', 'state', 'audience', 'created_at as createdAt'])
      .orderBy('created_at', 'desc')
      .limit(500)
      .execute();
    const about = campaigns.filter(
      ({ audience }) =>
        audience.products?.includes(key) ||
        (view.family !== null && audience.families?.includes(view.family)),
    );
    return sendConsole(context, request, reply, {
      name: 'product',
      place,
      data: { ...view, campaigns: about.slice(0, CAMPAIGNS) },
    });
  });
}
