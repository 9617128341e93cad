import type { FastifyInstance } from 'fastify';
import { clickTarget, recordClick } from '../../feedback/click.ts';
import { findBlock } from '../../feedback/shown-block.ts';
import type { WebContext } from '../context.ts';
import { openLink, sendNote, sendUnknown } from './page.ts';

/**
 * A link to more: recorded, then on to the address that our library has for this content. Nothing in the
 * request has a say in where that is. Mere looks (HEAD, prefetching) are answered, not recorded.
 */
export function clickRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/c/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'click');
    if (!link) return reply;
    const looking =
      request.method === 'HEAD' || /prefetch/i.test(String(request.headers['sec-purpose'] ?? ''));
    const block = looking
      ? await findBlock(context.db, link.sendId, link.position)
      : await recorded(context, link, request.headers['user-agent'] ?? null);
    if (!block) return sendUnknown(context, request, reply);
    const library = await context.publicContent.library();
    if (!library) return sendNote(context, request, reply, { name: 'unavailable', status: 503 });
    return reply.redirect(clickTarget(block, library), 302);
  });
}

async function recorded(
  context: WebContext,
  link: { sendId: number; position: number },
  userAgent: string | null,
) {
  const click = await recordClick(context.db, { ...link, userAgent, now: context.now() });
  return click.ok ? click.block : null;
}
