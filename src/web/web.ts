import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { assetRoutes } from './assets.ts';
import { acceptBodies, BODY_BYTES } from './bodies.ts';
import { watchContent } from './changes.ts';
import { consoleRoutes } from './console/routes.ts';
import type { WebContext, WebOptions } from './context.ts';
import { COMMON_HEADERS } from './headers.ts';
import { healthRoutes } from './health.ts';
import { createPages } from './pages.ts';
import { publicContent } from './public-content.ts';
import { sendNote } from './recipients/page.ts';
import { recipientRoutes } from './recipients/routes.ts';

/** The address cannot be listened on. The message says what to do. */
export class WebError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WebError';
  }
}

export interface RunningWeb {
  /** Where the console is reached on this machine. */
  url: string;
  port: number;
  /** Lets running requests end, and closes what stays open for long (live previews). */
  close(): Promise<void>;
}

/**
 * Starts recipients' pages and console on one port. Port 0 takes any free one.
 * @throws WebError when the port is taken or not allowed.
 */
export async function startWeb(options: WebOptions): Promise<RunningWeb> {
  const app = await createWeb(options);
  const { host, port } = options.config;
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  const bound = app.addresses().find((address) => typeof address === 'object')?.port ?? port;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${bound}`, port: bound, close: () => app.close() };
}

/** The server without a port, e.g. for tests with `inject`. Close it all the same. */
export async function createWeb(options: WebOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    return503OnClosing: false,
    // over-long tokens get the same kind page as other wrong ones
    routerOptions: { maxParamLength: 16_384 },
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

  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(COMMON_HEADERS);
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
  healthRoutes(app, context);
  assetRoutes(app, context);
  recipientRoutes(app, context);
  await app.register(async (scope) => consoleRoutes(scope, context));
  await app.ready();
  return app;
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as { code?: string };
  const options = { cause: error };
  if (code === 'EADDRINUSE')
    return new WebError(`Port ${port} is taken. Set PORT to a free one, e.g. PORT=${port + 1}.`, options);
  if (code === 'EACCES')
    return new WebError(`Port ${port} is not allowed for this user. Set PORT to 1024 or more.`, options);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new WebError(
      `This machine has no address "${host}". Set HOST to one it has, e.g. 127.0.0.1.`,
      options,
    );
  }
  return error;
}
