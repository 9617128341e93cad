import { z } from 'zod';
import { startCampaign } from '../../../jobs/start.ts';
import { ApprovalError } from '../../campaign/approval.ts';
import { type StepResult, stepCampaign } from '../../campaign/start.ts';
import type { Person } from '../../domain/person.ts';
import {
  type Campaign,
  CampaignError,
  createCampaign,
  getCampaign,
  listCampaigns,
} from '../../ledger/campaigns.ts';
import { campaignProgress } from '../../ledger/progress.ts';
import { LibraryError } from '../../library/problem.ts';
import { recordAct } from '../../people/audit.ts';
import { TemplateError } from '../../render/template-error.ts';
import type { WebContext } from '../context.ts';
import type { Operation } from './operation.ts';
import { ApiProblem } from './problem.ts';

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'lower-case letters, digits and hyphens, at most 80')
  .describe('chosen by the caller: making it again makes no second one');
const keys = z.array(z.string().min(1).max(200)).max(200).default([]);
const path = z.object({ id: z.string().min(1).max(200) });

const campaign = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['adhoc', 'nightly']),
  state: z.enum(['draft', 'scheduled', 'planning', 'running', 'paused', 'finished', 'cancelled']),
  products: z.array(z.string()),
  families: z.array(z.string()),
  developments: z.array(z.string()),
  startsAt: z.date().nullable(),
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  planned: z.int().nullable().describe('mails, once it is known who gets one'),
  attention: z.string().nullable().describe('why it waits for a person'),
});

const results = z.object({
  id: z.string(),
  state: campaign.shape.state,
  sends: z.record(z.string(), z.int()).describe('mails by state'),
  excluded: z.record(z.string(), z.int()).describe('customers who got none, by reason'),
  skipped: z.record(z.string(), z.int()),
  failed: z.record(z.string(), z.int()),
  blocks: z.object({
    proven: z.int(),
    experimental: z.int(),
    experimentalWanted: z.number().describe('what the customers’ ratios ask for'),
  }),
  answers: z.record(z.string(), z.int()).describe('answers that count: yes, call, later, no'),
});

const draft = z.strictObject({
  id,
  name: z.string().trim().min(1).max(120),
  products: keys.describe('library keys; none: everybody, about everything new'),
  families: keys,
  developments: keys.describe('tell only these'),
  startsAt: z.iso.datetime({ offset: true }).optional().describe('left out: when it is started'),
  spreadHours: z.int().min(0).max(168).default(0),
});

/** Making, starting and watching campaigns. */
export function campaignOperations(context: WebContext): Operation[] {
  const { db } = context;
  const one = { 200: { description: 'the campaign', schema: campaign } };

  const operations: Operation[] = [
    {
      method: 'GET',
      url: '/campaigns',
      scope: 'campaigns:read',
      id: 'listCampaigns',
      summary: 'The newest campaigns',
      query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      answers: {
        200: { description: 'newest first', schema: z.object({ campaigns: z.array(campaign) }) },
      },
      async handle({ query }) {
        const { limit } = query as { limit: number };
        return { status: 200, body: { campaigns: (await listCampaigns(db, limit)).map(shown) } };
      },
    },
    {
      method: 'GET',
      url: '/campaigns/:id',
      scope: 'campaigns:read',
      id: 'getCampaign',
      summary: 'One campaign',
      params: path,
      answers: one,
      handle: async ({ params }) => ({ status: 200, body: shown(await existing(params)) }),
    },
    {
      method: 'POST',
      url: '/campaigns',
      scope: 'campaigns:write',
      id: 'makeCampaign',
      summary: 'Make a draft',
      description:
        'The same call again answers 200 with what is there. Nothing is sent before it is started.',
      body: draft,
      answers: { ...one, 201: { description: 'made', schema: campaign } },
      handle: ({ body, person }) => make(body as z.output<typeof draft>, person),
    },
    {
      method: 'POST',
      url: '/campaigns/:id/start',
      scope: 'campaigns:write',
      id: 'startCampaign',
      summary: 'Start it, or set it for its time',
      description:
        'Started once, however often it is called: whoever comes second gets the same answer. Where settings ask for a ' +
        'second person, a token is none: the problem is `needs_approval`.',
      params: path,
      answers: one,
      async handle({ params, person }) {
        const found = await existing(params);
        const { queues } = context;
        if (!queues)
          throw new ApiProblem(
            503,
            'no_queues',
            'Nothing can be started from here: spielbein up or serve can.',
          );
        return done(
          found.id,
          await refusing(() => startCampaign({ ...context, queues }, found.id, { person })),
        );
      },
    },
    {
      method: 'GET',
      url: '/campaigns/:id/results',
      scope: 'results:read',
      id: 'getResults',
      summary: 'What came of it',
      params: path,
      answers: { 200: { description: 'counted now', schema: results } },
      async handle({ params }) {
        const found = await existing(params);
        const { sends, skipped, failed, blocks } = await campaignProgress(db, found.id);
        const answers = await db
          .selectFrom('heard_answers')
          .innerJoin('sends', 'sends.id', 'heard_answers.send_id')
          .select(['answer', ({ fn }) => fn.countAll<number>().as('count')])
          .where('sends.campaign_id', '=', found.id)
          .groupBy('answer')
          .execute();
        const body = {
          ...{ id: found.id, state: found.state, sends, excluded: found.excluded, skipped, failed, blocks },
          answers: Object.fromEntries(answers.map(({ answer, count }) => [answer, count])),
        };
        return { status: 200, body: results.parse(body) };
      },
    },
  ];
  for (const step of ['pause', 'resume', 'cancel'] as const)
    operations.push({
      method: 'POST',
      url: `/campaigns/:id/${step}`,
      scope: 'campaigns:write',
      id: `${step}Campaign`,
      summary: { pause: 'Hold what has not left yet', resume: 'Go on', cancel: 'End it for good' }[step],
      params: path,
      answers: one,
      async handle({ params, person }) {
        const found = await existing(params);
        return done(found.id, await stepCampaign(db, found.id, step, { person, now: context.now() }));
      },
    });
  return operations;

  async function existing(params: unknown): Promise<Campaign> {
    const { id: asked } = params as z.output<typeof path>;
    return getCampaign(db, asked).catch((error: unknown) => {
      if (!(error instanceof CampaignError)) throw error;
      throw new ApiProblem(404, 'no_campaign', 'There is no campaign with this id.');
    });
  }

  async function make(given: z.output<typeof draft>, person: Person) {
    const { id: asked, name, products, families, developments, spreadHours } = given;
    const { library } = await context.content.library();
    const known = new Set([...library.products.values()].map(({ family }) => family));
    const unknown = [
      ...products.filter((key) => !library.products.has(key)).map((key) => ({ where: 'body.products', key })),
      ...families.filter((key) => !known.has(key)).map((key) => ({ where: 'body.families', key })),
      ...developments
        .filter((key) => !library.developments.has(key))
        .map((key) => ({ where: 'body.developments', key })),
    ];
    if (unknown.length > 0)
      throw new ApiProblem(
        422,
        'not_in_library',
        'The library does not have everything that is named.',
        unknown.map(({ where, key }) => ({ where, message: `there is no "${key}"` })),
      );
    const now = context.now();
    const startsAt = given.startsAt === undefined ? null : new Date(given.startsAt);
    const audience = {
      ...(products.length > 0 ? { products } : {}),
      ...(families.length > 0 ? { families } : {}),
      ...(developments.length > 0 ? { developments } : {}),
    };
    const inDoubtPolicy = library.settings.delivery.inDoubt;
    const created = await db.transaction().execute(async (tx) => {
      const settings = { id: asked, name, kind: 'adhoc' as const, audience, spreadHours, inDoubtPolicy, now };
      if (!(await createCampaign(tx, settings)).created) return false;
      await tx
        .updateTable('campaigns')
        .set({ made_by: person.name, starts_at: startsAt })
        .where('id', '=', asked)
        .execute();
      await recordAct(tx, person, { action: 'campaign_made', subject: asked, now });
      return true;
    });
    const campaignNow = await getCampaign(db, asked);
    if (!created && !isSame(campaignNow, { name, audience, startsAt, spreadHours }))
      throw new ApiProblem(409, 'id_taken', 'Another campaign has this id. Choose one of your own for each.');
    return { status: created ? 201 : 200, body: shown(campaignNow) };
  }

  /** Whoever comes second to what is done gets what they wanted. */
  async function done(campaignId: string, result: StepResult) {
    if (result.kind === 'not_now')
      throw new ApiProblem(409, 'not_now', `The campaign is ${result.state}: that can’t be done any more.`);
    if (result.kind === 'changed')
      throw new ApiProblem(
        409,
        'changed',
        'Somebody changed the campaign at this moment. Look, and try again.',
      );
    return { status: 200, body: shown(await getCampaign(db, campaignId)) };
  }
}

async function refusing(start: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof ApprovalError)
      throw new ApiProblem(409, 'needs_approval', 'A second person has to agree in the console first.');
    if (error instanceof CampaignError) throw new ApiProblem(409, 'not_now', error.message);
    if (error instanceof LibraryError || error instanceof TemplateError)
      throw new ApiProblem(409, 'content_broken', 'The content has errors. Nothing was started.');
    throw error;
  }
}

function shown(one: Campaign): z.output<typeof campaign> {
  const { products = [], families = [], developments = [] } = one.audience;
  return campaign.parse({ ...one, products, families, developments });
}

const isSame = (
  one: Campaign,
  other: Pick<Campaign, 'name' | 'audience' | 'startsAt' | 'spreadHours'>,
): boolean =>
  one.name === other.name &&
  one.startsAt?.getTime() === other.startsAt?.getTime() &&
  one.spreadHours === other.spreadHours &&
  (['products', 'families', 'developments'] as const).every(
    (what) => JSON.stringify(one.audience[what] ?? []) === JSON.stringify(other.audience[what] ?? []),
  );
