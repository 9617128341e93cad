import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { changes, type SyncCounts } from './counts.ts';
import { type Portion, progressJson } from './progress.ts';
import type { Run } from './runs.ts';

/** Adds what this night's portion of a comparison found to its record. */
export function notePortion(
  run: Run,
  before: { done: number; counts: SyncCounts },
  complete: boolean,
  endedAt: Date,
): void {
  const portion = {
    endedAt: endedAt.toISOString(),
    from: before.done,
    to: complete ? 1 : run.progress.done,
    slipped: changes(run.counts) - changes(before.counts),
  };
  run.progress = { ...run.progress, portions: [...run.progress.portions, portion] };
}

/** The portion that a comparison looked at last, of this source; null when there was none. */
export async function lastPortion(db: Kysely<Tables>, source: string): Promise<Portion | null> {
  const row = await db
    .selectFrom('sync_runs')
    .select('progress')
    .where('source', '=', source)
    .where('mode', '=', 'comparison')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return progressJson.safeParse(row?.progress).data?.portions.at(-1) ?? null;
}

/** Gives up comparisons that have not come to their end. */
export async function giveUpComparisons(trx: Transaction<Tables>, source: string, now: Date): Promise<void> {
  const open = sql`source = ${source} and mode = 'comparison' and finished_at is null`;
  await sql`delete from sync_seen where run_id in (select id from sync_runs where ${open})`.execute(trx);
  await sql`
    update sync_runs set finished_at = ${now}, error = 'Given up: everything was read again meanwhile.'
    where ${open}`.execute(trx);
}
