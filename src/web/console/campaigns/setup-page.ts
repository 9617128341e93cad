import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApprovalState, approvalState, needsApproval } from '../../../campaign/approval.ts';
import { contentTrouble } from '../../../campaign/content.ts';
import { type Draft, getDraft, settingsVersion } from '../../../campaign/draft.ts';
import type { Library } from '../../../library/library.ts';
import { listActs } from '../../../people/audit.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { absent } from './actions.ts';
import { audienceWords } from './audience-words.ts';
import { type SetupStep, stepsOf } from './setup-steps.ts';
import type { CampaignTools } from './tools.ts';

/** What each step of the guided way knows. */
export interface Setup {
  draft: Draft;
  library: Library;
  approval: ApprovalState;
  /** Names settings and content as they are now (`settingsVersion`). */
  version: string;
}

/** The content of now is looked at this often, in milliseconds, and when a file is seen to change. */
const LOOK = 3000;
export const CONTENT_KEY = 'content';

/** Names what a draft is and would say now. @throws LibraryError, TemplateError */
export async function versionOf(tools: CampaignTools, draft: Draft): Promise<string> {
  return settingsVersion(draft, await tools.memo.get(CONTENT_KEY, LOOK, () => tools.content.keep()));
}

/**
 * The draft that a step is about. Whoever comes too late is sent to the campaign's page; content that is broken right now
 * is said in the campaign's place.
 * @returns null when an answer has been sent
 */
export async function loadSetup(
  tools: CampaignTools,
  request: FastifyRequest,
  reply: FastifyReply,
  toldOf: (state: string) => 'not_now' | 'done_before' = () => 'not_now',
): Promise<Setup | null> {
  const { id } = request.params as { id: string };
  const draft = await getDraft(tools.db, id).catch(absent);
  if (!draft) {
    await missing(tools, request, reply);
    return null;
  }
  if (draft.state !== 'draft') {
    const told = request.method === 'GET' ? '' : `?told=${toldOf(draft.state)}`;
    await reply.redirect(`${rootOf(request.url)}campaigns/${encodeURIComponent(id)}${told}`, 303);
    return null;
  }
  try {
    const { library } = await tools.content.library();
    const version = await versionOf(tools, draft);
    const approval = approvalState(needsApproval(draft, library.settings), draft.approval, version);
    return { draft, library, version, approval };
  } catch (error) {
    const trouble =
      contentTrouble(error) ??
      (error instanceof Error && error.name === 'TemplateError' ? error.message : null);
    if (trouble === null) throw error;
    const data = { draft, trouble };
    await sendConsole(tools, request, reply, {
      name: 'campaign-trouble',
      place: 'campaigns',
      status: 503,
      data,
    });
    return null;
  }
}

/** Sends one step, with the way that leads to it and on. */
export async function sendStep(
  tools: CampaignTools,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { setup: Setup; step: SetupStep; status?: number; data?: object },
): Promise<FastifyReply> {
  const { setup, step, status = 200, data } = given;
  const { draft, library, approval } = setup;
  const steps = stepsOf(approval !== 'not_needed');
  const at = steps.indexOf(step);
  return sendConsole(tools, request, reply, {
    name: 'campaign-setup',
    place: 'campaigns',
    status,
    data: {
      draft,
      step,
      steps: steps.map((each, index) => ({
        step: each,
        number: index + 1,
        chosen: each === step,
        before: index < at,
      })),
      number: at + 1,
      of: steps.length,
      back: steps[at - 1] ?? null,
      next: steps[at + 1] ?? null,
      view: `setup-${step}`,
      approval,
      audience: audienceWords(draft.audience, library, consoleLanguage(request)).join(', '),
      ...data,
    },
  });
}

/** Who changed a campaign last, for whoever came second. */
export async function lastChange(tools: CampaignTools, id: string) {
  const [last] = await listActs(tools.db, { limit: 1, subject: id });
  return last ? { who: last.who, at: last.at } : {};
}
