import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { makeDraft } from '../../../campaign/draft.ts';
import { rootOf } from '../../root.ts';
import { sendConsole } from '../page.ts';
import type { CampaignTools } from './tools.ts';

/** A name as people give it: one line, no longer than a subject line. */
export const campaignName = z
  .string()
  .transform((name) => name.replace(/\p{Cc}+/gu, ' ').trim())
  .pipe(z.string().min(1).max(120));

const form = z.object({ name: campaignName });

/** Where a campaign begins: it gets a name, and is a draft in the database from then on. */
export function newRoutes(app: FastifyInstance, tools: CampaignTools): void {
  app.get('/campaigns/new', { config: { role: 'marketer' } }, (request, reply) => page(request, reply, {}));

  app.post('/campaigns', async (request, reply) => {
    const posted = form.safeParse(request.body ?? {});
    if (!posted.success) {
      const given = (request.body as { name?: unknown } | null)?.name;
      return page(
        request,
        reply,
        { wrong: true, given: typeof given === 'string' ? given.slice(0, 200) : '' },
        422,
      );
    }
    const library = await tools.publicContent.library();
    const id = await makeDraft(tools.db, {
      name: posted.data.name,
      inDoubtPolicy: library?.settings.delivery.inDoubt ?? 'hold',
      person: request.person,
      now: tools.now(),
    });
    return reply.redirect(`${rootOf(request.url)}campaigns/${id}/setup/products`, 303);
  });

  const page = (request: FastifyRequest, reply: FastifyReply, data: object, status = 200) =>
    sendConsole(tools, request, reply, { name: 'campaign-new', place: 'campaigns', status, data });
}
