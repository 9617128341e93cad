import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';

/** The scope of a rate that counts every mail. */
export const EVERYTHING = '*';

/** How many may leave now, and when more may. */
export interface Grant {
  granted: number;
  /** Milliseconds until the next one may leave, if fewer were granted than wanted. */
  wait: number;
}

/**
 * Takes up to `wanted` mails out of a bucket that all workers share: it holds one second's worth and fills at
 * `perSecond` (token bucket, by the database's clock, so that machines need not agree on theirs).
 */
export async function takeFromRate(
  db: Database,
  given: { scope: string; perSecond: number; wanted: number },
): Promise<Grant> {
  const { scope, perSecond, wanted } = given;
  // Slower than one a second, a whole mail still has to fit in.
  const size = Math.max(1, perSecond);
  await sql`
    insert into send_rates (scope, tokens, refilled_at) values (${scope}, ${size}, clock_timestamp())
    on conflict (scope) do nothing`.execute(db);
  const { rows } = await sql<{ granted: number; wait: number }>`
    with bucket as (
      select scope, least(${size}::float8, tokens + ${perSecond}::float8
        * greatest(0, extract(epoch from clock_timestamp() - refilled_at)::float8)) as tokens
      from send_rates where scope = ${scope} for update
    ), taken as (
      select scope, tokens, least(${wanted}::float8, floor(tokens)) as granted from bucket
    ), left_over as (
      update send_rates r set tokens = t.tokens - t.granted, refilled_at = clock_timestamp()
      from taken t where r.scope = t.scope
    )
    select granted::int as granted,
      (greatest(0, 1 - (tokens - granted)) / ${perSecond}::float8)::float8 as wait from taken`.execute(db);
  const { granted = 0, wait = 1 } = rows[0] ?? {};
  return { granted, wait: Math.ceil(wait * 1000) };
}

/** Puts back what was taken and not used. */
export async function giveBackToRate(db: Database, scope: string, count: number): Promise<void> {
  if (count <= 0) return;
  await sql`update send_rates set tokens = tokens + ${count}::float8 where scope = ${scope}`.execute(db);
}

/**
 * Takes up to `wanted` mails of a day's allowance (warm-up), shared by all workers.
 * @param given.day ISO date of the day, in the company's time zone
 * @returns how many may leave
 */
export async function takeFromDay(
  db: Database,
  given: { day: string; allowance: number; wanted: number },
): Promise<number> {
  const { day, allowance, wanted } = given;
  await sql`insert into daily_volume (day) values (${day}::date) on conflict (day) do nothing`.execute(db);
  const { rows } = await sql<{ granted: number }>`
    with before as (select day, reserved from daily_volume where day = ${day}::date for update)
    update daily_volume v set reserved = b.reserved + least(${wanted}::int, greatest(0, ${allowance}::int - b.reserved))
    from before b where v.day = b.day
    returning least(${wanted}::int, greatest(0, ${allowance}::int - b.reserved)) as granted`.execute(db);
  return rows[0]?.granted ?? 0;
}

/** Puts back what was taken of a day's allowance and not used. */
export async function giveBackToDay(db: Database, day: string, count: number): Promise<void> {
  if (count <= 0) return;
  await sql`update daily_volume set reserved = greatest(0, reserved - ${count}::int) where day = ${day}::date`.execute(
    db,
  );
}
