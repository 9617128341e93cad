import { setTimeout as sleep } from 'node:timers/promises';
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

export type LearnTools = Pick<JobTools, 'db' | 'content' | 'randomKey' | 'now' | 'log' | 'alert'>;

/** Two rounds of learning are so far apart at least, in milliseconds. */
const PAUSE = 60_000;

/** Queues the job when somebody has said or done something since the last time, e.g. after a batch of webhooks. */
export async function queueLearning(tools: Pick<JobTools, 'db' | 'queues' | 'now'>): Promise<void> {
  const { madeAt, more } = await standing(tools.db);
  // a clock that was ahead once must not stop learning until its time has come
  if (madeAt === null || !more || Math.abs(tools.now().getTime() - madeAt.getTime()) < PAUSE) return;
  const { name, data, opts } = learning.entry({}, { jobId: 'learn' });
  await tools.queues.queue(learning.queue).add(name, data, opts);
}

export async function runLearnJob(tools: LearnTools, job: Job): Promise<void> {
  learning.parse(job);
  try {
    await learnAndTell(tools, { night: false });
  } catch (error) {
    tellOfFailure(tools, error);
    throw error;
  }
}

/** How long the nightly round waits for another process that is learning, in milliseconds. */
const PATIENCE = 10 * 60_000;

/** The night's round of learning. It may fail: mails go by what was learned before, and somebody hears of it. */
export async function learnTonight(
  tools: LearnTools & { signal?: AbortSignal | undefined },
  patience = PATIENCE,
): Promise<void> {
  const { signal } = tools;
  try {
    const { learning: rules } = (await tools.content.library()).library.settings;
    if (!rules.on) return;
    for (const until = Date.now() + patience; ; ) {
      if ((await learnAndTell(tools, { night: true })) !== null) return;
      if (Date.now() >= until)
        throw new Error(`Another process has been learning for ${patience / 60_000} minutes.`);
      await sleep(Math.min(2000, patience), undefined, signal ? { signal } : {});
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    tellOfFailure(tools, error);
  }
}

function tellOfFailure({ alert }: Pick<LearnTools, 'alert'>, error: unknown): void {
  void alert({
    code: 'learn_failed',
    title: 'Learning has failed',
    text: `${error instanceof Error ? error.message : String(error)}\nMails go by what was learned before. When that is mended: spielbein learn now`,
  });
}

/**
 * Learns, and tells people what waits for them.
 * @param given.night also what is done once a night (src/learn/learn.ts)
 * @returns null when another process is at it, or learning is switched off
 */
export async function learnAndTell(
  tools: LearnTools,
  given: { night: boolean },
): Promise<LearnResult | null> {
  const { library, matchProduct } = await tools.content.library();
  if (!library.settings.learning.on) return null;
  const { db, randomKey, now, log } = tools;
  const result = await learn({ db, library, matchProduct, randomKey, now }, given);
  if (result === null) return null;
  if (result.stopped.length > 0) {
    const forms = result.stopped.map(({ offerId, variantId }) => `${offerId} (${variantId})`);
    const why = result.stopped.map(({ words }, i) => `${forms[i]}: ${words}`);
    void tools.alert({
      code: 'variant_stopped',
      title: `Not shown any more, because it did harm: ${forms.join(', ')}`,
      text: `${why.join(' ')} \`spielbein learn report\` says more.`,
    });
  }
  if (result.night) tellOfProposals(tools, result.night);
  log(`Learned: model ${result.modelId}.`, { event: 'learned', model: result.modelId });
  return result;
}

function tellOfProposals(
  { alert }: LearnTools,
  { proof, evolution }: NonNullable<LearnResult['night']>,
): void {
  const waiting = [
    ...proof.graduates.map(({ offerId, variantId }) => `${offerId} (${variantId}) has proven itself.`),
    ...(proof.tired === null ? [] : [`Hardly anybody answers ${proof.tired} any more.`]),
    ...evolution.proposed.map(({ offerId, productKey }) => `${offerId} for owners of ${productKey}?`),
  ];
  if (waiting.length === 0) return;
  void alert({
    code: 'proposals',
    title: 'Learning asks for a decision',
    text: `${waiting.join(' ')} \`spielbein learn report\` says why, \`spielbein learn decide\` answers.`,
  });
}
