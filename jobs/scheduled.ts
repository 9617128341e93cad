import { startDue } from '../src/campaign/schedule.ts';
import { plan } from './plan.ts';
import type { JobTools } from './tools.ts';

/**
 * Starts the scheduled campaigns whose time has come: moves them on to planning and queues their planning.
 * @returns how many were started
 */
export async function startScheduled(
  tools: Pick<JobTools, 'db' | 'queues' | 'now' | 'log' | 'alert'>,
): Promise<number> {
  const { started, late } = await startDue(tools.db, tools.now());
  for (const id of late) {
    void tools.alert({
      code: 'scheduled_missed',
      campaign: id,
      title: `Campaign ${id} has missed its time`,
      text: `No worker ran when it should have started. It is a draft again: run it now (spielbein campaign run ${id}), or schedule it anew.`,
    });
  }
  for (const id of started) {
    tools.log(`Campaign ${id} starts, as scheduled.`, { campaign: id });
    // Should this process die here, the reconciler finds a campaign in planning and queues it again.
    const { name, data, opts } = plan.entry({ campaignId: id }, { jobId: `plan.${id}` });
    await tools.queues.queue(plan.queue).add(name, data, opts);
  }
  return started.length;
}
