import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';

/** The scope of a rate that counts every mail. */
export const EVERYTHING = '*';

/** How many may leave now, and when more may. */
export interface Grant {
  granted: number;
  /** Milliseconds until it makes sense to ask again, if none was granted. */
  wait: number;
}

/**
 * Takes up to `wanted` mails out of a bucket that all workers share: it holds one second's worth and fills at
 * `perSecond` (token bucket, by the database's clock, so that machines need not agree on theirs).
 *
 * Who gets nothing gets a moment of his own to ask again: all those who wait are lined up behind each other, `apart`
 * seconds from the next, so that a thousand of them do not ask a thousand times a second.
 */
export async function takeFromRate(
  db: Database,
  given: { scope: string; perSecond: number; wanted: number; apart: number },
): Promise<Grant> {
  const { scope, perSecond, wanted, apart } = given;
  // Slower than one a second, a whole mail still has to fit in.
  const size = Math.max(1, perSecond);
  await sql`
    insert into send_rates (scope, tokens, refilled_at, asked_until)
    values (${scope}, ${size}, clock_timestamp(), clock_timestamp())
    on conflict (scope) do nothing`.execute(db);
  const { rows } = await sql<{ granted: number; wait: number }>`
    with bucket as (
      select scope, clock_timestamp() as at, asked_until, least(${size}::float8, tokens + ${perSecond}::float8
        * greatest(0, extract(epoch from clock_timestamp() - refilled_at)::float8)) as tokens
      from send_rates where scope = ${scope} for update
    ), taken as (
      select *, least(${wanted}::float8, floor(tokens)) as granted from bucket
    ), lined_up as (
      select *, case when granted > 0 then asked_until
        else greatest(asked_until, at + (1 - tokens) / ${perSecond}::float8 * interval '1 second')
          + ${apart}::float8 * interval '1 second' end as until
      from taken
    ), left_over as (
      update send_rates r set tokens = l.tokens - l.granted, refilled_at = l.at, asked_until = l.until
      from lined_up l where r.scope = l.scope
    )
    select granted::int as granted, greatest(0, extract(epoch from until - at))::float8 as wait
    from lined_up`.execute(db);
  const { granted = 0, wait = 1 } = rows[0] ?? {};
  return { granted, wait: granted > 0 ? 0 : Math.ceil(wait * 1000) };
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
  given: { day: string; timeZone: string; allowance: number; wanted: number },
): Promise<number> {
  const { day, timeZone, allowance, wanted } = given;
  // Mails that left before anybody counted (the setting is new) count too.
  await sql`
    insert into daily_volume (day, reserved)
    select ${day}::date, count(*) from sends where sending_at >= ${day}::date::timestamp at time zone ${timeZone}
      and not exists (select from daily_volume where day = ${day}::date)
    on conflict (day) do nothing`.execute(db);
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
