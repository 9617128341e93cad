import type { Job } from 'bullmq';
import { openChunks } from '../src/ledger/open-sends.ts';
import type { JobQueue } from '../src/queue/queue.ts';
import { type DeliverPayload, deliver, enqueueChunks } from './deliver.ts';
import type { JobTools } from './tools.ts';

type Tools = Pick<JobTools, 'db' | 'queues' | 'now'>;

/** Jobs looked at in one go. */
const PAGE = 1000;
/** A job may wait this much longer than its chunk is due, in milliseconds. */
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
  const queue = tools.queues.queue<DeliverPayload>(deliver.queue);
  const due = new Map<string, number>();
  for (const id of running) {
    const open = await openChunks(tools.db, id);
    for (const { chunk, dueAt } of open) due.set(`${id}.${chunk}`, dueAt.getTime());
    await enqueueChunks(tools, id, open);
  }
  return { queued: due.size, dropped: await mendWaiting(queue, due, tools.now().getTime()) };
}

/** @returns how many jobs were dropped */
async function mendWaiting(
  queue: JobQueue<DeliverPayload>,
  due: Map<string, number>,
  now: number,
): Promise<number> {
  let dropped = 0;
  for (const state of ['waiting', 'delayed'] as const) {
    for (const job of await allJobs(queue, state)) {
      const dueAt = due.get(job.id ?? '');
      // A worker may take it, or finish it, while we look: then there is nothing to mend.
      if (dueAt === undefined) {
        const gone = job.remove().then(
          () => 1,
          () => 0,
        );
        dropped += await gone;
      } else if (state === 'delayed' && Math.max(dueAt, job.data.heldUntil ?? 0) < now - SLACK) {
        await job.promote().catch(() => {});
      }
    }
  }
  return dropped;
}

async function allJobs(
  queue: JobQueue<DeliverPayload>,
  state: 'waiting' | 'delayed',
): Promise<Job<DeliverPayload>[]> {
  const jobs: Job<DeliverPayload>[] = [];
  for (let start = 0; ; start += PAGE) {
    const page = await queue.getJobs([state], start, start + PAGE - 1);
    // One that vanished while the list was read has no job.
    jobs.push(...page.filter((job) => job?.id !== undefined));
    if (page.length < PAGE) return jobs;
  }
}
