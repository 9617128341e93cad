import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { LEFT } from '../db/left.ts';
import { PREPARED } from '../db/prepared.ts';
import type { Composition } from '../domain/composition.ts';

/** A mail whose first byte is about to leave: the server has answered 354. */
export interface Beginning {
  id: number;
  messageId: string;
  subject: string;
  composition: Composition;
  /** The address it goes to, as the decision knew it. */
  address: string;
  /** Mails to this address that the decision knew of, since `mailsSince`. */
  mailsKnown: number;
  mailsSince: Date;
}

/**
 * The last question before a mail leaves: may it still? In one statement, and durable with the answer: the campaign
 * runs, nobody else has the send, the address is the same and neither suppressed nor opted out, and no other mail
 * went to it since the decision was made. Those that may become `sending`, with what will be said.
 *
 * The address's lock makes two campaigns, or two workers, that want the same address decide one after the other.
 * @returns the ids that may go; everything else stays open and is decided anew from fresh facts
 */
export async function beginSends(
  db: Database,
  beginnings: Beginning[],
  worker: number,
  now: Date,
): Promise<Set<number>> {
  const rows = beginnings.map((b) => ({
    id: b.id,
    address: b.address,
    message_id: b.messageId,
    subject: b.subject,
    composition: b.composition,
    mails_known: b.mailsKnown,
    mails_since: b.mailsSince,
  }));
  const begun = await db.transaction().execute(async (tx) => {
    // The server has said 354 and waits: better to let a mail go by than to stand in line for its address.
    await sql`set local lock_timeout = '3s'`.execute(tx);
    await sql`
      select pg_advisory_xact_lock(hashtextextended('address:' || key, 0)) from (
        select distinct lower(btrim(address)) as key from unnest(${rows.map((r) => r.address)}::text[]) address order by 1
      ) addresses`.execute(tx);
    return sql<{ id: number }>`${sql.raw(PREPARED)}
      with d as (
        -- of several mails to one address, one now; the others are decided anew, knowing of it
        select distinct on (lower(btrim(address))) *, lower(btrim(address)) as email_key
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id bigint, address text, message_id text,
          subject text, composition jsonb, mails_known int, mails_since timestamptz)
        order by lower(btrim(address)), id
      )
      update sends s set
        state = 'sending',
        reason = null,
        detail = null,
        message_id = d.message_id,
        subject = d.subject,
        composition = d.composition,
        email_key = d.email_key,
        attempts = s.attempts + 1,
        worker = ${worker},
        sending_at = ${now},
        tried_at = coalesce(s.tried_at, ${now})
      from d, campaigns p, customers c
      -- the ids once more: without statistics the planner would read the whole campaign for them
      where s.id = any(${rows.map((r) => r.id)}::bigint[]) and s.id = d.id and s.state in ('planned', 'queued')
        and p.id = s.campaign_id and p.state = 'running'
        and c.id = s.customer_id and c.archived_at is null and c.email_key = d.email_key
        and c.consent <> 'none' and not exists (
          select from customers t
          where t.email_key = d.email_key and t.archived_at is null and (t.opted_out or t.bounced))
        and not exists (select from suppressions x where x.email_hash = address_hash(d.email_key))
        and d.mails_known = (
          select count(*) from (
            select o.id from sends o
            where o.customer_id = s.customer_id and ${LEFT}
              and o.sending_at > d.mails_since
            union
            select o.id from sends o
            where o.email_key = d.email_key and ${LEFT}
              and o.sending_at > d.mails_since
          ) mails)
      returning s.id`.execute(tx);
  });
  return new Set(begun.rows.map((row) => row.id));
}
