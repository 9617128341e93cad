import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Role } from '../domain/person.ts';

/** What is kept of a session's number: whoever reads the table opens nothing with it. */
const idOf = (number: string): Buffer => createHash('sha256').update(number).digest();

/** Who is behind a session by now. */
export interface Standing {
  /** Somebody signed out of it. */
  ended: boolean;
  /** The account as it is at this moment; null: none, closed, or all sessions of this round were ended. */
  account: { name: string; role: Role } | null;
}

/** Asked on every request, so that closing, another role and signing out hold from the next click on. */
export async function sessionStanding(
  db: Database,
  given: { number: string; accountId: number | null; round: number },
): Promise<Standing> {
  const { rows } = await sql<{ ended: boolean; name: string | null; role: Role | null }>`
    select exists (select from ended_sessions where id = ${idOf(given.number)}) as ended, a.name, a.role
    from (select ${given.accountId}::bigint as id) s
    left join accounts a on a.id = s.id and a.closed_at is null and a.session_round = ${given.round}`.execute(
    db,
  );
  const row = rows[0];
  const account = row?.role && row.name !== null ? { name: row.name, role: row.role } : null;
  return { ended: row?.ended ?? true, account };
}

/** Signs a session out, for good. @param given.until when it would have ended by itself */
export async function endSession(
  db: Database,
  given: { number: string; until: Date; now: Date },
): Promise<void> {
  await db
    .insertInto('ended_sessions')
    .values({ id: idOf(given.number), until: given.until })
    .onConflict((oc) => oc.doNothing())
    .execute();
  await db.deleteFrom('ended_sessions').where('until', '<', given.now).execute();
}

/**
 * Whether anybody could sign in with an account.
 * @param given.sso single sign-on is set up; else only accounts with a password count
 */
export async function hasAccounts(db: Database, given: { sso: boolean }): Promise<boolean> {
  const { rows } = await sql<{ some: boolean }>`
    select exists (
      select from accounts where closed_at is null and (password_hash is not null or ${given.sso})
    ) as some`.execute(db);
  return rows[0]?.some ?? false;
}
