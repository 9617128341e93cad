import { finishIfDone } from '../src/ledger/campaigns.ts';
import { holdOrphans } from '../src/ledger/worker-lock.ts';
import { enqueueDelivery } from './deliver.ts';
import { plan } from './plan.ts';
import type { JobTools } from './tools.ts';

/**
 * Makes the queue agree with the ledger, which is the truth: on every start and every ten seconds. A queue
 * that was flushed, restored from an old snapshot or away for an hour is filled again; sends whose worker
 * died are held as in doubt; campaigns that are through are closed.
 */
export async function reconcile(
  tools: Pick<JobTools, 'db' | 'queues' | 'now' | 'log'>,
): Promise<{ orphans: number; chunks: number }> {
  const orphans = await holdOrphans(tools.db);
  if (orphans > 0) tools.log(`${orphans} mails were under way when their worker died: held as in doubt.`);
  const open = await tools.db
    .selectFrom('campaigns')
    .select(['id', 'state'])
    .where('state', 'in', ['planning', 'running'])
    .execute();
  let chunks = 0;
  for (const { id, state } of open) {
    if (state === 'planning') {
      const { name, data, opts } = plan.entry({ campaignId: id }, { jobId: `plan.${id}` });
      await tools.queues.queue(plan.queue).add(name, data, opts);
    } else {
      chunks += await enqueueDelivery(tools, id);
      await finishIfDone(tools.db, id, tools.now());
    }
  }
  return { orphans, chunks };
}
