import type { Job } from 'bullmq';
import { z } from 'zod';
import type { Log } from '../src/observe/log.ts';
import { defineJob } from '../src/queue/job.ts';
import type { Queues } from '../src/queue/queue.ts';
import { eventsAreDue } from '../src/sync/inbox.ts';
import { refreshRecords } from '../src/sync/refresh.ts';
import { workOffEvents } from '../src/sync/work-off.ts';
import { followDeletion, forgottenCustomers } from './privacy-deletion.ts';
import type { JobTools } from './tools.ts';

/** Reads again what the CRM's webhooks have named. It carries nothing: what waits is in the inbox. */
export const crmEvents = defineJob({
  queue: 'crm-events',
  name: 'crm-events',
  payload: z.strictObject({}),
  // Events know by themselves when they are due again, and the reconciler looks for them.
  options: { attempts: 1 },
});

/**
 * Tells the workers that events wait; never throws, and need not be waited for: when the queue is away, the reconciler
 * finds the events. While one job is on its way to the queue, others wait for it and become one.
 */
export function announceEvents(queues: Queues, log: Log): () => void {
  let underWay = false;
  let more = false;
  const announce = () => {
    if (underWay) {
      more = true;
      return;
    }
    underWay = true;
    const { name, data, opts } = crmEvents.entry({});
    queues
      .queue(crmEvents.queue)
      .add(name, data, opts)
      .catch((error: Error) => log(`Events of the CRM wait: ${error.message}`, { level: 'warn' }))
      .finally(() => {
        underWay = false;
        if (!more) return;
        more = false;
        announce();
      });
  };
  return announce;
}

/** Queues a job when events wait that nobody was told of, or whose time has come again. */
export async function keepEventsMoving(tools: Pick<JobTools, 'db' | 'queues' | 'now'>): Promise<void> {
  if (!(await eventsAreDue(tools.db, tools.now()))) return;
  const { name, data, opts } = crmEvents.entry({}, { jobId: 'waiting-events' });
  await tools.queues.queue(crmEvents.queue).add(name, data, opts);
}

type EventTools = Pick<JobTools, 'db' | 'crm' | 'now' | 'log' | 'signal'>;

/** @throws SyncError when the CRM can't be read; the events wait */
export async function runCrmEvents(tools: EventTools, job: Job): Promise<void> {
  crmEvents.parse(job);
  const { db, now, log, signal } = tools;
  const done = await workOffEvents({
    db,
    now,
    signal,
    refresh: async (references, events) => {
      const crm = await tools.crm();
      await refreshRecords({ db, crm, references, now, signal });
      return await forgottenCustomers(tools, crm, events);
    },
    crmAnswers: () => crmAnswers(tools),
    afterwards: (event, forgotten) => followDeletion(tools, event, forgotten),
    givenUp: (event, error) =>
      log(
        `Event ${event.id} of the CRM (${event.kind}) is given up: ${error instanceof Error ? error.message : error}`,
        { level: 'error', event: event.id },
      ),
  });
  if (done > 0) log(`${done} events of the CRM worked off.`, { level: 'debug', events: done });
}

async function crmAnswers({ crm, signal }: EventTools): Promise<boolean> {
  try {
    await (await crm()).check?.(signal);
    return true;
  } catch {
    return false;
  }
}
