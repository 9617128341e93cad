import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { answerApproval, askApproval, mayApprove } from '../../../campaign/approval.ts';
import { ChangedMeanwhileError } from '../../../campaign/draft.ts';
import { listActs } from '../../../people/audit.ts';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { revision } from './setup-form.ts';
import { CONTENT_KEY, lastChange, loadSetup, sendStep } from './setup-page.ts';
import type { CampaignTools } from './tools.ts';

const form = z.object({
  as: firstOf(z.enum(['ask', 'yes', 'no'])),
  revision,
  version: firstOf(z.string().max(64)),
  why: firstOf(z.string().trim().max(500)).default(''),
});

/** Step 7, where it is asked for: somebody else looks at it, and agrees to exactly this. */
export function approvalRoutes(app: FastifyInstance, tools: CampaignTools): void {
  const { db } = tools;

  app.get('/campaigns/:id/setup/approval', { config: { role: 'marketer' } }, async (request, reply) => {
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    const data = {
      version: setup.version,
      mayAnswer: mayApprove(request.person, setup.draft.approval),
      refused: setup.approval === 'needed' ? await lastRefusal(tools, setup.draft.id) : null,
    };
    return sendStep(tools, request, reply, { setup, step: 'approval', data });
  });

  app.post('/campaigns/:id/setup/approval', async (request, reply) => {
    tools.memo.forget(CONTENT_KEY);
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    const posted = form.safeParse(request.body ?? {});
    const { draft } = setup;
    const { person } = request;
    const now = tools.now();
    try {
      // What was on screen must be what it is now, content included.
      if (!posted.success || posted.data.version !== setup.version) throw new ChangedMeanwhileError(draft.id);
      const { as, revision: from, version, why } = posted.data;
      if (as === 'ask') await askApproval(db, draft.id, { revision: from, version, person, now });
      else
        await answerApproval(db, draft.id, { revision: from, version, person, now, yes: as === 'yes', why });
    } catch (error) {
      if (!(error instanceof ChangedMeanwhileError)) throw error;
      const again = await loadSetup(tools, request, reply);
      if (!again) return reply;
      const data = {
        conflict: await lastChange(tools, draft.id),
        version: again.version,
        mayAnswer: mayApprove(person, again.draft.approval),
      };
      return sendStep(tools, request, reply, { setup: again, step: 'approval', status: 409, data });
    }
    return reply.redirect(
      `${rootOf(request.url)}campaigns/${encodeURIComponent(draft.id)}/setup/approval`,
      303,
    );
  });
}

/** A no leaves nothing in the campaign but that nobody is asked; who said it, when and why is in the audit log. */
async function lastRefusal({ db }: CampaignTools, id: string) {
  const [last] = await listActs(db, { limit: 1, subject: id, action: 'approval_refused' });
  const { why } = last?.detail ?? {};
  return last ? { who: last.who, at: last.at, why: typeof why === 'string' ? why : '' } : null;
}
