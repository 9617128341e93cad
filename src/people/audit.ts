import type { Database } from '../db/connect.ts';
import type { Act, Person } from '../domain/person.ts';

export interface AuditEntry {
  id: number;
  at: Date;
  who: string;
  action: Act;
  subject: string | null;
  detail: Record<string, unknown>;
}

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

/** Newest first. @param given.before only older ones than this entry */
export async function listActs(
  db: Database,
  given: { limit: number; before?: number; subject?: string },
): Promise<AuditEntry[]> {
  let query = db
    .selectFrom('audit_log')
    .select(['id', 'at', 'who', 'action', 'subject', 'detail'])
    .orderBy('id', 'desc')
    .limit(given.limit);
  if (given.before !== undefined) query = query.where('id', '<', given.before);
  if (given.subject !== undefined) query = query.where('subject', '=', given.subject);
  return query.execute();
}
