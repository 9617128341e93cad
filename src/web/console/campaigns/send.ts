import type { FastifyInstance } from 'fastify';
import { getCampaign } from '../../../ledger/campaigns.ts';
import { crmNames } from '../../crm-names.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { whyView } from '../why.ts';
import { absent } from './actions.ts';
import { sendDetail } from './sends.ts';
import type { CampaignTools } from './tools.ts';

/** One mail of a campaign: why it is as it is, and what came of it. */
export function sendRoutes(app: FastifyInstance, tools: CampaignTools): void {
  app.get('/campaigns/:id/sends/:send', async (request, reply) => {
    const { id, send } = request.params as { id: string; send: string };
    const campaign = await getCampaign(tools.db, id).catch(absent);
    const detail = /^[1-9]\d{0,14}$/.test(send) ? await sendDetail(tools.db, id, Number(send)) : undefined;
    if (!campaign || !detail) return missing(tools, request, reply);
    const language = consoleLanguage(request);
    const library = await tools.publicContent.library();
    const why = detail.composition && whyView(detail.composition, library, language, await crmNames(tools));
    const answers = detail.answers.map((given) => ({
      ...given,
      label: `answer.${detail.composition?.blocks[given.position]?.kind ?? 'proven'}.${given.answer}`,
      title: why?.blocks[given.position]?.title ?? '',
    }));
    return sendConsole(tools, request, reply, {
      name: 'send',
      place: 'campaigns',
      data: { campaign, send: detail, answers, why },
    });
  });
}
