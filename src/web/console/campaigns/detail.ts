import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { lastMove } from '../../../campaign/start.ts';
import type { Act } from '../../../domain/person.ts';
import { CAMPAIGN_STATES } from '../../../domain/send.ts';
import { getCampaign } from '../../../ledger/campaigns.ts';
import { listInDoubt } from '../../../ledger/in-doubt.ts';
import { listActs } from '../../../people/audit.ts';
import { findVersion } from '../../../render/version/store.ts';
import type { WebContext } from '../../context.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { absent } from './actions.ts';
import { audienceWords } from './audience-words.ts';
import { resultsOf } from './counts.ts';
import { liveView } from './live-view.ts';
import { resultsView } from './results.ts';
import { answerCounts, sendRows, sendsQuery } from './sends.ts';
import { type CampaignTools, frameOf } from './tools.ts';

const told = z.object({
  told: z.enum(['done_before', 'not_now', 'changed']).nullable().catch(null).default(null),
});
const shownState = z.object({ state: z.enum(CAMPAIGN_STATES).optional().catch(undefined) });
const ACTS = 30;

/** How one campaign stands, what came of it, and why each of its customers got what they got. */
export function detailRoutes(app: FastifyInstance, tools: CampaignTools): void {
  const { db, memo } = tools;

  app.get('/campaigns/:id', async (request, reply) => {
    const { id } = request.params as { id: string };
    const query = sendsQuery.parse(request.query);
    const campaign = await getCampaign(db, id).catch(absent);
    if (!campaign) return missing(tools, request, reply);
    const begun = campaign.planned !== null;
    const language = consoleLanguage(request);
    const [live, progress, list, answers, doubts, acts, content, results] = await Promise.all([
      liveView({ db, memo, now: tools.now() }, campaign),
      begun ? resultsOf(db, memo, campaign) : null,
      sendRows(db, id, query),
      memo.get(`said|${id}|${campaign.state}`, 5000, () => answerCounts(db, id)),
      listInDoubt(db, { campaignId: id, limit: 200 }),
      listActs(db, { limit: ACTS, subject: id }),
      contentOf(tools, campaign.contentVersion),
      begun ? resultsView(tools, campaign, language) : null,
    ]);
    const asked = told.parse(request.query).told;
    const { sends } = live;
    const { state } = campaign;
    return sendConsole(tools, request, reply, {
      name: 'campaign',
      place: 'campaigns',
      data: {
        ...live,
        told: asked && { code: asked, ...(await lastMove(db, id)) },
        content,
        states: Object.entries(sends)
          .filter(([, count]) => count > 0)
          .map(([state, count]) => ({ state, count, chosen: state === query.state })),
        excluded: counted(campaign.excluded),
        skipped: counted(progress?.skipped ?? {}),
        failed: counted(progress?.failed ?? {}),
        share: progress && shareOf(progress.blocks),
        answers: counted(answers),
        chosen: query.state ?? null,
        doubts,
        severalDoubts: sends.in_doubt > 1,
        mayResend: state !== 'cancelled',
        list,
        results,
        audience: audienceWords(campaign.audience, await tools.publicContent.library(), language).join(', '),
        acts: acts.map((act) => ({
          ...act,
          label: `campaigns.act.${known(act.action)}`,
          why: typeof act.detail.why === 'string' ? act.detail.why : null,
        })),
        can: {
          setUp: state === 'draft',
          pause: state === 'running',
          resume: state === 'paused',
          unschedule: state === 'scheduled',
          cancel: ['draft', 'scheduled', 'planning', 'running', 'paused'].includes(state),
        },
        watch: live.moves,
      },
    });
  });

  app.get('/campaigns/:id/events', { exposeHeadRoute: false }, async (request, reply) => {
    const { id } = request.params as { id: string };
    const campaign = await getCampaign(db, id).catch(absent);
    if (!campaign) return missing(tools, request, reply);
    // The state that the page shows: with another one it has other buttons, and is loaded anew.
    const { state: shown } = shownState.parse(request.query);
    const before = shown ?? campaign.state;
    const frame = await frameOf(tools, request, `/campaigns/${id}`);
    return tools.streams.open(request, reply, async () => {
      const now = await getCampaign(db, id);
      const live = await liveView({ db, memo, now: tools.now() }, now);
      const moves = now.state === before && live.moves;
      return { html: await tools.pages.render('campaign-live', frame, live), moves };
    });
  });
}

/** Which content a campaign goes with; null before it has begun. */
async function contentOf(context: WebContext, id: string | null) {
  const version = id === null ? null : await findVersion(context.db, id);
  return version && { id: version.id, short: version.id.slice(0, 8), keptAt: version.keptAt };
}

function shareOf(blocks: { proven: number; experimental: number; experimentalWanted: number }) {
  const shown = blocks.proven + blocks.experimental;
  return shown === 0
    ? null
    : { shown, ...blocks, given: blocks.experimental / shown, wanted: blocks.experimentalWanted / shown };
}

const counted = (counts: Partial<Record<string, number>>) =>
  Object.entries(counts)
    .map(([code, count]) => ({ code, count: count ?? 0 }))
    .sort((a, b) => b.count - a.count);

const OURS = new Set<Act>([
  'campaign_made',
  'campaign_changed',
  'campaign_scheduled',
  'campaign_started',
  'campaign_paused',
  'campaign_resumed',
  'campaign_cancelled',
  'approval_asked',
  'approval_given',
  'approval_refused',
  'test_sent',
  'in_doubt_resolved',
]);
const known = (act: Act): string => (OURS.has(act) ? act : 'other');
