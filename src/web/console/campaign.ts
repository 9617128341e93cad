import type { FastifyInstance } from 'fastify';
import { CampaignError, getCampaign } from '../../ledger/campaigns.ts';
import { listInDoubt } from '../../ledger/in-doubt.ts';
import { campaignProgress } from '../../ledger/progress.ts';
import { findVersion } from '../../render/version/store.ts';
import type { WebContext } from '../context.ts';
import { crmNames } from '../crm-names.ts';
import { stateBar } from './bars.ts';
import { answerCounts, sendDetail, sendRows, sendsQuery } from './campaign-data.ts';
import { consoleLanguage, missing, sendConsole } from './page.ts';
import { whyView } from './why.ts';

/** How one campaign stands, and why each of its customers got what they got. */
export function campaignRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/campaigns/:id', async (request, reply) => {
    const { id } = request.params as { id: string };
    const query = sendsQuery.parse(request.query);
    const progress = await campaignProgress(context.db, id).catch(absent);
    if (!progress) return missing(context, request, reply);
    const [list, answers] = await Promise.all([
      sendRows(context.db, id, query),
      answerCounts(context.db, id),
    ]);
    const { campaign, sends, blocks } = progress;
    const shown = blocks.proven + blocks.experimental;
    return sendConsole(context, request, reply, {
      name: 'campaign',
      place: 'campaigns',
      data: {
        campaign,
        content: await contentOf(context, campaign.contentVersion),
        sends,
        bar: stateBar(sends),
        states: Object.entries(sends)
          .filter(([, count]) => count > 0)
          .map(([state, count]) => ({ state, count, chosen: state === query.state })),
        excluded: counted(campaign.excluded),
        excludedTotal: Object.values(campaign.excluded).reduce((sum, n) => sum + n, 0),
        skipped: counted(progress.skipped),
        failed: counted(progress.failed),
        share:
          shown === 0
            ? null
            : {
                shown,
                ...blocks,
                given: blocks.experimental / shown,
                wanted: blocks.experimentalWanted / shown,
              },
        answers: counted(answers),
        chosen: query.state ?? null,
        doubts: await listInDoubt(context.db, { campaignId: id, limit: 200 }),
        severalDoubts: sends.in_doubt > 1,
        mayResend: campaign.state !== 'cancelled',
        list,
        audience: audienceOf(campaign.audience),
      },
    });
  });

  app.get('/campaigns/:id/sends/:send', async (request, reply) => {
    const { id, send } = request.params as { id: string; send: string };
    const campaign = await getCampaign(context.db, id).catch(absent);
    const detail = /^[1-9]\d{0,14}$/.test(send) ? await sendDetail(context.db, id, Number(send)) : undefined;
    if (!campaign || !detail) return missing(context, request, reply);
    const language = consoleLanguage(request);
    const library = await context.publicContent.library();
    const why = detail.composition && whyView(detail.composition, library, language, await crmNames(context));
    const answers = detail.answers.map((given) => ({
      ...given,
      label: `answer.${detail.composition?.blocks[given.position]?.kind ?? 'proven'}.${given.answer}`,
      title: why?.blocks[given.position]?.title ?? '',
    }));
    return sendConsole(context, request, reply, {
      name: 'send',
      place: 'campaigns',
      data: { campaign, send: detail, answers, why },
    });
  });
}

/** Which content a campaign goes with; null before it has begun. */
async function contentOf(context: WebContext, id: string | null) {
  const version = id === null ? null : await findVersion(context.db, id);
  return version && { id: version.id, short: version.id.slice(0, 8), keptAt: version.keptAt };
}

const counted = (counts: Partial<Record<string, number>>) =>
  Object.entries(counts)
    .map(([code, count]) => ({ code, count: count ?? 0 }))
    .sort((a, b) => b.count - a.count);

const audienceOf = (audience: {
  products?: string[] | undefined;
  families?: string[] | undefined;
  developments?: string[] | undefined;
}) =>
  [...(audience.products ?? []), ...(audience.families ?? []), ...(audience.developments ?? [])].join(', ');

function absent(error: unknown): null {
  if (error instanceof CampaignError) return null;
  throw error;
}
