import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { WebContext } from './context.ts';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Style, scripts and the icon of the pages. Asked for anew each time, sent only when changed. */
export function assetRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/assets/:file', async (request, reply) => {
    const { file } = request.params as { file: string };
    const data = await context.pages.asset(file);
    if (!data) return reply.callNotFound();
    const etag = `"${createHash('sha256').update(data).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream').send(data);
  });
}
