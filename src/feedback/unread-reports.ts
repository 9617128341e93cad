import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { addressesIn } from './mentions.ts';

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

/** So much of a report is kept: what it says stands before the mail that it returns. */
export const MAX_KEPT_BYTES = 256 * 1024;
/** So many of one source may wait; whoever floods us would fill the disk. */
const MAX_WAITING = 1000;
/** Days that what is dealt with can still be looked at. */
const KEPT_DAYS = 14;

/**
 * Keeps a report for a person. The same bytes that already wait are not kept twice: a mailbox may hand a message
 * over again when its flag got lost.
 * @returns its id; null when too many of this source wait already, and it is not kept
 */
export async function keepUnread(
  db: Database,
  report: { source: string; problem: string; raw: Buffer; now: Date },
): Promise<number | null> {
  const { source, problem, now } = report;
  const raw = report.raw.subarray(0, MAX_KEPT_BYTES);
  const known = await waitingId(db, raw);
  if (known !== null) return known;
  const { rows } = await sql<{ id: number }>`
    insert into unread_reports (source, problem, raw, mentions, received_at)
    select ${source}, ${problem.slice(0, 500)}, ${raw},
      array(select distinct address_hash(a) from unnest(${await addressesIn(raw)}::text[]) a), ${now}
    where (select count(*) from unread_reports where source = ${source} and handled_at is null) < ${MAX_WAITING}
    on conflict (sha256) where handled_at is null do nothing
    returning id`.execute(db);
  return rows[0]?.id ?? (await waitingId(db, raw));
}

async function waitingId(db: Database, raw: Buffer): Promise<number | null> {
  const waiting = await db
    .selectFrom('unread_reports')
    .select('id')
    .where('handled_at', 'is', null)
    .where('sha256', '=', createHash('sha256').update(raw).digest())
    .executeTakeFirst();
  return waiting?.id ?? null;
}

/** Deletes what was dealt with two weeks ago. */
export async function forgetHandled(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom('unread_reports')
    .where('handled_at', '<', new Date(now.getTime() - KEPT_DAYS * 86_400_000))
    .execute();
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
