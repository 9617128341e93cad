import Fastify from 'fastify';
import { COMMON_HEADERS } from './headers.ts';
import { type Checks, healthRoutes } from './health.ts';
import { type RunningWeb, runWeb } from './listen.ts';
import { type MetricsOptions, metricsRoutes } from './metrics.ts';

/**
 * For processes without a web part: only `/healthz`, `/readyz` and `/metrics`. Port 0 takes any free one.
 * @throws WebError when the port is taken or not allowed.
 */
export async function startMonitor(options: {
  host: string;
  port: number;
  checks: Checks;
  metrics: MetricsOptions;
}): Promise<RunningWeb> {
  const app = Fastify({ forceCloseConnections: true, return503OnClosing: false });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(COMMON_HEADERS);
  });
  healthRoutes(app, options.checks);
  metricsRoutes(app, options.metrics);
  return runWeb(app, options);
}
