import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isOneClick } from './recipients/one-click.ts';

/** Our longest forms list products, or hold a thousand characters of any script. */
export const BODY_BYTES = 65_536;

/** A media type has two parts; what else calls itself a content type says as little as none. */
const MEDIA_TYPE = /^\s*[^\s/;]+\/[^\s/;]+/;

/**
 * How bodies are read: forms in both encodings (RFC 8058 lets providers choose), and anything else as nothing, unless it
 * is a one-click unsubscription with an odd content type or none: that one counts. A field that comes several times is
 * an array of its values.
 */
export async function acceptBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addHook('onRequest', async ({ raw }) => {
    // Fastify would refuse these
    if (!MEDIA_TYPE.test(raw.headers['content-type'] ?? '')) delete raw.headers['content-type'];
  });
  await app.register(formbody, { bodyLimit: BODY_BYTES });
  const options = { parseAs: 'buffer', bodyLimit: BODY_BYTES } as const;
  app.addContentTypeParser<Buffer>(/^multipart\/form-data/i, options, readMultipart);
  app.addContentTypeParser<Buffer>('*', options, async (_request: FastifyRequest, body: Buffer) => {
    const fields = fieldsOf(new URLSearchParams(body.toString('latin1')));
    return isOneClick(fields) ? fields : {};
  });
}

/** PostgreSQL has no such character as U+0000 in texts: no form of a person holds one, and none that does gets further. */
export function refuseUnstorable(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => {
    const told = Object.entries(Object(body)).flat(2);
    if (told.some((text) => typeof text === 'string' && text.includes('\0')))
      throw Object.assign(new Error('A field holds the character U+0000.'), { statusCode: 400 });
  });
}

/** A field of a form that means one thing, however often it came: its first value. */
export const firstOf = <T extends z.ZodType>(value: T) =>
  z.preprocess((given) => (Array.isArray(given) ? given[0] : given), value);

async function readMultipart(request: FastifyRequest, body: Buffer): Promise<Record<string, unknown>> {
  try {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    return fieldsOf(await new Response(new Uint8Array(body), { headers }).formData());
  } catch {
    return {};
  }
}

/**
 * What a form says: a field that comes several times is an array of its values. One pass, because anybody may send a
 * form of thousands of names; without a prototype, because they may have any name.
 */
export function fieldsOf<T>(form: Iterable<readonly [string, T]>): Record<string, T | T[]> {
  const fields: Record<string, T | T[]> = Object.create(null);
  for (const [name, value] of form) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}
