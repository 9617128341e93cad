import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Our longest forms list products, or hold a thousand characters of any script. */
export const BODY_BYTES = 65_536;

const ONE_CLICK = 'List-Unsubscribe=One-Click';

/**
 * How bodies are read: forms in both encodings (RFC 8058 lets providers choose), and anything else as nothing, unless it
 * is a one-click unsubscription with an odd content type: that one counts.
 */
export async function acceptBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit: BODY_BYTES });
  const options = { parseAs: 'buffer', bodyLimit: BODY_BYTES } as const;
  app.addContentTypeParser<Buffer>(/^multipart\/form-data/i, options, readMultipart);
  app.addContentTypeParser<Buffer>('*', options, async (_request: FastifyRequest, body: Buffer) =>
    body.toString('latin1').trim() === ONE_CLICK ? Object.fromEntries([ONE_CLICK.split('=')]) : {},
  );
}

async function readMultipart(request: FastifyRequest, body: Buffer): Promise<Record<string, unknown>> {
  try {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    return Object.fromEntries(await new Response(new Uint8Array(body), { headers }).formData());
  } catch {
    return {};
  }
}
