import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { maskAddresses } from '../domain/mask.ts';
import { noCounts, type SyncCounts } from './counts.ts';
import { databaseTime } from './known.ts';
import type { CrmAdapter, SyncMode } from './port.ts';
import { type Progress, progressJson } from './progress.ts';
import type { SyncObject } from './rows.ts';

/** A row of `sync_runs` that is under way. */
export interface Run {
  id: number;
  source: string;
  mode: SyncMode;
  startedAt: Date;
  progress: Progress;
  counts: SyncCounts;
  /** Goes on from where an earlier process died. */
  resumed: boolean;
}

const DAY_MS = 24 * 3600 * 1000;
/**
 * A run that began longer ago than this is given up. Long enough for a first pass that the day's budget ends several
 * times: what changes meanwhile is found by the look at the changes that follows it.
 */
const RESUMABLE_MS: Record<SyncMode, number> = {
  full: 30 * DAY_MS,
  incremental: 30 * DAY_MS,
  // what changes meanwhile counts as met, so its first night's marks stay good
  comparison: 100 * DAY_MS,
};

/**
 * The run to work on: one that died in the same mode, if it can be gone on from, else a new one. Whoever calls
 * this holds the sync lock, so a run that has no end belongs to nobody any more.
 */
export async function openRun(
  db: Kysely<Tables>,
  crm: CrmAdapter,
  mode: SyncMode,
  since: Partial<Record<SyncObject, Date>>,
  now: Date,
): Promise<Run> {
  const open = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('source', '=', crm.source)
    .where('finished_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();
  let resumable: Run | null = null;
  for (const row of open) {
    const run = readRun(row);
    const fresh = now.getTime() - row.started_at.getTime() < RESUMABLE_MS[row.mode];
    if (!resumable && run && fresh && run.mode === mode && crm.readPosition(run.progress.position) !== null) {
      resumable = run;
    } else if (row.mode !== 'incremental' && row.mode !== mode && fresh) {
      // A full pass that died waits for the next full sync, a comparison for the next night; what changes meanwhile
      // counts as met for them.
    } else {
      await giveUp(db, row.id, now);
    }
  }
  if (resumable) return resumable;

  const progress: Progress = {
    position: null,
    since: Object.fromEntries(Object.entries(since).map(([object, date]) => [object, date.toISOString()])),
    // Of two clocks the one that is behind: a cursor ahead of the CRM would pass over changes, and never go back.
    covers: new Date(Math.min(now.getTime(), (await databaseTime(db)).getTime())).toISOString(),
    confirmed: [],
    done: 0,
    portions: [],
  };
  const counts = noCounts();
  const { id } = await db
    .insertInto('sync_runs')
    .values({
      source: crm.source,
      mode,
      started_at: now,
      progress: JSON.stringify(progress),
      counts: JSON.stringify(counts),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, source: crm.source, mode, startedAt: now, progress, counts, resumed: false };
}

function readRun(row: {
  id: number;
  source: string;
  mode: SyncMode;
  started_at: Date;
  progress: unknown;
  counts: unknown;
}): Run | null {
  const progress = progressJson.safeParse(row.progress);
  if (!progress.success) return null;
  return {
    id: row.id,
    source: row.source,
    mode: row.mode,
    startedAt: row.started_at,
    progress: progress.data,
    // written by saveProgress in the same shape
    counts: { ...noCounts(), ...(row.counts as Partial<SyncCounts>) },
    resumed: true,
  };
}

async function giveUp(db: Kysely<Tables>, id: number, now: Date): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('sync_seen').where('run_id', '=', id).execute();
    await trx
      .updateTable('sync_runs')
      .set({
        finished_at: now,
        error: sql<string>`'Given up: it died, and a new sync began anew.' || coalesce(' Before: ' || error, '')`,
      })
      .where('id', '=', id)
      .execute();
  });
}

/** Forgets polls of last week: there is one every minute, and nothing hangs on them. */
export async function forgetOldRuns(trx: Transaction<Tables>, source: string, now: Date): Promise<void> {
  await trx
    .deleteFrom('sync_runs')
    .where('source', '=', source)
    .where('mode', '=', 'incremental')
    .where('finished_at', '<', new Date(now.getTime() - 7 * DAY_MS))
    .execute();
}

/** Ids of the full passes and comparisons of this source that are under way or wait to be gone on with. */
export async function openPasses(db: Kysely<Tables>, source: string): Promise<number[]> {
  const rows = await db
    .selectFrom('sync_runs')
    .select('id')
    .where('source', '=', source)
    .where('mode', '<>', 'incremental')
    .where('finished_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

export async function saveProgress(trx: Transaction<Tables>, run: Run): Promise<void> {
  await trx
    .updateTable('sync_runs')
    .set({ progress: JSON.stringify(run.progress), counts: JSON.stringify(run.counts), error: null })
    .where('id', '=', run.id)
    .execute();
}

export async function finishRun(trx: Transaction<Tables>, run: Run, now: Date): Promise<void> {
  await trx.deleteFrom('sync_seen').where('run_id', '=', run.id).execute();
  await trx
    .updateTable('sync_runs')
    .set({
      finished_at: now,
      progress: JSON.stringify(run.progress),
      counts: JSON.stringify(run.counts),
      error: null,
    })
    .where('id', '=', run.id)
    .execute();
}

/** Notes why a run stopped. It stays open, to be gone on with, unless `final`. */
export async function noteFailure(
  db: Kysely<Tables>,
  run: Run,
  message: string,
  final: boolean,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (final) await trx.deleteFrom('sync_seen').where('run_id', '=', run.id).execute();
    await trx
      .updateTable('sync_runs')
      // the CRM's own words may hold somebody's address
      .set({ error: maskAddresses(message), ...(final ? { finished_at: now } : {}) })
      .where('id', '=', run.id)
      .execute();
  });
}
