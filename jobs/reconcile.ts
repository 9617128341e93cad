import { sql } from 'kysely';
import { oneAtATime } from '../src/db/one-at-a-time.ts';
import type { CampaignState } from '../src/domain/send.ts';
import { forgetEntries } from '../src/feedback/crm/entries/outbox.ts';
import { forgetBefore } from '../src/feedback/crm/outbox.ts';
import { forgetHandled } from '../src/feedback/unread-reports.ts';
import { forgetAgents } from '../src/feedback/visits/forget.ts';
import { watchCampaigns } from '../src/feedback/watch.ts';
import { finishIfDone, reopenUnfinished, skipCancelled } from '../src/ledger/campaigns.ts';
import { resendInDoubt } from '../src/ledger/in-doubt.ts';
import { holdOrphans } from '../src/ledger/worker-lock.ts';
import { forgetEvents } from '../src/sync/inbox.ts';
import { alignQueue } from './align-queue.ts';
import { keepEventsMoving } from './crm-events.ts';
import { deliver } from './deliver.ts';
import { queueLearning } from './learn.ts';
import { plan } from './plan.ts';
import { startScheduled } from './scheduled.ts';
import { queueTelling } from './tell-crm.ts';
import type { JobTools } from './tools.ts';
import { queueWriting } from './write-crm.ts';

type Tools = Pick<JobTools, 'db' | 'queues' | 'content' | 'now' | 'log' | 'alert'>;

/**
 * Sees that the ledger is in order, on every start and every ten seconds: sends whose worker died are held as in doubt,
 * those of campaigns that chose so are sent again, campaigns of which too much comes back are paused, and those that are
 * through, or not after all, are closed or opened again. Needs no queue.
 */
export async function tendLedger(tools: Tools): Promise<void> {
  const { db, now } = tools;
  await holdOrphans(db);
  await tellOfDoubts(tools);
  const again = await resendInDoubt(db, now());
  if (again > 0) tools.log(`${again} mails in doubt are sent again, as their campaigns want it.`);
  await watchCampaigns(tools);
  await reopenUnfinished(db);
  const { rows } = await sql<{ id: string; state: CampaignState }>`
    select id, state from campaigns c where state = 'running' or (state = 'cancelled' and exists (
      select from sends s where s.campaign_id = c.id and s.state in ('planned', 'queued')))`.execute(db);
  for (const { id, state } of rows) {
    if (state === 'running') await finishIfDone(db, id, now());
    else await skipCancelled(db, id, now());
  }
}

/** How far back mails that have come in doubt are told of: as long as it takes until the next look, in seconds. */
const JUST_NOW = 11;

/** Tells people of mails that have just come in doubt. */
async function tellOfDoubts({ db, alert }: Tools): Promise<void> {
  const { rows } = await sql<{ campaign: string; count: number }>`
    select campaign_id as campaign, count(*) as count from sends
    where state = 'in_doubt' and held_at > clock_timestamp() - ${JUST_NOW}::int * interval '1 second'
    group by campaign_id`.execute(db);
  for (const { campaign, count } of rows) {
    void alert({
      code: 'in_doubt',
      campaign,
      title: `Mails in doubt in campaign ${campaign}: ${count}`,
      text: `Nobody knows whether the mail server has them. \`spielbein campaign in-doubt ${campaign}\` lists them and says what to do.`,
    });
  }
}

/** How often the queue is gone through job by job, in milliseconds; in between only its size is looked at. */
const ALIGN_EVERY = 60_000;

/**
 * Sees that the queue does what the ledger says, on every start and every ten seconds: campaigns whose time has come are
 * started, planning that was interrupted goes on, events of the CRM that wait are worked off, and the queue is made to
 * agree with the ledger (`align-queue.ts`).
 */
export function createQueueKeeper(tools: Tools): () => Promise<void> {
  let alignedAt = 0;
  return async () => {
    await startScheduled(tools);
    await keepEventsMoving(tools);
    await queueTelling(tools);
    await queueWriting(tools);
    await queueLearning(tools);
    const open = await tools.db
      .selectFrom('campaigns')
      .select(['id', 'state'])
      .where('state', 'in', ['planning', 'running'])
      .execute();
    for (const { id } of open.filter((c) => c.state === 'planning')) {
      const { name, data, opts } = plan.entry({ campaignId: id }, { jobId: `plan.${id}` });
      await tools.queues.queue(plan.queue).add(name, data, opts);
    }
    const running = open.filter((c) => c.state === 'running').map((c) => c.id);
    // One process at a time: all would find the same.
    await oneAtATime(tools.db, 'align-queue', async () => {
      if (Date.now() - alignedAt <= ALIGN_EVERY && !(await jobsAreMissing(tools, running))) return;
      await alignQueue(tools, running);
      alignedAt = Date.now();
      await forgetHandled(tools.db, tools.now());
      await forgetEvents(tools.db, tools.now());
      await forgetBefore(tools.db, tools.now());
      await forgetAgents(tools.db, tools.now());
      await forgetEntries(tools.db, tools.now());
    });
  };
}

/** Whether the queue has fewer jobs than the ledger has open chunks, or some that it was never told about. */
async function jobsAreMissing(tools: Tools, running: string[]): Promise<boolean> {
  if (running.length === 0) return false;
  const { rows } = await sql<{ chunks: number; untold: boolean }>`
    select count(*) as chunks, coalesce(bool_or(untold), false) as untold from (
      select bool_or(state = 'planned') as untold from sends
      where campaign_id = any(${running}) and state in ('planned', 'queued') group by campaign_id, chunk
    ) chunks`.execute(tools.db);
  const { chunks = 0, untold = false } = rows[0] ?? {};
  if (untold) return true;
  const counts = await tools.queues
    .queue(deliver.queue)
    .getJobCounts('waiting', 'active', 'delayed', 'prioritized');
  return Object.values(counts).reduce((sum, n) => sum + n, 0) < chunks;
}
