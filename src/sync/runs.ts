import { type Kysely, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../db/schema.ts';
import { noCounts, type SyncCounts } from './counts.ts';
import type { CrmAdapter, Position, SyncMode } from './port.ts';
import type { Confirmation } from './removal.ts';
import { SYNC_OBJECTS, type SyncObject } from './rows.ts';

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

/** What a run that died needs to go on. */
export interface Progress {
  position: Position | null;
  /** Cursors as they were when the run started, ISO 8601. */
  since: Partial<Record<SyncObject, string>>;
  /** What a full pass has listed to its end. */
  confirmed: Confirmation[];
  /** Share of the pass that is done, 0 to 1. */
  done: number;
  /** Of a comparison: what each portion found. */
  portions: Portion[];
}

/** What one night's portion of a comparison looked at, and how many records were not as the CRM has them. */
export interface Portion {
  /** ISO 8601. */
  endedAt: string;
  /** Shares of the whole, 0 to 1. */
  from: number;
  to: number;
  slipped: number;
}

const DAY_MS = 24 * 3600 * 1000;
/** A run that began longer ago than this is given up: what it read is too old to go on from. */
const RESUMABLE_MS: Record<SyncMode, number> = {
  full: DAY_MS,
  incremental: DAY_MS,
  // what changes meanwhile counts as met, so its first night's marks stay good
  comparison: 100 * DAY_MS,
};

const progressJson = z.object({
  position: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  since: z.partialRecord(z.enum(SYNC_OBJECTS), z.iso.datetime()),
  confirmed: z.array(z.object({ object: z.enum(SYNC_OBJECTS), prefix: z.string() })),
  done: z.number().default(0),
  portions: z
    .array(z.object({ endedAt: z.iso.datetime(), from: z.number(), to: z.number(), slipped: z.int() }))
    .default([]),
});

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

/** Gives up comparisons that have not come to their end. */
export async function giveUpComparisons(trx: Transaction<Tables>, source: string, now: Date): Promise<void> {
  const open = sql`source = ${source} and mode = 'comparison' and finished_at is null`;
  await sql`delete from sync_seen where run_id in (select id from sync_runs where ${open})`.execute(trx);
  await sql`
    update sync_runs set finished_at = ${now}, error = 'Given up: everything was read again meanwhile.'
    where ${open}`.execute(trx);
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

/** The portion that a comparison looked at last, of this source; null when there was none. */
export async function lastPortion(db: Kysely<Tables>, source: string): Promise<Portion | null> {
  const row = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('source', '=', source)
    .where('mode', '=', 'comparison')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row && readRun(row)?.progress.portions.at(-1)) ?? null;
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
      .set({ error: message, ...(final ? { finished_at: now } : {}) })
      .where('id', '=', run.id)
      .execute();
  });
}

/** Up to when each object of this source is known. */
export async function readCursors(
  db: Kysely<Tables>,
  source: string,
): Promise<Partial<Record<SyncObject, Date>>> {
  const rows = await db.selectFrom('sync_cursors').selectAll().where('source', '=', source).execute();
  return Object.fromEntries(rows.map((row) => [row.object, row.synced_until]));
}

/** Moves one cursor forward, never back: both the old and the new moment are known to be covered. */
export async function moveCursor(
  trx: Transaction<Tables>,
  source: string,
  object: SyncObject,
  until: Date,
): Promise<void> {
  await sql`
    insert into sync_cursors (source, object, synced_until) values (${source}, ${object}, ${until})
    on conflict (source, object) do update
      set synced_until = greatest(sync_cursors.synced_until, excluded.synced_until)`.execute(trx);
}
