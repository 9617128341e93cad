import type { Job } from 'bullmq';
import { z } from 'zod';
import type { Secret } from '../src/config.ts';
import { type BounceTools, handleBounce } from '../src/feedback/bounces/handle.ts';
import { readMailbox } from '../src/feedback/bounces/imap.ts';
import { defineJob } from '../src/queue/job.ts';
import type { JobTools } from './tools.ts';

/** Reads the bounce mailbox. */
export const bounces = defineJob({
  queue: 'bounces',
  name: 'bounces',
  payload: z.strictObject({}),
  // A mailbox that can't be read now is tried again by the next job, a minute later.
  options: { attempts: 1 },
});

/** Milliseconds between two looks into the mailbox. */
const EVERY = 60_000;

/** What reading the bounce mailbox needs; `mailbox` is null where none is configured. */
export interface BounceMailbox {
  mailbox: Secret | null;
  bounces: BounceTools;
}

/** Keeps the schedule in the queue; without a mailbox there is none. */
export async function scheduleBounces(
  tools: Pick<JobTools, 'queues'> & Pick<BounceMailbox, 'mailbox'>,
): Promise<void> {
  const queue = tools.queues.queue(bounces.queue);
  if (tools.mailbox === null) {
    await queue.removeJobScheduler('bounces');
    return;
  }
  await queue.upsertJobScheduler(
    'bounces',
    { every: EVERY },
    { name: bounces.name, data: {}, opts: bounces.options },
  );
}

/** @throws MailboxError when the mailbox can't be read; what was not handled comes again with the next job */
export async function runBouncesJob(
  tools: BounceMailbox & Pick<JobTools, 'log' | 'signal'>,
  job: Job,
): Promise<void> {
  bounces.parse(job);
  if (tools.mailbox === null) return;
  const counts = await readMailbox(
    tools.mailbox,
    (raw) => handleBounce(tools.bounces, raw, 'imap'),
    tools.signal,
  );
  if (counts.left > 0) {
    tools.log(
      `Bounce mailbox: ${counts.left} messages were left there, unread and flagged, because too many wait for a person. ` +
        'Work them off (`spielbein bounce list`), then take the flags away.',
      { level: 'error' },
    );
  }
  const read = counts.recorded + counts.known + counts.ignored + counts.kept;
  if (read === 0) return;
  tools.log(`Bounce mailbox: ${read} messages read, ${counts.kept} of them kept for a person.`, {
    level: counts.kept > 0 ? 'warn' : 'info',
    ...counts,
  });
}
