import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';
import { keptPictures } from './kept-pictures.ts';

/** As the library's schema wants names of pictures: no slash, no dot but the last one. */
const NAME = /^[a-z0-9][a-z0-9-]*\.(png|jpg)$/;
/** Mail programs and their proxies keep pictures; a changed picture gets a new name. */
const CACHE = 'public, max-age=31536000';

/**
 * Pictures of the library, for mails: public, without a token, and nothing but pictures. One that is gone from the
 * library is still there for the mails of campaigns that went with it.
 */
export function pictureRoutes(app: FastifyInstance, context: WebContext): void {
  const kept = keptPictures(context.db);
  app.get('/pictures/:file', async (request, reply) => {
    const { file } = request.params as { file: string };
    const data = NAME.test(file) ? ((await readPicture(context, file)) ?? (await kept(file))) : null;
    if (!data) return reply.callNotFound();
    const etag = `"${createHash('sha256').update(data).digest('base64url').slice(0, 22)}"`;
    reply
      .header('cache-control', CACHE)
      .header('etag', etag)
      .header('cross-origin-resource-policy', 'cross-origin');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(file.endsWith('.png') ? 'image/png' : 'image/jpeg').send(data);
  });
}

async function readPicture(context: WebContext, file: string): Promise<Buffer | null> {
  const library = await context.publicContent.library();
  if (!library) return null;
  try {
    const dir = await realpath(library.picturesDir);
    const path = await realpath(join(dir, file));
    return path.startsWith(dir + sep) ? await readFile(path) : null;
  } catch {
    return null;
  }
}
