import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { z } from 'zod';
import type { PlanCounts } from '../src/campaign/accounts.ts';
import { dayOf } from '../src/compose/day.ts';
import { type Campaign, createCampaign, getCampaign } from '../src/ledger/campaigns.ts';
import type { Alert } from '../src/observe/alert.ts';
import { defineJob } from '../src/queue/job.ts';
import { SyncError } from '../src/sync/port.ts';
import { runSync, type SyncOptions, type SyncResult } from '../src/sync/sync.ts';
import { isLastTry } from './last-try.ts';
import { learnTonight } from './learn.ts';
import { massRemoval } from './mass-removal.ts';
import { planAndEnqueue } from './plan.ts';
import type { JobTools } from './tools.ts';

/** The nightly round: sync, learn, plan for everyone who has something new to hear, deliver. */
export const nightly = defineJob({
  queue: 'nightly',
  name: 'nightly',
  payload: z.strictObject({}),
  // A CRM that is away for an hour in the night is no reason to wait until tomorrow.
  options: { attempts: 8, backoff: { type: 'exponential', delay: 60_000 } },
});

/** Keeps the schedule in the queue as the library's settings have it. Safe to call on every start. */
export async function scheduleNightly(tools: Pick<JobTools, 'queues' | 'content'>): Promise<void> {
  const { cron, timeZone } = (await tools.content.library()).library.settings.nightly;
  await tools.queues
    .queue(nightly.queue)
    .upsertJobScheduler(
      'nightly',
      { pattern: cron, tz: timeZone },
      { name: nightly.name, data: {}, opts: nightly.options },
    );
}

export async function runNightlyJob(tools: JobTools, job: Job): Promise<void> {
  nightly.parse(job);
  const { campaign, counts } = await nightlyRound(tools).catch((error: unknown) => {
    if (isLastTry(job, error)) void tools.alert(nightlyFailed(error));
    throw error;
  });
  tools.log(
    counts
      ? `Nightly round ${campaign.id}: ${counts.planned} of ${counts.candidates} customers have something new to hear.`
      : `Nightly round ${campaign.id}: in hand already (${campaign.state}).`,
  );
}

function nightlyFailed(error: unknown): Alert {
  const why = error instanceof Error ? error.message : String(error);
  return {
    code: 'nightly_failed',
    title: 'The nightly round failed, and is not tried again tonight',
    text: `${why}\nWhen that is mended: spielbein nightly`,
  };
}

export type NightlyTools = Pick<
  JobTools,
  'db' | 'queues' | 'content' | 'crm' | 'randomKey' | 'learned' | 'now' | 'log' | 'alert'
> & {
  signal?: AbortSignal | undefined;
};

export interface NightlyProgress {
  sync?: NonNullable<Parameters<typeof runSync>[0]['onProgress']>;
  plan?: (counts: PlanCounts) => void;
}

/**
 * One night's round. The campaign's id is the night's date, so a second round of the same night, at once or
 * later, finds the first one's campaign and sends nothing twice. Without a fresh sync nothing is sent: an
 * objection may be waiting in the CRM.
 */
export async function nightlyRound(
  tools: NightlyTools,
  onProgress: NightlyProgress = {},
): Promise<{ campaign: Campaign; created: boolean; counts: PlanCounts | null; synced: SyncResult }> {
  const { db, now } = tools;
  const synced = await syncWhenFree(tools, {
    mode: 'incremental',
    ...(onProgress.sync ? { onProgress: onProgress.sync } : {}),
  });
  // All of it, so that a broken template ends the night before there is a campaign.
  const { library } = await tools.content.current();
  await comparePortion(tools, library.settings.hubspot.comparisonNights);
  await learnTonight(tools);
  const night = dayOf(now(), library.settings.nightly.timeZone);
  const id = `nightly-${night}`;
  const { created } = await createCampaign(db, {
    id,
    name: `Nightly round ${night}`,
    kind: 'nightly',
    inDoubtPolicy: library.settings.delivery.inDoubt,
    now: now(),
  });
  const counts = await planAndEnqueue(tools, id, onProgress.plan);
  return { campaign: await getCampaign(db, id), created, counts, synced };
}

/**
 * Compares a portion of the CRM with the database, so that everything has been looked at again after `nights` nights:
 * some changes show nowhere, such as an association that was made without touching its records. It may fail: what
 * was asked for by its changes is known, and the night goes on.
 */
async function comparePortion(tools: NightlyTools, nights: number): Promise<void> {
  const crm = await tools.crm();
  if (nights === 0 || !crm.modes.includes('comparison')) return;
  try {
    const { portion } = await syncWhenFree(tools, { mode: 'comparison', portion: 1 / nights });
    if (!portion) return;
    const percent = Math.round((portion.to - portion.from) * 100);
    tools.log(
      `Compared ${percent} % of the CRM with what is known: ${portion.slipped} records had slipped through.`,
      { event: 'comparison', ...portion },
    );
  } catch (error) {
    if (!(error instanceof SyncError) || tools.signal?.aborted) throw error;
    tools.log(`The comparison with the CRM goes on another night: ${error.message}`, { level: 'warn' });
  }
}

/** Syncs; when another process is syncing, waits for it first, because what it began with may be old by now. */
async function syncWhenFree(
  tools: NightlyTools,
  options: Pick<SyncOptions, 'mode' | 'portion' | 'onProgress'>,
): Promise<SyncResult> {
  for (;;) {
    try {
      const result = await runSync({
        db: tools.db,
        crm: await tools.crm(),
        now: tools.now,
        ...options,
        ...(tools.signal ? { signal: tools.signal } : {}),
      });
      const alert = massRemoval(result);
      if (alert) void tools.alert(alert);
      return result;
    } catch (error) {
      if (!(error instanceof SyncError) || error.code !== 'sync_running') throw error;
      await sleep(2000, undefined, tools.signal ? { signal: tools.signal } : {});
    }
  }
}
