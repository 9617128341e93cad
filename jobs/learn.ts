import type { Job } from 'bullmq';
import { z } from 'zod';
import { type LearnResult, learn } from '../src/learn/learn.ts';
import { standing } from '../src/learn/models.ts';
import { defineJob } from '../src/queue/job.ts';
import type { JobTools } from './tools.ts';

/** Learns from what was answered since the last time. It carries nothing: the facts are in the tables. */
export const learning = defineJob({
  queue: 'learn',
  name: 'learn',
  payload: z.strictObject({}),
  // The reconciler comes back as long as there is more to learn from.
  options: { attempts: 1 },
});

type Tools = Pick<JobTools, 'db' | 'content' | 'randomKey' | 'now' | 'log' | 'alert'>;

/** Two rounds of learning are so far apart at least, in milliseconds. */
const PAUSE = 60_000;

/** Queues the job when somebody has said or done something since the last time, e.g. after a batch of webhooks. */
export async function queueLearning(tools: Pick<JobTools, 'db' | 'queues' | 'now'>): Promise<void> {
  const { madeAt, more } = await standing(tools.db);
  if (madeAt === null || !more || tools.now().getTime() - madeAt.getTime() < PAUSE) return;
  const { name, data, opts } = learning.entry({}, { jobId: 'learn' });
  await tools.queues.queue(learning.queue).add(name, data, opts);
}

export async function runLearnJob(tools: Tools, job: Job): Promise<void> {
  learning.parse(job);
  await learnAndTell(tools, { breed: false });
}

/**
 * Learns, and tells people of what was stopped.
 * @param given.breed also what is done once a night (learn/learn.ts)
 */
export async function learnAndTell(tools: Tools, given: { breed: boolean }): Promise<LearnResult | null> {
  const { library, matchProduct } = await tools.content.library();
  if (!library.settings.learning.on) return null;
  const { db, randomKey, now, log } = tools;
  const result = await learn({ db, library, matchProduct, randomKey, now, log }, given);
  for (const { offerId, variantId, detail } of result?.stopped ?? []) {
    void tools.alert({
      code: 'variant_stopped',
      title: `An offer has been stopped: ${offerId} (${variantId})`,
      text: `${detail} It is not shown any more. \`spielbein learn report\` says more.`,
    });
  }
  return result;
}
