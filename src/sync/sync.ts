import { type Kysely, sql } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { giveUpComparisons, notePortion } from './comparison.ts';
import { addCounts, changes, heldBackSince, type SyncCounts, sumCounts } from './counts.ts';
import { moveCursor, readCursors } from './cursors.ts';
import { knownOf } from './known.ts';
import {
  type CrmAdapter,
  type Listing,
  type Problem,
  type SyncBatch,
  SyncError,
  type SyncMode,
} from './port.ts';
import type { Portion } from './progress.ts';
import { forgetReads } from './reads.ts';
import { removeUnseen } from './removal.ts';
import { SYNC_OBJECTS, type SyncObject } from './rows.ts';
import { finishRun, forgetOldRuns, noteFailure, openRun, type Run, saveProgress } from './runs.ts';
import { storeBatch } from './store.ts';

export interface SyncOptions {
  db: Kysely<Tables>;
  crm: CrmAdapter;
  /** Anything becomes `full` when the CRM has never been read to its end, or knows no other mode. */
  mode: SyncMode;
  /** Incremental: look as well for what no search shows, such as archived records; otherwise only what is cheap. */
  thorough?: boolean;
  now?: () => Date;
  /** Told after every batch that is safely stored. */
  onProgress?: (progress: SyncProgress) => void;
  /** Stops between two batches, or in the middle of waiting for the CRM; the next sync goes on from there. */
  signal?: AbortSignal;
  /** Comparison: stop when this share of the whole (0 to 1) is done, and go on another time. */
  portion?: number;
  /** A person has said that more than half of the customers (or others) are really gone. */
  acceptMassRemoval?: boolean;
}

export interface SyncProgress {
  mode: SyncMode;
  object: SyncObject;
  /** Share of the pass that is done, 0 to 1; null when the CRM does not tell how much there is. */
  done: number | null;
  /** The list that is being read, as far as the CRM tells how much there is. */
  listing: Listing | null;
  counts: SyncCounts;
}

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

/** Changes after which the planner's statistics are worth renewing. */
const MANY = 5000;

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
    const complete = await applyAll(db, run, options, now);
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

/** @returns false when the portion asked for was done before the whole was */
async function applyAll(
  db: Kysely<Tables>,
  run: Run,
  options: SyncOptions,
  now: () => Date,
): Promise<boolean> {
  const { crm } = options;
  const signal = options.signal ?? new AbortController().signal;
  const portion = run.mode === 'comparison' ? (options.portion ?? 1) : 1;
  const enough = run.progress.done + portion;
  const guarded = run.mode !== 'incremental' && !options.acceptMassRemoval;
  const since = Object.fromEntries(
    Object.entries(run.progress.since).map(([object, date]) => [object, new Date(date)]),
  );
  stopIfAborted(signal);
  const batches = crm.batches({
    ...(await knownOf(db, crm.source)),
    mode: run.mode,
    thorough: options.thorough ?? true,
    since,
    position: run.progress.position,
    startedAt: run.startedAt,
    signal,
  });
  let analyzed = 0;
  for await (const batch of batches) {
    stopIfAborted(signal);
    await applyBatch(db, run, batch, { overlapMs: crm.overlapMs, now: now(), guarded });
    // Tables that grow from nothing: without statistics every batch would read all of them.
    if (changes(run.counts) - analyzed >= Math.max(MANY, analyzed)) {
      analyzed = changes(run.counts);
      await sql`analyze customers, purchases, products, companies`.execute(db);
    }
    options.onProgress?.({
      mode: run.mode,
      object: batch.object,
      done: batch.done ?? null,
      listing: batch.listing ?? null,
      counts: run.counts,
    });
    if (portion < 1 && run.progress.done >= enough && run.progress.done < 1) return false;
  }
  stopIfAborted(signal);
  return true;
}

async function applyBatch(
  db: Kysely<Tables>,
  run: Run,
  batch: SyncBatch,
  { overlapMs, now, guarded }: { overlapMs: number; now: Date; guarded: boolean },
): Promise<void> {
  const confirmed =
    batch.confirms === undefined
      ? run.progress.confirmed
      : [
          ...run.progress.confirmed,
          { object: batch.object, prefix: batch.confirms, intended: batch.intended },
        ];
  const done = batch.done ?? run.progress.done;
  const progress = { ...run.progress, position: batch.position, confirmed, done };
  const counts = await db.transaction().execute(async (trx) => {
    const { written, problems } = await storeBatch(trx, run.source, batch, { now, guarded });
    // a comparison of many nights says nothing about what changed since
    if (batch.completes && run.mode !== 'comparison') {
      await moveCursor(trx, run.source, batch.object, new Date(Date.parse(run.progress.covers) - overlapMs));
    }
    const counts = addCounts(run.counts, batch.object, written, problems);
    await saveProgress(trx, { ...run, progress, counts });
    return counts;
  });
  run.progress = progress;
  run.counts = counts;
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

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted(signal);
}

function interrupted(signal: AbortSignal): SyncError {
  return new SyncError('interrupted', 'The sync was interrupted. The next one goes on from here.', {
    retryable: true,
    cause: signal.reason,
  });
}
