import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CampaignError, getCampaign } from '../../../ledger/campaigns.ts';
import { resolveInDoubt } from '../../../ledger/in-doubt.ts';
import { recordAct } from '../../../people/audit.ts';
import { rootOf } from '../../root.ts';
import { missing } from '../page.ts';
import { forgetCounts } from './counts.ts';
import type { CampaignTools } from './tools.ts';

const form = z.object({
  as: z.enum(['sent', 'resend']),
  /** One send's number; left out, all of the campaign. */
  send: z.coerce.number().int().min(1).optional(),
});

/** Where somebody says what became of mails in doubt. */
export function inDoubtRoutes(app: FastifyInstance, context: CampaignTools): void {
  app.post('/campaigns/:id/in-doubt', async (request, reply) => {
    const { id } = request.params as { id: string };
    const posted = form.safeParse(request.body ?? {});
    const campaign = await getCampaign(context.db, id).catch(() => null);
    if (!campaign || !posted.success) return missing(context, request, reply);
    const { as, send } = posted.data;
    const ids = send === undefined ? {} : { ids: [send] };
    try {
      const now = context.now();
      const resolved = await context.db.transaction().execute(async (tx) => {
        const done = await resolveInDoubt(tx, { campaignId: id, as, now, ...ids });
        if (done.length > 0) {
          const detail = { as, mails: done.length };
          await recordAct(tx, request.person, { action: 'in_doubt_resolved', subject: id, detail, now });
        }
        return done;
      });
      forgetCounts(context.memo, campaign);
      context.log('in_doubt', { campaign: id, as, resolved: resolved.length });
    } catch (error) {
      // Cancelled a moment ago: the page says so, and offers to send again no more.
      if (!(error instanceof CampaignError)) throw error;
    }
    return reply.redirect(`${rootOf(request.url)}campaigns/${encodeURIComponent(id)}?state=in_doubt`, 303);
  });
}
