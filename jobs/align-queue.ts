import { openChunks } from '../src/ledger/open-sends.ts';
import type { JobQueue } from '../src/queue/queue.ts';
import { deliver, enqueueDelivery } from './deliver.ts';
import type { JobTools } from './tools.ts';

type Tools = Pick<JobTools, 'db' | 'queues' | 'now'>;

/** Jobs looked at in one go. */
const PAGE = 1000;
/** A job may be this much later than its chunk is due, in milliseconds. */
const SLACK = 5000;

/**
 * Makes the delivery queue agree with the ledger: what is due and not queued is queued; what is queued for later than
 * it is due is pulled forward; what is queued and not wanted (any more) is dropped. After it a queue that was flushed,
 * restored from an old snapshot, or away for an hour is as if nothing had happened.
 *
 * @param running ids of the campaigns that run
 */
export async function alignQueue(
  tools: Tools,
  running: string[],
): Promise<{ queued: number; dropped: number }> {
  const queue = tools.queues.queue<{ campaignId: string; chunk: number }>(deliver.queue);
  const due = new Map<string, number>();
  let queued = 0;
  for (const id of running) {
    for (const { chunk, dueAt } of await openChunks(tools.db, id)) due.set(`${id}.${chunk}`, dueAt.getTime());
    queued += await enqueueDelivery(tools, id);
  }
  return { queued, dropped: await mendWaiting(queue, due, tools.now().getTime()) };
}

/** @returns how many jobs were dropped */
async function mendWaiting(queue: JobQueue, due: Map<string, number>, now: number): Promise<number> {
  const waiting = [];
  for (let start = 0; ; start += PAGE) {
    const page = await queue.getJobs(['waiting', 'delayed'], start, start + PAGE - 1);
    waiting.push(...page);
    if (page.length < PAGE) break;
  }
  let dropped = 0;
  for (const job of waiting) {
    if (!job?.id) continue;
    const dueAt = due.get(job.id);
    // A worker may take it, or finish it, while we look: then there is nothing to mend.
    if (dueAt === undefined)
      dropped += await job
        .remove()
        .then(() => 1)
        .catch(() => 0);
    else if (job.delay > 0 && job.timestamp + job.delay > Math.max(dueAt, now) + SLACK) {
      await job.changeDelay(Math.max(0, dueAt - now)).catch(() => {});
    }
  }
  return dropped;
}
