import type { Job } from 'bullmq';
import { z } from 'zod';
import { ConfigError } from '../src/config.ts';
import { oneAtATime } from '../src/db/one-at-a-time.ts';
import { maskAddresses } from '../src/domain/mask.ts';
import { dueKinds, settleUnwanted } from '../src/feedback/crm/entries/outbox.ts';
import { WRITING } from '../src/feedback/crm/entries/standing.ts';
import { type WriteCounts, type WriteTools, writeEntries } from '../src/feedback/crm/entries/write.ts';
import {
  nextTrouble,
  noteTrouble,
  notWanted,
  type TellingTrouble,
  type TroubleKey,
  tellingTrouble,
} from '../src/feedback/crm/trouble.ts';
import { defineJob } from '../src/queue/job.ts';
import { SyncError, WRITE_KINDS, type WriteKind } from '../src/sync/port.ts';
import type { JobTools } from './tools.ts';

/** Writes what customers say into the CRM: notes, tasks, contacts' own fields (docs/write-back.md). */
export const writeToCrm = defineJob({
  queue: 'write-crm',
  name: 'write-crm',
  payload: z.strictObject({}),
  // The entries say what is left to write: the reconciler comes back in ten seconds.
  options: { attempts: 1 },
});

type Tools = Pick<
  JobTools,
  'db' | 'queues' | 'crm' | 'content' | 'randomKey' | 'publicUrl' | 'now' | 'log' | 'alert' | 'signal'
>;

/** Queues the job when something is due and the CRM is not to be left alone for a while. */
export async function queueWriting({ db, queues, now }: Pick<Tools, 'db' | 'queues' | 'now'>): Promise<void> {
  if ((await openKinds(db, now())).length === 0) return;
  const { name, data, opts } = writeToCrm.entry({}, { jobId: 'write-crm' });
  await queues.queue(writeToCrm.queue).add(name, data, opts);
}

export async function runWriteCrmJob(tools: Tools, job: Job): Promise<void> {
  writeToCrm.parse(job);
  await oneAtATime(tools.db, 'write-crm', () => write(tools));
}

/** Of which kinds something is due and may be tried. */
async function openKinds(db: Tools['db'], now: Date): Promise<WriteKind[]> {
  const due = await dueKinds(db, now);
  if (due.length === 0 || isResting(await tellingTrouble(db, WRITING), now)) return [];
  const resting = await Promise.all(
    due.map(async (kind) => isResting(await tellingTrouble(db, keyOf(kind)), now)),
  );
  return WRITE_KINDS.filter((kind) => due.some((each, n) => each === kind && !resting[n]));
}

const keyOf = (kind: WriteKind): TroubleKey => `crm_writing_${kind}`;

const isResting = (trouble: TellingTrouble | null, now: Date): boolean =>
  trouble !== null && Date.parse(trouble.again) > now.getTime();

async function write(tools: Tools): Promise<void> {
  const { db, now, signal } = tools;
  const kinds = await openKinds(db, now());
  if (kinds.length === 0) return;
  const before = await tellingTrouble(db, WRITING);
  try {
    const { library, matchProduct } = await tools.content.library();
    const crm = await tools.crm();
    const desk = (await crm.writing?.(library.settings.report.language, signal)) ?? null;
    try {
      const unwanted = kinds.filter((kind) => !desk?.wants[kind]);
      if (unwanted.length > 0) await settleUnwanted(db, unwanted, now());
      if (desk !== null) {
        const wanted = kinds.filter((kind) => desk.wants[kind]);
        const { randomKey: key, publicUrl } = tools;
        const given = {
          db,
          desk,
          library,
          matchProduct,
          key,
          publicUrl,
          now,
          signal,
          probing: before !== null,
        };
        for (const kind of wanted) await writeKind(tools, kind, given);
      }
    } finally {
      desk?.close();
    }
    await mended(tools, WRITING, before);
  } catch (error) {
    // there is no CRM, which whoever needs one says
    if (error instanceof ConfigError) return await noteTrouble(db, notWanted(now()), WRITING);
    await troubled(tools, WRITING, before, error);
  }
}

/** What a token may not do of one kind keeps the others from nothing. @throws what concerns them all */
async function writeKind(tools: Tools, kind: WriteKind, given: Omit<WriteTools, 'givenUp'>): Promise<void> {
  const key = keyOf(kind);
  const before = await tellingTrouble(tools.db, key);
  try {
    const probing = given.probing || before !== null;
    const givenUp = (entries: number) => tellGivenUp(tools, kind, entries);
    report(tools, kind, await writeEntries(kind, { ...given, probing, givenUp }));
    await mended(tools, key, before);
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'crm_scope_missing') throw error;
    await troubled(tools, key, before, error);
  }
}

async function mended({ db, log }: Tools, key: TroubleKey, before: TellingTrouble | null): Promise<void> {
  if (before === null) return;
  await noteTrouble(db, null, key);
  if (before.message) log('What customers say is written to the CRM again.');
}

/** @throws what is no trouble of the CRM */
async function troubled(
  { db, now, log, alert, signal }: Tools,
  key: TroubleKey,
  before: TellingTrouble | null,
  error: unknown,
): Promise<void> {
  if (!(error instanceof SyncError) || signal.aborted) throw error;
  const message = maskAddresses(error.message);
  const trouble = nextTrouble(before, { code: error.code, message, retryable: error.retryable }, now());
  await noteTrouble(db, trouble, key);
  if (before?.code !== trouble.code) {
    log(`What customers say can't be written to the CRM: ${message}`, { level: 'warn', code: trouble.code });
  }
  if (trouble.alerted && !(before?.code === trouble.code && before.alerted)) {
    void alert({
      code: 'crm_not_written',
      title: 'The CRM does not learn what customers say',
      text: `${message} Nothing is lost: it is kept here, and written by itself as soon as that is possible.`,
    });
  }
}

const NAMES: Record<WriteKind, string> = { note: 'notes', task: 'tasks', profile: 'contact fields' };

function report({ log }: Pick<Tools, 'log'>, kind: WriteKind, counts: WriteCounts): void {
  const { written, refused, unknown, gone } = counts;
  if (written + refused + unknown + gone === 0) return;
  log(
    `Written to the CRM, ${NAMES[kind]}: ${written} (refused ${refused}, without a contact ${gone}, ` +
      `to be looked for again ${unknown}).`,
    { event: 'crm_written', kind, ...counts, ...(refused > 0 ? { level: 'warn' } : {}) },
  );
}

function tellGivenUp({ alert }: Pick<Tools, 'alert'>, kind: WriteKind, entries: number): void {
  void alert({
    code: 'crm_entry_given_up',
    title: `The CRM lacks some of what customers said (${NAMES[kind]}: ${entries})`,
    text:
      'After a week of trying it has not taken them, or nobody knows whether it has. They are not tried any more. ' +
      'The table crm_entries (outcome "refused") says which they are, and why.',
  });
}
