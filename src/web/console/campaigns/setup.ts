import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { countAudience } from '../../../campaign/audience-counts.ts';
import { ChangedMeanwhileError, changeDraft, type Draft, getDraft } from '../../../campaign/draft.ts';
import { dayOf } from '../../../compose/day.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, missing } from '../page.ts';
import { audienceWords } from './audience-words.ts';
import { readSetupForm } from './setup-form.ts';
import { lastChange, loadSetup, type Setup, sendStep } from './setup-page.ts';
import { type SetupStep, stepsOf } from './setup-steps.ts';
import { contentView, productsView, timingView } from './setup-views.ts';
import { type CampaignTools, frameOf } from './tools.ts';

/** The way from "which product?" to "when": plain forms, each of which saves the draft. */
export function setupRoutes(app: FastifyInstance, tools: CampaignTools): void {
  const { db } = tools;
  const role = { config: { role: 'marketer' as const } };

  app.get('/campaigns/:id/setup', role, async (request, reply) => {
    const { id } = request.params as { id: string };
    return reply.redirect(`${rootOf(request.url)}campaigns/${encodeURIComponent(id)}/setup/products`, 303);
  });

  for (const step of ['products', 'audience', 'content', 'timing'] as const) {
    app.get(`/campaigns/:id/setup/${step}`, role, async (request, reply) => {
      const setup = await loadSetup(tools, request, reply);
      return setup ? show(request, reply, setup, step) : reply;
    });
  }

  for (const step of ['products', 'content', 'timing'] as const) {
    app.post(`/campaigns/:id/setup/${step}`, (request, reply) => save(request, reply, step));
  }

  app.get('/campaigns/:id/setup/audience/counts', role, async (request, reply) => {
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    const { draft } = setup;
    const content = await tools.content.library();
    const key = `audience|${draft.id}|${setup.version}`;
    const { randomKey, learned, now } = tools;
    const counts = await tools.memo.get(key, 20_000, () =>
      countAudience({ db, content, randomKey, learned, now }, draft),
    );
    const frame = await frameOf(tools, request, `/campaigns/${draft.id}/setup/audience`);
    return reply
      .type('text/html; charset=utf-8')
      .send(await tools.pages.render('campaign-audience', frame, { counts }));
  });

  async function save(request: FastifyRequest, reply: FastifyReply, step: SetupStep): Promise<FastifyReply> {
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    const { draft, library } = setup;
    const { timeZone } = library.settings.nightly;
    const form = readSetupForm(step, request.body, { draft, timeZone, now: tools.now() });
    if (!form) return missing(tools, request, reply);
    if (!form.ok) {
      const { wrong, typed } = form;
      return show(request, reply, setup, step, { status: 422, wrong, ...typed });
    }
    try {
      await changeDraft(db, draft.id, { ...form, person: request.person, now: tools.now() });
    } catch (error) {
      if (!(error instanceof ChangedMeanwhileError)) throw error;
      return second(request, reply, setup, step, form.changes);
    }
    const steps = stepsOf(setup.approval !== 'not_needed');
    const next = steps[steps.indexOf(step) + 1] ?? step;
    return reply.redirect(
      `${rootOf(request.url)}campaigns/${encodeURIComponent(draft.id)}/setup/${next}`,
      303,
    );
  }

  /** Somebody was quicker: what this person typed stays in the form, beside what is saved now. */
  async function second(
    request: FastifyRequest,
    reply: FastifyReply,
    setup: Setup,
    step: SetupStep,
    changes: Partial<Draft>,
  ): Promise<FastifyReply> {
    const now = await getDraft(db, setup.draft.id);
    if (now.state !== 'draft')
      return reply.redirect(
        `${rootOf(request.url)}campaigns/${encodeURIComponent(now.id)}?told=not_now`,
        303,
      );
    const saved = audienceWords(now.audience, setup.library, consoleLanguage(request)).join(', ');
    const conflict = { ...(await lastChange(tools, now.id)), draft: now, audience: saved };
    const typed = { ...setup, draft: { ...now, ...changes } };
    return show(request, reply, typed, step, { status: 409, conflict });
  }

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    setup: Setup,
    step: SetupStep,
    given: { status?: number; wrong?: string; conflict?: object } = {},
  ): Promise<FastifyReply> {
    const { status = 200, ...said } = given;
    const { draft, library } = setup;
    const language = consoleLanguage(request);
    const today = dayOf(tools.now(), library.settings.nightly.timeZone);
    const view =
      step === 'products'
        ? await productsView(tools, draft, library, language)
        : step === 'content'
          ? contentView(draft, library, language, today)
          : step === 'timing'
            ? timingView(draft, library)
            : {};
    return sendStep(tools, request, reply, { setup, step, status, data: { ...view, ...said } });
  }
}
