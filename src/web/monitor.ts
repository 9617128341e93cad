import Fastify, { type FastifyError } from 'fastify';
import type { Log } from '../observe/log.ts';
import { COMMON_HEADERS } from './headers.ts';
import { type Checks, healthRoutes } from './health.ts';
import { CLIENT_TIMES, type RunningWeb, runWeb } from './listen.ts';
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
  log: Log;
}): Promise<RunningWeb> {
  const app = Fastify({ ...CLIENT_TIMES, forceCloseConnections: true, return503OnClosing: false });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(COMMON_HEADERS);
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    // what went wrong may name hosts and tables: for the log
    options.log(`The monitor could not answer: ${error.message}`, { level: 'warn' });
    return reply
      .code(500)
      .type('text/plain; charset=utf-8')
      .send('The numbers can’t be read right now; the log says why.\n');
  });
  healthRoutes(app, options.checks);
  metricsRoutes(app, options.metrics);
  return runWeb(app, options);
}
