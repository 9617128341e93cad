import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { stepCampaign } from '../../../campaign/start.ts';
import { CampaignError, getCampaign } from '../../../ledger/campaigns.ts';
import { rootOf } from '../../root.ts';
import { missing, sendConsole } from '../page.ts';
import { forgetCounts } from './counts.ts';
import type { CampaignTools } from './tools.ts';

const step = z.enum(['pause', 'resume', 'cancel', 'unschedule']);

/** Buttons of a campaign that was started: what has not left yet stops with them, at once (docs/architecture.md). */
export function actionRoutes(app: FastifyInstance, tools: CampaignTools): void {
  const { db } = tools;

  app.get('/campaigns/:id/cancel', { config: { role: 'marketer' } }, async (request, reply) => {
    const { id } = request.params as { id: string };
    const campaign = await getCampaign(db, id).catch(absent);
    if (!campaign) return missing(tools, request, reply);
    const over = campaign.state === 'finished' || campaign.state === 'cancelled';
    return sendConsole(tools, request, reply, {
      name: 'campaign-cancel',
      place: 'campaigns',
      data: { campaign, over },
    });
  });

  app.post('/campaigns/:id/:step', async (request, reply) => {
    const { id, step: asked } = request.params as { id: string; step: string };
    const known = step.safeParse(asked);
    const campaign = await getCampaign(db, id).catch(absent);
    if (!campaign || !known.success) return missing(tools, request, reply);
    const result = await stepCampaign(db, id, known.data, { person: request.person, now: tools.now() });
    forgetCounts(tools.memo, campaign);
    const told = result.kind === 'done' ? '' : `?told=${result.kind}`;
    return reply.redirect(`${rootOf(request.url)}campaigns/${encodeURIComponent(id)}${told}`, 303);
  });
}

/** There is no such campaign: null. Anything else is an error. */
export function absent(error: unknown): null {
  if (error instanceof CampaignError) return null;
  throw error;
}
