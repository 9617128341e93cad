import type { Database } from '../db/connect.ts';
import type { Act, Person } from '../domain/person.ts';

export interface AuditEntry {
  id: number;
  at: Date;
  who: string;
  /** Whose name that was then: names can change, the account's number can't. Null: nobody's account. */
  accountId: number | null;
  action: Act;
  subject: string | null;
  detail: Record<string, unknown>;
}

/** How the log names a customer who was erased: this and a part of the salted hash of their id. */
export const ERASED_SUBJECT = 'erased-';

/**
 * Writes down who did what. Inside the transaction that does it, so that neither is there without the other.
 * @param act.subject what it was done to: a campaign's id, a file, an account's number; never an address or a name of a
 *   customer
 */
export async function recordAct(
  db: Database,
  person: Person,
  act: { action: Act; subject?: string; detail?: Record<string, unknown>; now: Date },
): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({
      at: act.now,
      who: person.name,
      account_id: person.accountId,
      action: act.action,
      subject: act.subject ?? null,
      detail: JSON.stringify(act.detail ?? {}),
    })
    .execute();
}

/**
 * Newest first.
 * @param given.before only older ones than this entry
 * @param given.who as it is written in the log; empty: whoever sits at this machine
 */
export async function listActs(
  db: Database,
  given: {
    limit: number;
    before?: number | undefined;
    who?: string | undefined;
    action?: Act | undefined;
    subject?: string | undefined;
  },
): Promise<AuditEntry[]> {
  const { limit, before, who, action, subject } = given;
  let query = db
    .selectFrom('audit_log')
    .select(['id', 'at', 'who', 'account_id as accountId', 'action', 'subject', 'detail'])
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  if (who !== undefined) query = query.where('who', '=', who);
  if (action !== undefined) query = query.where('action', '=', action);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  return query.execute();
}
