import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openToken } from '../../links/open.ts';
import type { LinkKind } from '../../links/token.ts';
import type { WebContext } from '../context.ts';
import { isOneClick } from './one-click.ts';
import { sendNote } from './page.ts';

/** Tokens that are refused, a minute and client: far too few to guess 128 bits, enough for a mangled mail. */
const REFUSED = 30;
/** Genuine ones: whole companies share an address, and their gateways open every link. */
const GENUINE = 600;

const KINDS: Readonly<Record<string, LinkKind>> = {
  '/a/:token': 'answer',
  '/c/:token': 'click',
  '/u/:token': 'unsubscribe',
  '/p/:token': 'preferences',
};

/**
 * Keeps the pages behind tokens from being tried out and overrun: so many requests a minute from one client, which is
 * an IPv4 address or an IPv6 network of 64 bits. Counted in this process's memory, which remembers 5,000 clients. A
 * mailbox provider that unsubscribes its user is never held up.
 */
export async function limitRates(app: FastifyInstance, context: WebContext): Promise<void> {
  await app.register(rateLimit, { global: false });
  const limiter = (max: number) => app.createRateLimit({ max, timeWindow: 60_000 });
  const refused = limiter(REFUSED);
  const genuine = limiter(GENUINE);

  app.addHook('preHandler', async (request, reply) => {
    const token = tokenOf(request);
    if (!token) return;
    const isGenuine = openToken(token.text, token.kind, context).ok;
    if (isGenuine && token.kind === 'unsubscribe' && isOneClick(request.body)) return;
    const limit = await (isGenuine ? genuine : refused)(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    reply.header('retry-after', limit.ttlInSeconds);
    return sendNote(context, request, reply, { name: 'too_many', status: 429 });
  });
}

function tokenOf(request: FastifyRequest): { kind: LinkKind; text: string } | null {
  const kind = KINDS[request.routeOptions.url ?? ''];
  return kind === undefined ? null : { kind, text: (request.params as { token: string }).token };
}
