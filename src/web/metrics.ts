import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Secret } from '../config.ts';
import { consoleAccess } from './console/access.ts';
import { isSame } from './same.ts';

export interface MetricsOptions {
  /** METRICS_TOKEN. */
  token: Secret | null;
  publicUrl: string;
  /** The numbers, in Prometheus' text format. */
  scrape: () => Promise<string>;
}

/**
 * Who may read the numbers: whoever has the token; without it only this machine, and not through a proxy, just as
 * with a console that has no password.
 */
export function mayScrape(given: {
  token: Secret | null;
  peer: string | undefined;
  headers: IncomingHttpHeaders;
  publicUrl: string;
}): boolean {
  const { token, ...rest } = given;
  const [, shown] = /^Bearer +(\S+)$/i.exec(given.headers.authorization ?? '') ?? [];
  if (shown !== undefined) return token !== null && isSame(shown, token.reveal());
  return consoleAccess({ ...rest, canSignIn: false, signedIn: false }) === 'open';
}

export function metricsRoutes(app: FastifyInstance, { token, publicUrl, scrape }: MetricsOptions): void {
  app.get('/metrics', async (request, reply) => {
    const { headers, socket } = request;
    if (!mayScrape({ token, peer: socket.remoteAddress, headers, publicUrl })) {
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .type('text/plain; charset=utf-8')
        .send('Numbers are for this machine, or for whoever sends METRICS_TOKEN as a bearer token.\n');
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await scrape());
  });
}
