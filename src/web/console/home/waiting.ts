import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import { mayAs, type Person, samePerson } from '../../../domain/person.ts';
import { tellingTrouble } from '../../../feedback/crm/trouble.ts';

/** What waits for this person, asked anew for each page. */
export interface Waiting {
  /** Mails of which nobody knows whether they arrived, by campaign. */
  inDoubt: { id: string; name: string; count: number }[];
  /** Campaigns that a second person should approve; `own`: this person asked, and waits for somebody else. */
  approvals: { id: string; name: string; own: boolean }[];
  /** What learning puts forward. */
  proposals: number;
  /** Bounces and complaints that no program could read. */
  unreadReports: number;
  /** What customers said and the CRM would not take, in the last week. */
  refusedEntries: number;
  /** Why the CRM is not told who unsubscribed, or what customers said; empty: it is. */
  troubles: { what: 'unsubscribes' | 'entries'; message: string }[];
  /** Why the last read of the CRM failed; null: it did not. */
  syncError: string | null;
}

export async function loadWaiting(db: Database, now: Date, person: Person): Promise<Waiting> {
  const [inDoubt, approvals, counts, unsubscribes, entries, sync] = await Promise.all([
    sql<Waiting['inDoubt'][number]>`
      select c.id, c.name, d.count from (
        select campaign_id, count(*)::int as count from sends where state = 'in_doubt' group by 1) d
      join campaigns c on c.id = d.campaign_id order by c.created_at desc limit 20`.execute(db),
    db
      .selectFrom('campaigns')
      .select(['id', 'name', 'approval_asked_key'])
      .where('approval_asked_at', 'is not', null)
      .where('approved_at', 'is', null)
      .where('state', 'in', ['draft', 'scheduled'])
      .orderBy('approval_asked_at')
      .limit(20)
      .execute(),
    sql<Pick<Waiting, 'proposals' | 'unreadReports' | 'refusedEntries'>>`
      select ((select count(*) from proposals where decided_at is null)
          + (select count(*) from pairings where state = 'proposed'))::int as proposals,
        (select count(*) from unread_reports where handled_at is null)::int as "unreadReports",
        (select count(*) from crm_entries where outcome = 'refused'
          and settled_at > ${now}::timestamptz - interval '7 days')::int as "refusedEntries"`.execute(db),
    tellingTrouble(db),
    tellingTrouble(db, 'crm_writing'),
    db
      .selectFrom('sync_runs')
      .select(['error', 'finished_at'])
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ]);
  const found = counts.rows[0] ?? { proposals: 0, unreadReports: 0, refusedEntries: 0 };
  return {
    inDoubt: inDoubt.rows,
    // whoever only looks can neither ask nor agree
    approvals: mayAs(person.role, 'marketer')
      ? approvals.map(({ id, name, approval_asked_key }) => ({
          id,
          name,
          own: samePerson(person, approval_asked_key),
        }))
      : [],
    ...found,
    troubles: [
      ...(unsubscribes?.alerted && unsubscribes.message
        ? [{ what: 'unsubscribes' as const, message: unsubscribes.message }]
        : []),
      ...(entries?.alerted && entries.message
        ? [{ what: 'entries' as const, message: entries.message }]
        : []),
    ],
    syncError: sync?.error ?? null,
  };
}
