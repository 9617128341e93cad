import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type OpenedToken, openToken } from '../../links/open.ts';
import type { LinkKind } from '../../links/token.ts';
import type { WebContext } from '../context.ts';
import { isOneClick } from './one-click.ts';
import { sendNote } from './page.ts';

/** Tokens that are refused, a minute and client: far too few to guess 128 bits, enough for a mangled mail. */
const REFUSED = 30;
/** Genuine ones of one mail, a minute, whoever opens them: a gateway opens each link a few times, and a person besides. */
const OF_MAIL = 120;
/** Genuine ones of one client: whole companies share an address, and their gateway opens every link of every mail. */
const GENUINE = 10_000;

const KINDS: Readonly<Record<string, LinkKind>> = {
  '/a/:token': 'answer',
  '/c/:token': 'click',
  '/u/:token': 'unsubscribe',
  '/p/:token': 'preferences',
};

/**
 * Keeps the pages behind tokens from being tried out and overrun: so many requests a minute from one client, which is
 * an IPv4 address or an IPv6 network of 64 bits, and so many for one mail. Counted in this process's memory, which
 * remembers 5,000 of each. A mailbox provider that unsubscribes its user is never held up.
 */
export async function limitRates(app: FastifyInstance, context: WebContext): Promise<void> {
  await app.register(rateLimit, { global: false });
  const options = { timeWindow: 60_000 };
  const refused = app.createRateLimit({ ...options, max: REFUSED });
  const genuine = app.createRateLimit({ ...options, max: GENUINE });
  const ofMail = app.createRateLimit({
    ...options,
    max: OF_MAIL,
    keyGenerator: (request) => {
      const opened = openedBy(request, context);
      return opened?.ok ? opened.sendId : request.ip;
    },
  });

  app.addHook('preHandler', async (request, reply) => {
    const opened = openedBy(request, context);
    if (!opened) return;
    if (opened.ok && opened.kind === 'unsubscribe' && isOneClick(request.body)) return;
    // previews and test mails are nobody's
    const limits = !opened.ok ? [refused] : opened.sendId === 0 ? [genuine] : [genuine, ofMail];
    for (const limiter of limits) {
      const limit = await limiter(request);
      if (limit.isAllowed || !limit.isExceeded) continue;
      reply.header('retry-after', limit.ttlInSeconds);
      return sendNote(context, request, reply, { name: 'too_many', status: 429 });
    }
  });
}

/** Null for pages without a token. */
function openedBy(request: FastifyRequest, context: WebContext): (OpenedToken & { kind: LinkKind }) | null {
  const kind = KINDS[request.routeOptions.url ?? ''];
  if (kind === undefined) return null;
  return { ...openToken((request.params as { token: string }).token, kind, context), kind };
}
