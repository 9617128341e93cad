import { DelayedError, type Job } from 'bullmq';
import { z } from 'zod';
import { campaignContent, contentTrouble } from '../src/campaign/content.ts';
import { scheduleOf } from '../src/campaign/timing/schedule.ts';
import { type ChunkEnd, deliverChunk } from '../src/deliver/deliver-chunk.ts';
import { type RefusedMail, recordRefusal } from '../src/feedback/refused.ts';
import { CampaignError, finishIfDone, getCampaign, moveCampaign } from '../src/ledger/campaigns.ts';
import { markQueued, nextDue, openChunks } from '../src/ledger/open-sends.ts';
import { defineJob } from '../src/queue/job.ts';
import type { JobTools } from './tools.ts';

/** Delivers one chunk of a campaign. The job carries ids; the ledger says what there is to do. */
export const deliver = defineJob({
  queue: 'deliver',
  name: 'deliver',
  payload: z.strictObject({
    campaignId: z.string().min(1),
    chunk: z.int().min(0),
    /** Put off on purpose (rate, warm-up, mail server away), in milliseconds since 1970: not to be called earlier. */
    heldUntil: z.int().optional(),
  }),
});
export type DeliverPayload = z.infer<typeof deliver.payload>;

const UNREACHABLE_PAUSE = 30_000;

/**
 * Tells the queue about every chunk of a campaign that has work. The job's id is made from campaign and
 * chunk, so telling it twice does no harm, and telling it again after the queue lost everything mends it.
 */
export async function enqueueDelivery(
  tools: Pick<JobTools, 'db' | 'queues' | 'now'>,
  campaignId: string,
): Promise<void> {
  await enqueueChunks(tools, campaignId, await openChunks(tools.db, campaignId));
}

/** Tells the queue about these chunks, each to be worked off when its first send is due. */
export async function enqueueChunks(
  tools: Pick<JobTools, 'db' | 'queues' | 'now'>,
  campaignId: string,
  open: { chunk: number; dueAt: Date }[],
): Promise<void> {
  const now = tools.now().getTime();
  const jobs = open.map(({ chunk, dueAt }) =>
    deliver.entry(
      { campaignId, chunk },
      { jobId: `${campaignId}.${chunk}`, delay: Math.max(0, dueAt.getTime() - now) },
    ),
  );
  if (jobs.length > 0) await tools.queues.queue(deliver.queue).addBulk(jobs);
  const chunks = open.map((o) => o.chunk);
  await markQueued(tools.db, campaignId, chunks);
}

/** Works off one job; comes back by itself when sends of the chunk are due later. */
export async function runDeliver(tools: JobTools, job: Job, token?: string): Promise<void> {
  const { campaignId, chunk } = deliver.parse(job);
  const end = await withAttention(tools, campaignId, async () => {
    const content = await campaignContent(tools.content, await getCampaign(tools.db, campaignId));
    const { sendTime } = await scheduleOf(content.library.settings);
    const { softBounces } = content.library.settings.delivery;
    const onRefused = (refused: RefusedMail) =>
      recordRefusal(tools.db, refused, { softBounces, now: tools.now() });
    return deliverChunk({ ...tools, content, sendTime, onRefused }, { campaignId, chunk });
  });
  if (end.kind === 'server_unreachable' && end.needsPerson) {
    await pause(tools, campaignId, end.response);
    return;
  }
  if (end.kind === 'stopped' && !tools.signal.aborted) return;
  const due = await nextDue(tools.db, campaignId, chunk);
  if (due === null) {
    if (await finishIfDone(tools.db, campaignId, tools.now()))
      tools.log(`Campaign ${campaignId} is finished.`);
    return;
  }
  const heldUntil = heldUntilOf(end);
  await job.updateData({ campaignId, chunk, ...(heldUntil === null ? {} : { heldUntil }) });
  await job.moveToDelayed(Math.max(due.getTime(), heldUntil ?? Date.now() + 1000), token);
  throw new DelayedError();
}

/** Until when a chunk that ended like this is put off on purpose, in milliseconds since 1970; null when it is not. */
function heldUntilOf(end: ChunkEnd): number | null {
  if (end.kind === 'held') return end.until.getTime();
  return end.kind === 'server_unreachable' ? Date.now() + UNREACHABLE_PAUSE : null;
}

/** What a campaign waits for that does not need a person, in plain words; null when it just goes on. */
function waitingFor(end: ChunkEnd): string | null {
  if (end.kind === 'server_unreachable' && !end.needsPerson) {
    return `The mail server can’t be reached; sending goes on by itself as soon as it can. It said: ${end.response}`;
  }
  if (end.kind === 'held' && end.warmUp) {
    return 'Today’s step of the warm-up is used up; sending goes on by itself tomorrow (delivery.warmUp).';
  }
  return null;
}

/** Shows at the campaign what keeps it from going on, for as long as it does. */
async function withAttention(
  tools: JobTools,
  campaignId: string,
  work: () => Promise<ChunkEnd>,
): Promise<ChunkEnd> {
  const say = (attention: string | null) =>
    tools.db
      .updateTable('campaigns')
      .set({ attention })
      .where('id', '=', campaignId)
      .where('state', '=', 'running')
      .where('attention', 'is distinct from', attention)
      .execute();
  try {
    const end = await work();
    await say(waitingFor(end));
    return end;
  } catch (error) {
    const trouble = contentTrouble(error);
    if (trouble !== null) await say(`${trouble}\nMend it, then: spielbein campaign refresh ${campaignId}`);
    throw error;
  }
}

async function pause(tools: JobTools, campaignId: string, response: string): Promise<void> {
  const attention = `The mail server refuses us: ${response} Check SMTP_URL, then resume the campaign.`;
  try {
    await moveCampaign(tools.db, campaignId, 'paused', { now: tools.now(), attention });
    void tools.alert({
      code: 'paused',
      campaign: campaignId,
      title: `Campaign ${campaignId} has paused itself`,
      text: attention,
    });
  } catch (error) {
    // Another worker paused it already, or somebody cancelled it.
    if (!(error instanceof CampaignError)) throw error;
  }
}
