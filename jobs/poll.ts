import type { Job } from 'bullmq';
import { z } from 'zod';
import type { Alert } from '../src/observe/alert.ts';
import { defineJob } from '../src/queue/job.ts';
import { changes } from '../src/sync/counts.ts';
import { pollCrm } from '../src/sync/poll.ts';
import { massRemoval } from './mass-removal.ts';
import type { JobTools } from './tools.ts';

/** Asks the CRM every minute or so what has changed: without webhooks, that is what keeps the facts fresh. */
export const poll = defineJob({
  queue: 'poll',
  name: 'poll',
  payload: z.strictObject({}),
  // The next poll is the next try.
  options: { attempts: 1 },
});

/**
 * Keeps the schedule in the queue as the library's settings have it. Safe to call on every start.
 * @param tools.polls whether the CRM is one that changes: the demo company and CSV files are not asked
 */
export async function schedulePolls(
  tools: Pick<JobTools, 'queues' | 'content'> & { polls: boolean },
): Promise<void> {
  const queue = tools.queues.queue(poll.queue);
  if (!tools.polls) {
    await queue.removeJobScheduler('poll');
    return;
  }
  const { pollSeconds } = (await tools.content.library()).library.settings.hubspot;
  await queue.upsertJobScheduler(
    'poll',
    { every: pollSeconds * 1000 },
    { name: poll.name, data: {}, opts: poll.options },
  );
}

/** A poll that fails is not tried again at once: the next one comes soon. */
export async function runPollJob(
  tools: Pick<JobTools, 'db' | 'crm' | 'now' | 'log' | 'alert' | 'signal'>,
  job: Job,
): Promise<void> {
  poll.parse(job);
  const polled = await pollCrm(tools);
  if (polled.kind === 'skipped') return;
  if (polled.kind === 'read') {
    const alert = massRemoval(polled.result);
    if (alert) void tools.alert(alert);
    const changed = changes(polled.result.counts);
    if (polled.failedBefore) tools.log('The CRM can be read again.');
    tools.log(`Looked for changes in the CRM: ${changed} found.`, { level: 'debug', changed });
    return;
  }
  const { error, since, tell } = polled;
  const why = error instanceof Error ? error.message : String(error);
  tools.log(`The CRM could not be read: ${why}`, { level: 'warn' });
  if (tell !== null) void tools.alert(crmUnread(tell, why, since));
}

function crmUnread(tell: 'refused' | 'away', why: string, since: Date): Alert {
  const old = `What is known of customers is as old as ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
  return tell === 'refused'
    ? {
        code: 'crm_refused',
        title: 'The CRM can not be read until somebody changes something',
        text: `${why} ${old}`,
      }
    : { code: 'crm_away', title: 'The CRM can not be read for half an hour now', text: `${why} ${old}` };
}
