import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';

/** A report that the program could not make sense of, as it waits for a person. */
export interface UnreadReport {
  id: number;
  /** How it came in: `imap`, `pipe`, or a provider. */
  source: string;
  receivedAt: Date;
  /** Why it was not read, in a sentence. */
  problem: string;
  bytes: number;
}

/**
 * Keeps a report for a person. The same bytes that already wait are not kept twice: a mailbox may hand a message
 * over again when its flag got lost.
 * @returns its id
 */
export async function keepUnread(
  db: Database,
  report: { source: string; problem: string; raw: Buffer; now: Date },
): Promise<number> {
  const { source, problem, raw, now } = report;
  const waiting = await db
    .selectFrom('unread_reports')
    .select('id')
    .where('handled_at', 'is', null)
    .where('raw', '=', raw)
    .executeTakeFirst();
  if (waiting) return waiting.id;
  const { id } = await db
    .insertInto('unread_reports')
    .values({ source, problem, raw, received_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Reports that nobody has dealt with yet, oldest first. */
export async function waitingReports(db: Database): Promise<UnreadReport[]> {
  return await db
    .selectFrom('unread_reports')
    .select(['id', 'source', 'received_at as receivedAt', 'problem', sql<number>`length(raw)`.as('bytes')])
    .where('handled_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** One report with its bytes; null when there is none of this id. */
export async function unreadReport(
  db: Database,
  id: number,
): Promise<(UnreadReport & { raw: Buffer; handledAt: Date | null }) | null> {
  const row = await db
    .selectFrom('unread_reports')
    .select(['id', 'source', 'received_at as receivedAt', 'problem', 'raw', 'handled_at as handledAt'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? { ...row, bytes: row.raw.length } : null;
}

/** A person has dealt with it. @returns false when there is none of this id that waits */
export async function markHandled(db: Database, id: number, now: Date): Promise<boolean> {
  const done = await db
    .updateTable('unread_reports')
    .set({ handled_at: now })
    .where('id', '=', id)
    .where('handled_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
