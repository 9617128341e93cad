import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { startCampaign } from '../../../../jobs/start.ts';
import { ApprovalError } from '../../../campaign/approval.ts';
import { finishedDryRun } from '../../../campaign/dry-run/store.ts';
import { CampaignError } from '../../../ledger/campaigns.ts';
import { rootOf } from '../../root.ts';
import { revision } from './setup-form.ts';
import { lastChange, loadSetup, type Setup, sendStep } from './setup-page.ts';
import type { CampaignTools } from './tools.ts';

const form = z.object({ revision });

/** The last step: now, or at the time that was set. Of two people at once, one starts it, and the other is told. */
export function startRoutes(app: FastifyInstance, tools: CampaignTools): void {
  const { db } = tools;

  app.get('/campaigns/:id/setup/start', { config: { role: 'marketer' } }, async (request, reply) => {
    const setup = await loadSetup(tools, request, reply);
    return setup ? sendStep(tools, request, reply, { setup, step: 'start', data: await view(setup) }) : reply;
  });

  app.post('/campaigns/:id/setup/start', async (request, reply) => {
    const { id } = request.params as { id: string };
    const own = `${rootOf(request.url)}campaigns/${encodeURIComponent(id)}`;
    const posted = form.safeParse(request.body ?? {});
    const from = posted.success ? posted.data.revision : -1;
    const setup = await loadSetup(tools, request, reply, whoCameSecond);
    if (!setup) return reply;
    const refuse = async (wrong: string, status: number, more = {}) =>
      sendStep(tools, request, reply, {
        setup,
        step: 'start',
        status,
        data: { ...(await view(setup)), wrong, ...more },
      });
    const { queues } = tools;
    if (!queues) return refuse('campaigns.start.no_queues', 503);
    try {
      const { person } = request;
      const result = await startCampaign({ ...tools, queues }, id, { person, revision: from });
      if (result.kind === 'changed')
        return refuse('campaigns.told.changed', 409, { conflict: await lastChange(tools, id) });
      if (result.kind !== 'done') return reply.redirect(`${own}?told=${result.kind}`, 303);
    } catch (error) {
      if (error instanceof ApprovalError) return refuse('campaigns.start.needs_approval', 409);
      if (error instanceof CampaignError) return refuse('campaigns.timing.past', 422);
      throw error;
    }
    return reply.redirect(own, 303);
  });

  async function view({ draft, version, approval }: Setup) {
    const run = await finishedDryRun(db, draft.id);
    return {
      waits: approval !== 'given' && approval !== 'not_needed',
      run: run && {
        ...run,
        ...run.summary,
        fresh: run.version === version,
        nobody: run.version === version && run.summary.planned === 0,
        faults: faultsOf(run.summary.findings),
      },
      later: draft.startsAt !== null,
      possible: tools.queues !== undefined,
    };
  }
}

const faultsOf = (findings: { severity: string }[] = []) =>
  findings.filter(({ severity }) => severity === 'error').length;

/** Somebody who presses a button that another pressed a moment ago is told so, not just sent away. */
const whoCameSecond = (state: string) =>
  state === 'scheduled' || state === 'planning' || state === 'running' ? 'done_before' : 'not_now';
