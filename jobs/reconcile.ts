import { sql } from 'kysely';
import { oneAtATime } from '../src/db/one-at-a-time.ts';
import { forgetHandled } from '../src/feedback/unread-reports.ts';
import { watchCampaigns } from '../src/feedback/watch.ts';
import { finishIfDone } from '../src/ledger/campaigns.ts';
import { resendInDoubt } from '../src/ledger/in-doubt.ts';
import { holdOrphans } from '../src/ledger/worker-lock.ts';
import { alignQueue } from './align-queue.ts';
import { deliver } from './deliver.ts';
import { plan } from './plan.ts';
import { startScheduled } from './scheduled.ts';
import type { JobTools } from './tools.ts';

type Tools = Pick<JobTools, 'db' | 'queues' | 'content' | 'now' | 'log' | 'alert'>;

/** How often the queue is gone through job by job, in milliseconds; in between only its size is looked at. */
const ALIGN_EVERY = 60_000;

/**
 * Sees that what the ledger says is what happens: on every start and every ten seconds. Sends whose worker died are
 * held as in doubt, those of campaigns that chose so are sent again, campaigns that are through are closed, and the
 * queue is made to agree with the ledger.
 */
export function createReconciler(tools: Tools): () => Promise<void> {
  let alignedAt = 0;
  return async () => {
    const orphans = await holdOrphans(tools.db, tools.now());
    if (orphans > 0) {
      void tools.alert({
        code: 'in_doubt',
        title: `${orphans} mails were under way when their worker died`,
        text: 'They are held as in doubt. `spielbein campaign in-doubt` lists them and says what to do.',
      });
    }
    const again = await resendInDoubt(tools.db, tools.now());
    if (again > 0) tools.log(`${again} mails in doubt are sent again, as their campaigns want it.`);

    await startScheduled(tools);
    const open = await tools.db
      .selectFrom('campaigns')
      .select(['id', 'state'])
      .where('state', 'in', ['planning', 'running'])
      .execute();
    for (const { id } of open.filter((c) => c.state === 'planning')) {
      const { name, data, opts } = plan.entry({ campaignId: id }, { jobId: `plan.${id}` });
      await tools.queues.queue(plan.queue).add(name, data, opts);
    }
    await watchCampaigns(tools);
    const running = open.filter((c) => c.state === 'running').map((c) => c.id);
    if (Date.now() - alignedAt > ALIGN_EVERY || (await jobsAreMissing(tools, running))) {
      alignedAt = Date.now();
      await forgetHandled(tools.db, tools.now());
      await oneAtATime(tools.db, 'align-queue', () => alignQueue(tools, running));
    }
    for (const id of running) await finishIfDone(tools.db, id, tools.now());
  };
}

/** Whether the queue has fewer jobs than the ledger has open chunks, or some that it was never told about. */
async function jobsAreMissing(tools: Tools, running: string[]): Promise<boolean> {
  if (running.length === 0) return false;
  const { rows } = await sql<{ chunks: number; untold: boolean }>`
    select count(distinct (campaign_id, chunk)) as chunks, coalesce(bool_or(state = 'planned'), false) as untold
    from sends where campaign_id = any(${running}) and state in ('planned', 'queued')`.execute(tools.db);
  const { chunks = 0, untold = false } = rows[0] ?? {};
  if (untold) return true;
  const counts = await tools.queues
    .queue(deliver.queue)
    .getJobCounts('waiting', 'active', 'delayed', 'prioritized');
  return Object.values(counts).reduce((sum, n) => sum + n, 0) < chunks;
}
