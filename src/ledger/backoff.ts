import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';

/** First pause of a domain that asks us to slow down, in milliseconds; doubled each time it asks again. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 30 * 60_000;

/**
 * What a domain said is old news so long after its pause has ended, in milliseconds: nobody has tried since (a weekend,
 * a paused campaign), so nobody knows whether it still refuses.
 */
export const STALE_AFTER = 2 * 3_600_000;

/** How long a domain is left alone after so many refusals in a row, in milliseconds. */
export function domainPause(strikes: number): number {
  return Math.min(FIRST_PAUSE * 2 ** Math.max(0, strikes - 1), LONGEST_PAUSE);
}

/**
 * A recipient domain asked us to slow down (421, 4.7.x): all workers leave it alone for a while, then probe it with
 * one mail. Refusals that arrive together count as one.
 */
export async function backOff(
  db: Database,
  given: { domain: string; reply: string; now: Date },
): Promise<void> {
  const { domain, reply, now } = given;
  const stale = new Date(now.getTime() - STALE_AFTER);
  await sql`
    insert into domain_backoff as b (domain, strikes, since, resume_at, reply)
    values (${domain}, 1, ${now}, ${new Date(now.getTime() + FIRST_PAUSE)}, ${reply})
    on conflict (domain) do update set
      strikes = case when b.resume_at < ${stale} then 1 else b.strikes + 1 end,
      since = case when b.resume_at < ${stale} then ${now} else b.since end,
      resume_at = ${now}::timestamptz + case when b.resume_at < ${stale} then ${FIRST_PAUSE}::float8
        else least(${FIRST_PAUSE}::float8 * power(2, b.strikes), ${LONGEST_PAUSE}::float8) end
        * interval '1 millisecond',
      reply = excluded.reply
    where b.resume_at <= ${now}`.execute(db);
}

/** The domain took a mail: its pause is over. */
export async function comeBack(db: Database, domain: string): Promise<void> {
  await db.deleteFrom('domain_backoff').where('domain', '=', domain).execute();
}
