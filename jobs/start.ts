import { needsApproval, requireApproval } from '../src/campaign/approval.ts';
import { getDraft } from '../src/campaign/draft.ts';
import { type StepResult, stepCampaign } from '../src/campaign/start.ts';
import type { Person } from '../src/domain/person.ts';
import { plan } from './plan.ts';
import type { JobTools } from './tools.ts';

/**
 * Starts a campaign for a person or a program: at once, or at the time that it was set to. Of several who do so at the same
 * time exactly one starts it; the others are told who was quicker.
 *
 * @param given.revision what of the draft whoever starts it has looked at; left out, as it is now
 * @throws CampaignError when there is none, or its time has passed
 * @throws ApprovalError when a second person has yet to agree
 * @throws LibraryError, TemplateError when the content is broken right now; nothing was changed
 */
export async function startCampaign(
  tools: Pick<JobTools, 'db' | 'queues' | 'content' | 'now'>,
  id: string,
  given: { person: Person; revision?: number },
): Promise<StepResult> {
  const { db, content, queues, now } = tools;
  const draft = await getDraft(db, id);
  if (draft.state === 'draft') {
    const contentVersion = await content.keep();
    const { settings } = (await content.version(contentVersion)).library;
    await requireApproval(db, id, { needed: needsApproval(draft, settings), contentVersion });
  }
  const step = draft.startsAt === null ? 'start' : 'schedule';
  // What was agreed to is what starts: a change since then is `changed`.
  const result = await stepCampaign(db, id, step, { revision: draft.revision, ...given, now: now() });
  if (result.kind === 'done' && step === 'start') {
    // Should this process die here, the reconciler finds a campaign in planning and queues it again.
    const { name, data, opts } = plan.entry({ campaignId: id }, { jobId: `plan.${id}` });
    await queues.queue(plan.queue).add(name, data, opts);
  }
  return result;
}
