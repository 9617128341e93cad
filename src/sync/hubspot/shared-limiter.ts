import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { checkBudget, type DayOfCalls } from './budget.ts';
import { CallJournal } from './call-journal.ts';
import type { Bucket, CallLimiter, CallToCome } from './limiter.ts';
import { type Taken, WaitingLine } from './waiting-line.ts';

export interface SharedLimiterOptions {
  /** Share of the account's calls a day that Spielbein may use, 0 to 1; asked for with every look at the budget. */
  dailyShare?: () => Promise<number>;
}

/** The day's figures are good for this long. */
const BUDGET_MS = 2000;

/**
 * The limits of the account, shared by all processes of this installation in its database (`crm_limits`, `crm_calls`,
 * `crm_hours`). Times are the database's.
 */
export function sharedLimiter(db: Database, options: SharedLimiterOptions = {}): CallLimiter {
  const lines = new Map<string, WaitingLine<number>>();
  const journal = new CallJournal(db);
  let day: { known: Promise<[DayOfCalls, number]>; at: number } | null = null;

  const line = (bucket: Bucket, call: Required<CallToCome>): WaitingLine<number> => {
    const key = `${bucket} ${call.urgent} ${call.longestMs}`;
    const found = lines.get(key) ?? new WaitingLine(take(bucket, call), (ids) => journal.giveBack(ids));
    lines.set(key, found);
    return found;
  };
  const take =
    (bucket: Bucket, call: Required<CallToCome>) =>
    async (wanted: number): Promise<Taken<number>> => {
      const [calls, share] = await today();
      checkBudget(calls, share, call.urgent);
      return await takePlaces(db, bucket, wanted, call);
    };
  const today = async (): Promise<[DayOfCalls, number]> => {
    if (!day || performance.now() - day.at > BUDGET_MS) {
      const known = Promise.all([dayOfCalls(db), options.dailyShare?.() ?? 1]);
      day = { known, at: performance.now() };
    }
    return await day.known;
  };

  return {
    async begin(bucket, signal, { longestMs, urgent = false }) {
      const id = await line(bucket, { longestMs, urgent }).next(signal);
      return { end: (told) => journal.ended(id, told) };
    },
    async pause(bucket, ms) {
      await sql`update crm_limits set paused_until = greatest(paused_until,
        clock_timestamp() + ${ms} * interval '1 millisecond') where bucket = ${bucket}`.execute(db);
    },
  };
}

async function takePlaces(
  db: Database,
  bucket: Bucket,
  wanted: number,
  { urgent, longestMs }: Required<CallToCome>,
): Promise<Taken<number>> {
  const { rows } = await sql<{ places: number[]; wait_ms: number }>`
    select places, wait_ms from crm_take(${bucket}, ${wanted}, ${urgent}, ${Math.ceil(longestMs)})`.execute(
    db,
  );
  const { places = [], wait_ms: waitMs = 0 } = rows[0] ?? {};
  return { places, waitMs };
}

async function dayOfCalls(db: Database): Promise<DayOfCalls> {
  const { rows: hours } = await sql<{ hour: Date; calls: number }>`
    select hour, calls from crm_hours where hour > now() - interval '25 hours' order by hour`.execute(db);
  // What was told long ago is not believed: a day may have ended since, and only a call shows it.
  const { rows: limits } = await sql<{ daily: number | null; remaining: number | null }>`
    select daily, case when told_at > now() - interval '15 minutes' then daily_remaining end as remaining
    from crm_limits where bucket = 'general'`.execute(db);
  return { hours, daily: limits[0]?.daily ?? null, remaining: limits[0]?.remaining ?? null };
}
