import type { FastifyReply, FastifyRequest } from 'fastify';
import { CrmError, rateLimited, unauthorized } from './errors.ts';

/**
 * What can become of a request: a status code; a web page or an empty object with status 200; an answer that never
 * comes; a connection cut before the work is done, after it, or in the middle of the answer; an answer that never comes,
 * or a gateway's 502, although the work is done.
 */
export type Failure =
  | number
  | 'html'
  | 'empty'
  | 'hang'
  | 'reset'
  | 'reset-after-work'
  | 'hang-after-work'
  | '502-after-work'
  | 'truncated';

/** Status codes that Cloudflare, in front of HubSpot, answers with a page of its own. */
const FROM_THE_EDGE = new Set([521, 522, 523, 524]);

/**
 * Lets a request fail.
 * @param retryAfter seconds told with 423 and 477
 * @returns true if the request is dealt with, false if it goes on (and fails when it is answered)
 * @throws CrmError for failures with a status code
 */
export function fail(
  failure: Failure,
  retryAfter: number,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  if (typeof failure === 'number') return answer(failure, retryAfter, reply);
  switch (failure) {
    case 'html':
      reply.type('text/html').send('<!doctype html><title>Sign in</title><p>Please sign in.</p>');
      return true;
    case 'empty':
      reply.send({});
      return true;
    case 'hang':
      reply.hijack();
      return true;
    case 'reset':
      reply.hijack();
      request.raw.socket.destroy();
      return true;
    case 'reset-after-work':
      atTheEnd(reply, () => request.raw.socket.destroy());
      return false;
    case 'hang-after-work':
      atTheEnd(reply, () => {});
      return false;
    case '502-after-work':
      gatewayInstead(reply);
      return false;
    case 'truncated':
      // the length was announced: the client knows that something is missing
      atTheEnd(reply, (write, body) => {
        write(body.subarray(0, Math.floor(body.length / 2)), () => request.raw.socket.destroy());
      });
      return false;
  }
}

function answer(status: number, retryAfter: number, reply: FastifyReply): boolean {
  if (status === 401) throw unauthorized('The access token was refused.');
  if (status === 429) throw rateLimited('TEN_SECONDLY_ROLLING');
  if (FROM_THE_EDGE.has(status)) {
    reply
      .code(status)
      .type('text/html')
      .send(`<!doctype html><title>${status}</title><p>Please try later.</p>`);
    return true;
  }
  // 423 (locked) and 477 (migration) say when to come back
  if (status === 423 || status === 477) reply.header('Retry-After', String(retryAfter));
  const category = status >= 500 ? 'INTERNAL_ERROR' : 'REQUEST_FAILED';
  throw new CrmError(status, category, `Planned failure ${status}.`);
}

/** Sends a gateway's page in place of the answer, once the work is done. */
function gatewayInstead({ raw }: FastifyReply): void {
  const writeHead = raw.writeHead.bind(raw);
  const end = raw.end.bind(raw);
  raw.writeHead = (() => raw) as typeof raw.writeHead;
  raw.end = (() => {
    for (const name of raw.getHeaderNames()) raw.removeHeader(name);
    writeHead(502, { 'content-type': 'text/html' });
    return end('<!doctype html><title>502</title><p>Bad gateway.</p>');
  }) as typeof raw.end;
}

type Write = (part: Buffer, done: () => void) => void;

/** Does something else in place of sending the body, once the work is done and the head is written. */
function atTheEnd(reply: FastifyReply, instead: (write: Write, body: Buffer) => void): void {
  const { raw } = reply;
  const write: Write = (part, done) => raw.write(part, done);
  raw.end = ((body?: unknown) => {
    instead(write, Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : ''));
    return raw;
  }) as typeof raw.end;
}
