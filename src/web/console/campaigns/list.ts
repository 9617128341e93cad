import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CampaignState } from '../../../domain/send.ts';
import { type Campaign, countByState, pageOfCampaigns } from '../../../ledger/campaigns.ts';
import { stateBar } from '../bars.ts';
import { sendConsole } from '../page.ts';
import { answersByCampaign, countsOf } from './counts.ts';
import type { CampaignTools } from './tools.ts';

const ON_PAGE = 20;
/** What the list can be narrowed to, in people's words. */
const SHOWN = {
  all: undefined,
  draft: ['draft', 'scheduled'],
  open: ['planning', 'running', 'paused'],
  over: ['finished', 'cancelled'],
} as const satisfies Record<string, readonly CampaignState[] | undefined>;
type Shown = keyof typeof SHOWN;

const query = z.object({
  show: z
    .enum(Object.keys(SHOWN) as [Shown, ...Shown[]])
    .catch('all')
    .default('all'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1).default(1),
});

/** All campaigns, a page at a time. */
export function listRoutes(app: FastifyInstance, tools: CampaignTools): void {
  const { db, memo } = tools;
  app.get('/campaigns', async (request, reply) => {
    const { show, page } = query.parse(request.query);
    const states = SHOWN[show];
    const [found, byState] = await Promise.all([
      pageOfCampaigns(db, {
        ...(states ? { states } : {}),
        limit: ON_PAGE + 1,
        offset: (page - 1) * ON_PAGE,
      }),
      countByState(db),
    ]);
    const campaigns = found.slice(0, ON_PAGE);
    const ids = campaigns.map(({ id }) => id);
    const answers = await memo.get(`answers|${ids.join()}`, 10_000, () => answersByCampaign(db, ids));
    const of = (states: readonly CampaignState[] | undefined) =>
      Object.entries(byState)
        .filter(([state]) => states === undefined || states.includes(state as CampaignState))
        .reduce((sum, [, count]) => sum + count, 0);
    return sendConsole(tools, request, reply, {
      name: 'campaigns',
      place: 'campaigns',
      data: {
        none: of(undefined) === 0,
        tabs: (Object.keys(SHOWN) as Shown[]).map((tab) => ({
          tab,
          label: `campaigns.show.${tab}`,
          chosen: tab === show,
          count: of(SHOWN[tab]),
        })),
        rows: await Promise.all(campaigns.map((campaign) => row(campaign))),
        show,
        before: page > 1 ? page - 1 : null,
        next: found.length > ON_PAGE ? page + 1 : null,
      },
    });

    async function row(campaign: Campaign) {
      const sends = await countsOf(db, memo, campaign);
      const answered = answers.get(campaign.id) ?? 0;
      return {
        campaign,
        sent: sends.sent,
        bar: stateBar(sends),
        answered,
        per100: sends.sent > 0 ? (100 * answered) / sends.sent : null,
        when: campaign.startedAt ?? campaign.startsAt ?? campaign.createdAt,
        link: campaign.state === 'draft' ? `campaigns/${campaign.id}/setup` : `campaigns/${campaign.id}`,
      };
    }
  });
}
