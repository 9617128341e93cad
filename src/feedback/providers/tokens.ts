import { createHash } from 'node:crypto';
import type { Database } from '../../db/connect.ts';

/** Longer than any signature is fresh. */
const HOURS = 24;

/**
 * Takes a token for a report, for all processes and across restarts. The same report again may have it again.
 * @returns false when another report had it
 */
export async function takeToken(
  db: Database,
  given: { token: string; report: string; now: Date },
): Promise<boolean> {
  const { now } = given;
  const token = sha256(given.token);
  const report = sha256(given.report);
  await db
    .deleteFrom('webhook_tokens')
    .where('taken_at', '<', new Date(now.getTime() - HOURS * 3_600_000))
    .execute();
  await db
    .insertInto('webhook_tokens')
    .values({ token, report, taken_at: now })
    .onConflict((oc) => oc.column('token').doNothing())
    .execute();
  const had = await db
    .selectFrom('webhook_tokens')
    .select('report')
    .where('token', '=', token)
    .executeTakeFirst();
  return had?.report === report;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
