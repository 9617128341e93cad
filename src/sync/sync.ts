import { type Kysely, sql } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { giveUpComparisons, notePortion } from './comparison.ts';
import { heldBackSince, type SyncCounts, sumCounts } from './counts.ts';
import { readCursors } from './cursors.ts';
import { interrupted, readPass, type SyncOptions } from './pass.ts';
import { type Problem, SyncError, type SyncMode } from './port.ts';
import type { Portion } from './progress.ts';
import { forgetReads } from './reads.ts';
import { removeUnseen } from './removal.ts';
import { SYNC_OBJECTS, type SyncObject } from './rows.ts';
import { finishRun, forgetOldRuns, noteFailure, openRun, saveProgress } from './runs.ts';

export type { SyncOptions, SyncProgress } from './pass.ts';

export interface SyncResult {
  runId: number;
  mode: SyncMode;
  /** This run went on from where an earlier process died. */
  resumed: boolean;
  startedAt: Date;
  finishedAt: Date;
  counts: SyncCounts;
  /** False for a comparison that goes on another night. */
  complete: boolean;
  /** Removals that wait for a person's word, found this time. */
  heldBack: Problem[];
  /** Of a comparison, what it found this time. */
  portion: Portion | null;
}

/** Key of the advisory lock that keeps syncs of one database apart ("sync" in ASCII). */
export const SYNC_LOCK = 0x73796e63;

/**
 * Brings customers, companies, owners, products and purchases up to what the CRM says.
 *
 * Each batch is stored with its position in one transaction, so a sync may die at any moment: the next one in
 * the same mode goes on behind the last batch stored. Nothing is taken for gone before a full pass is complete.
 *
 * @throws SyncError `sync_running`, `other_source`, or what the adapter says; in words for people.
 */
export async function runSync(options: SyncOptions): Promise<SyncResult> {
  // The lock belongs to a connection, and all work is done on that one: if it breaks, both end together.
  return await options.db.connection().execute(async (db) => {
    const locked = await sql<{ ok: boolean }>`select pg_try_advisory_lock(${SYNC_LOCK}) as ok`.execute(db);
    if (!locked.rows[0]?.ok) {
      throw new SyncError(
        'sync_running',
        'Another sync of this database is running. Wait until it is done.',
        { retryable: true },
      );
    }
    try {
      const first = await syncLocked(db, options);
      if (!first.resumed || first.mode === 'comparison' || !options.crm.modes.includes('incremental'))
        return first;
      // It went on behind where it had died: what has changed since then in what it had read is not in it.
      const second = await syncLocked(db, { ...options, mode: 'incremental' });
      return { ...first, finishedAt: second.finishedAt, counts: sumCounts(first.counts, second.counts) };
    } finally {
      // If the connection is gone, so is the lock.
      await sql`select pg_advisory_unlock(${SYNC_LOCK})`.execute(db).catch(() => {});
    }
  });
}

async function syncLocked(db: Kysely<Tables>, options: SyncOptions): Promise<SyncResult> {
  const { crm } = options;
  const now = options.now ?? (() => new Date());
  await refuseOtherSource(db, crm.source);
  const cursors = await readCursors(db, crm.source);
  const mode = modeToRun(options.mode, crm.modes, cursors);
  const run = await openRun(db, crm, mode, mode === 'incremental' ? cursors : {}, now());
  const before = { done: run.progress.done, counts: run.counts };
  try {
    const complete = await readPass(db, run, options, now);
    const finishedAt = now();
    await db.transaction().execute(async (trx) => {
      if (complete && mode !== 'incremental') {
        const confirmed = run.progress.confirmed;
        run.counts = await removeUnseen(
          trx,
          { id: run.id, source: run.source, confirmed },
          { now: finishedAt, acceptMassRemoval: options.acceptMassRemoval ?? false },
          run.counts,
        );
      }
      if (mode === 'comparison') notePortion(run, before, complete, finishedAt);
      // everything was read just now: what an older comparison has still to look at is known
      if (mode === 'full') await giveUpComparisons(trx, run.source, finishedAt);
      if (complete) await finishRun(trx, run, finishedAt);
      else await saveProgress(trx, run);
      await forgetReads(trx, finishedAt);
      await forgetOldRuns(trx, run.source, finishedAt);
    });
    const { id, resumed, startedAt, counts } = run;
    const portion = mode === 'comparison' ? (run.progress.portions.at(-1) ?? null) : null;
    return {
      runId: id,
      mode,
      resumed,
      startedAt,
      finishedAt,
      counts,
      complete,
      heldBack: heldBackSince(before.counts, counts),
      portion,
    };
  } catch (caught) {
    const error = options.signal?.aborted ? interrupted(options.signal) : caught;
    const final = error instanceof SyncError && !error.retryable && run.progress.position === null;
    const message = error instanceof Error ? error.message : String(error);
    // The error itself matters more than that it could not be noted, e.g. because the database is gone.
    await noteFailure(db, run, message, final, now()).catch(() => {});
    throw error;
  }
}

/** The mode that makes sense: changes can only be asked for, and compared with, once everything was read. */
export function modeToRun(
  wanted: SyncMode,
  offered: readonly SyncMode[],
  cursors: Partial<Record<SyncObject, Date>>,
): SyncMode {
  const complete = SYNC_OBJECTS.every((object) => cursors[object] !== undefined);
  return offered.includes(wanted) && complete ? wanted : 'full';
}

async function refuseOtherSource(db: Kysely<Tables>, source: string): Promise<void> {
  const other = await db
    .selectFrom('customers')
    .select('source')
    .where('source', '<>', source)
    .limit(1)
    .executeTakeFirst();
  if (!other) return;
  throw new SyncError(
    'other_source',
    `This installation's customers come from ${other.source}, not from ${source}. One installation has one ` +
      'CRM: use another database (DATABASE_URL or SPIELBEIN_HOME) for the other one.',
  );
}
