import type { Job } from 'bullmq';
import { z } from 'zod';
import { defineJob } from '../src/queue/job.ts';
import { runSync } from '../src/sync/sync.ts';
import type { JobTools } from './tools.ts';

/** Pulls from the CRM. One run at a time in the whole installation; `runSync` sees to that. */
export const sync = defineJob({
  queue: 'sync',
  name: 'sync',
  payload: z.strictObject({ mode: z.enum(['full', 'incremental']) }),
});

export async function runSyncJob(tools: JobTools, job: Job): Promise<void> {
  const { mode } = sync.parse(job);
  await runSync({ db: tools.db, crm: await tools.crm(), mode, now: tools.now, signal: tools.signal });
}
