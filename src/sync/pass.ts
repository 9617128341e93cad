import { type Kysely, sql } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { addCounts, changes, type SyncCounts } from './counts.ts';
import { moveCursor } from './cursors.ts';
import { knownOf } from './known.ts';
import { type CrmAdapter, type Listing, type SyncBatch, SyncError, type SyncMode } from './port.ts';
import type { SyncObject } from './rows.ts';
import { type Run, saveProgress } from './runs.ts';
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

/** Changes after which the planner's statistics are worth renewing. */
const MANY = 5000;

/**
 * Reads the CRM from where the run is, and stores batch after batch.
 * @returns false when the portion asked for was done before the whole was
 */
export async function readPass(
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

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted(signal);
}

export function interrupted(signal: AbortSignal): SyncError {
  return new SyncError('interrupted', 'The sync was interrupted. The next one goes on from here.', {
    retryable: true,
    cause: signal.reason,
  });
}
