import type { Job } from 'bullmq';
import { z } from 'zod';
import { ConfigError } from '../src/config.ts';
import { oneAtATime } from '../src/db/one-at-a-time.ts';
import { maskAddresses } from '../src/domain/mask.ts';
import { isAnythingUntold } from '../src/feedback/crm/outbox.ts';
import { type Telling, tellCrm } from '../src/feedback/crm/tell.ts';
import { nextTrouble, noteTrouble, notWanted, tellingTrouble } from '../src/feedback/crm/trouble.ts';
import { defineJob } from '../src/queue/job.ts';
import { SyncError } from '../src/sync/port.ts';
import type { JobTools } from './tools.ts';

/** Tells the CRM who unsubscribed here, so that its own mailer does not write to them either. */
export const tellOfUnsubscribes = defineJob({
  queue: 'tell-crm',
  name: 'tell-crm',
  payload: z.strictObject({}),
  // The suppressions say what is left to tell: the reconciler comes back in ten seconds.
  options: { attempts: 1 },
});

type Tools = Pick<JobTools, 'db' | 'queues' | 'crm' | 'now' | 'log' | 'alert' | 'signal'>;

/** Queues the job when something waits to be told and the CRM is not to be left alone for a while. */
export async function queueTelling({ db, queues, now }: Pick<Tools, 'db' | 'queues' | 'now'>): Promise<void> {
  if (!(await isAnythingUntold(db, now()))) return;
  const trouble = await tellingTrouble(db);
  if (trouble && Date.parse(trouble.again) > now().getTime()) return;
  const { name, data, opts } = tellOfUnsubscribes.entry({}, { jobId: 'tell-crm' });
  await queues.queue(tellOfUnsubscribes.queue).add(name, data, opts);
}

export async function runTellCrmJob(tools: Tools, job: Job): Promise<void> {
  tellOfUnsubscribes.parse(job);
  await oneAtATime(tools.db, 'tell-crm', () => tell(tools));
}

async function tell(tools: Tools): Promise<void> {
  const { db, now, signal, log, alert } = tools;
  const before = await tellingTrouble(db);
  try {
    const crm = await tools.crm();
    const desk = (await crm.consent?.(signal)) ?? null;
    if (desk === null) return await noteTrouble(db, notWanted(now()));
    try {
      report(tools, await tellCrm({ db, desk, source: crm.source, now, signal }));
    } finally {
      desk.close();
    }
    if (before === null) return;
    await noteTrouble(db, null);
    if (before.message) log('The CRM is told of unsubscribes again.');
  } catch (error) {
    // there is no CRM, which whoever needs one says
    if (error instanceof ConfigError) return await noteTrouble(db, notWanted(now()));
    if (!(error instanceof SyncError) || signal.aborted) throw error;
    const message = maskAddresses(error.message);
    const trouble = nextTrouble(before, { code: error.code, message, retryable: error.retryable }, now());
    await noteTrouble(db, trouble);
    if (before?.code !== trouble.code) {
      log(`The CRM can't be told of unsubscribes: ${message}`, { level: 'warn', code: trouble.code });
    }
    if (trouble.alerted && !(before?.code === trouble.code && before.alerted)) {
      void alert({
        code: 'unsubscribes_not_told',
        title: 'The CRM is not told who unsubscribed here',
        text: `${message} Nobody who unsubscribed is written to from here; the CRM's own mailer does not know of it. It is tried again by itself.`,
      });
    }
  }
}

function report(
  { log, alert }: Pick<Tools, 'log' | 'alert'>,
  { objections, refusal, takenBack, notTakenBack }: Telling,
): void {
  const { told, known, no_address: unknown, refused } = objections;
  if (told + known + unknown + refused + takenBack > 0) {
    log(
      `The CRM was told of ${told} unsubscribes and ${takenBack} taken back; ${known} it knew, ` +
        `of ${unknown} it has no such address, ${refused} it refused.`,
      { event: 'crm_told', ...objections, takenBack },
    );
  }
  if (refusal !== null) {
    void alert({
      code: 'unsubscribes_not_told',
      title: 'The CRM refuses some unsubscribes',
      text: `It says: ${maskAddresses(refusal)} They are told again, at last once a day. Nobody who unsubscribed is written to from here.`,
    });
  }
  for (const { customers, message } of notTakenBack) {
    log(
      `Customer ${customers.join(', ') || '(unknown by now)'} took back an unsubscribe, but not all of it could be restored ` +
        `in the CRM: ${maskAddresses(message).replace(/\.$/, '')}. Whoever is still unsubscribed there is not written to. ` +
        'Subscribe them there by hand if they ask.',
      { level: 'warn', event: 'crm_not_taken_back' },
    );
  }
}
