import type { Job } from 'bullmq';
import { z } from 'zod';
import type { PlanCounts } from '../src/campaign/accounts.ts';
import { ApprovalError, needsApproval, requireApproval } from '../src/campaign/approval.ts';
import { contentTrouble } from '../src/campaign/content.ts';
import { planCampaign } from '../src/campaign/plan.ts';
import { type Campaign, finishIfDone, getCampaign, moveCampaign } from '../src/ledger/campaigns.ts';
import { defineJob } from '../src/queue/job.ts';
import type { Content } from '../src/render/content.ts';
import { enqueueDelivery } from './deliver.ts';
import type { JobTools } from './tools.ts';

/** Plans a campaign (who is written to) and hands its chunks to delivery. */
export const plan = defineJob({
  queue: 'plan',
  name: 'plan',
  payload: z.strictObject({ campaignId: z.string().min(1) }),
});

type PlanTools = Pick<JobTools, 'db' | 'queues' | 'content' | 'randomKey' | 'learned' | 'now'> & {
  signal?: AbortSignal | undefined;
};

export async function runPlan(tools: PlanTools, job: Job): Promise<void> {
  await planAndEnqueue(tools, plan.parse(job).campaignId);
}

/**
 * Plans what is not planned yet and tells the queue; safe to call again in any state. A campaign that begins is
 * given the content of now for good; broken content begins nothing.
 * @returns the counts, or null when another process is planning it right now or it is past planning
 */
export async function planAndEnqueue(
  tools: PlanTools,
  campaignId: string,
  onProgress?: (counts: PlanCounts) => void,
): Promise<PlanCounts | null> {
  const campaign = await getCampaign(tools.db, campaignId);
  let counts: PlanCounts | null = null;
  if (campaign.state === 'draft' || campaign.state === 'planning') {
    counts = await planWithContent(tools, campaign, onProgress);
    if (counts === null) return null;
  }
  if ((await getCampaign(tools.db, campaignId)).state === 'running') {
    await enqueueDelivery(tools, campaignId);
    await finishIfDone(tools.db, campaignId, tools.now());
  }
  return counts;
}

async function planWithContent(
  tools: PlanTools,
  campaign: Campaign,
  onProgress?: (counts: PlanCounts) => void,
): Promise<PlanCounts | null> {
  try {
    const contentVersion = campaign.contentVersion ?? (await tools.content.keep());
    const content = await tools.content.version(contentVersion);
    if (campaign.contentVersion === null && !(await mayBegin(tools, campaign, content, contentVersion)))
      return null;
    return await planCampaign({ ...tools, content, contentVersion }, campaign, onProgress);
  } catch (error) {
    const attention = contentTrouble(error);
    if (attention !== null) {
      await tools.db
        .updateTable('campaigns')
        .set({ attention })
        .where('id', '=', campaign.id)
        .where('state', '=', campaign.state)
        .execute();
    }
    throw error;
  }
}

/**
 * Whether its second person, where one is asked for, has agreed to what it is now. One that was started or came due, and
 * has changed since, is a draft again and says why.
 * @throws ApprovalError for a draft
 */
async function mayBegin(
  { db, now }: PlanTools,
  campaign: Campaign,
  content: Content,
  contentVersion: string,
): Promise<boolean> {
  try {
    const needed = needsApproval(campaign, content.library.settings);
    await requireApproval(db, campaign.id, { needed, contentVersion });
    return true;
  } catch (error) {
    if (!(error instanceof ApprovalError) || campaign.state !== 'planning') throw error;
    await moveCampaign(db, campaign.id, 'draft', { now: now(), from: 'planning', attention: error.message });
    return false;
  }
}
