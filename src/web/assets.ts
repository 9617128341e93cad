import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import type { WebContext } from './context.ts';

/** Scripts of others, as their packages bring them. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'htmx.js': 'htmx.org/dist/htmx.min.js',
  'htmx-sse.js': 'htmx.org/dist/ext/hx-sse.min.js',
};

const require = createRequire(import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Style, scripts and the icon of the pages. Asked for anew each time, sent only when changed. */
export function assetRoutes(app: FastifyInstance, context: WebContext): void {
  const libraries = new Map<string, Promise<Buffer>>();
  const library = (file: string): Promise<Buffer> | null => {
    const path = Object.hasOwn(LIBRARIES, file) ? LIBRARIES[file] : undefined;
    if (path === undefined) return null;
    const read = libraries.get(file) ?? readFile(require.resolve(path));
    libraries.set(file, read);
    return read;
  };

  app.get('/assets/:file', async (request, reply) => {
    const { file } = request.params as { file: string };
    const data = await (library(file) ?? context.pages.asset(file));
    if (!data) return reply.callNotFound();
    const etag = `"${createHash('sha256').update(data).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream').send(data);
  });
}
