import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { apiRoutes } from './api/routes.ts';
import { assetRoutes } from './assets.ts';
import { acceptBodies, BODY_BYTES, refuseUnstorable } from './bodies.ts';
import { watchContent } from './changes.ts';
import { consoleRoutes } from './console/routes.ts';
import type { WebContext, WebOptions } from './context.ts';
import { COMMON_HEADERS } from './headers.ts';
import { commonChecks, healthRoutes } from './health.ts';
import { CLIENT_TIMES, type RunningWeb, runWeb } from './listen.ts';
import { metricsRoutes } from './metrics.ts';
import { createPages } from './pages.ts';
import { publicContent } from './public-content.ts';
import { sendNote } from './recipients/page.ts';
import { recipientRoutes } from './recipients/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';

/**
 * Starts recipients' pages and console on one port. Port 0 takes any free one.
 * @throws WebError when the port is taken or not allowed.
 */
export async function startWeb(options: WebOptions): Promise<RunningWeb> {
  return runWeb(await createWeb(options), options.config);
}

/** An address that cannot be decoded (`/u/%ff`) is taken literally: it gets the same kind page as other wrong ones. */
function decodable(url: string): string {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return url;
  } catch {
    return url.replaceAll('%', '%25');
  }
}

/** The server without a port, e.g. for tests with `inject`. Close it all the same. */
export async function createWeb(options: WebOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...CLIENT_TIMES,
    bodyLimit: BODY_BYTES,
    // a proxy of one's own may say whom it brings; nobody on the internet may
    trustProxy: 'loopback, linklocal, uniquelocal',
    forceCloseConnections: true,
    return503OnClosing: false,
    // over-long tokens get the same kind page as other wrong ones
    routerOptions: { maxParamLength: 16_384 },
    rewriteUrl: ({ url = '/' }) => decodable(url),
    frameworkErrors: (_error, _request, reply) => {
      const plain = reply as FastifyReply;
      plain
        .code(400)
        .headers(COMMON_HEADERS)
        .type('text/plain; charset=utf-8')
        .send('This address makes no sense.\n');
    },
  });
  const pages = createPages(options.config.templatesDir);
  const changes = watchContent(options.content);
  const context: WebContext = {
    ...options,
    log: options.log ?? (() => {}),
    pages,
    publicContent: publicContent(options.content),
    onChange: changes.onChange,
  };
  changes.onChange(() => pages.forget());

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(COMMON_HEADERS);
    // PostgreSQL has no such character, so nothing can be found under this address
    if (request.url.includes('%00')) return reply.callNotFound();
  });
  app.addHook('onResponse', async (request, reply) => {
    // the route's pattern, never the address: that one has tokens and searches in it
    const route = request.routeOptions.url ?? 'none';
    context.log('request', {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
  app.addHook('onClose', async () => changes.close());
  app.setNotFoundHandler((request, reply) =>
    sendNote(context, request, reply, { name: 'missing', status: 404 }),
  );
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500;
    context.log('error', {
      route: request.routeOptions.url ?? 'none',
      status,
      error: `${error.name}: ${error.message}`,
    });
    try {
      return await sendNote(context, request, reply, { name: 'error', status });
    } catch {
      // the pages themselves are broken
      return reply
        .code(status)
        .type('text/plain; charset=utf-8')
        .send('Something went wrong. Please try again.\n');
    }
  });

  await acceptBodies(app);
  healthRoutes(app, { ...commonChecks(context), ...options.checks });
  if (options.scrape) {
    const { metricsToken: token = null, publicUrl } = options.config;
    metricsRoutes(app, { token, publicUrl, scrape: options.scrape });
  }
  assetRoutes(app, context);
  await app.register(async (scope) => recipientRoutes(scope, context));
  await app.register(async (scope) => webhookRoutes(scope, context));
  await app.register(async (scope) => apiRoutes(scope, context), { prefix: '/api/v1' });
  await app.register(async (scope) => {
    refuseUnstorable(scope);
    consoleRoutes(scope, context);
  });
  await app.ready();
  return app;
}
