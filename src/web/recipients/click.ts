import type { FastifyInstance } from 'fastify';
import { clickTarget } from '../../feedback/click.ts';
import { findBlock } from '../../feedback/shown-block.ts';
import type { WebContext } from '../context.ts';
import { openLink, sendNote, sendUnknown } from './page.ts';
import { noteVisit } from './person.ts';

/**
 * A link to more: noted, then on to the address that our library has for this content. Nothing in the request has a
 * say in where that is. Clicks come from scanners, too; those count that nothing speaks against.
 */
export function clickRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/c/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'click');
    if (!link) return reply;
    const block = await findBlock(context.db, link.sendId, link.position);
    if (!block) return sendUnknown(context, request, reply);
    await noteVisit(context, request, link);
    const library = await context.publicContent.library();
    if (!library) return sendNote(context, request, reply, { name: 'unavailable', status: 503 });
    return reply.redirect(clickTarget(block, library), 302);
  });
}
