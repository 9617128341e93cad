import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Composition } from '../domain/composition.ts';

export interface OpenSend {
  id: number;
  customerId: string;
  attempts: number;
}

/** What is to be written down for one open send before anything leaves the house. */
export type ClaimDecision =
  | {
      id: number;
      kind: 'send';
      messageId: string;
      subject: string;
      composition: Composition;
    }
  | { id: number; kind: 'skip'; reason: string }
  | { id: number; kind: 'fail'; reason: string; detail: string }
  /** Another mail to this address is on its way; look again soon. */
  | { id: number; kind: 'wait'; until: Date };

/**
 * The open sends of a chunk that nobody else has in hand, locked until the transaction ends, with their
 * customers locked too: two campaigns never decide about one customer at the same time.
 * Must run inside a transaction.
 */
export async function lockOpenSends(
  tx: Database,
  given: { campaignId: string; chunk: number; limit: number; now: Date },
): Promise<OpenSend[]> {
  const { rows } = await sql<OpenSend>`
    with open as (
      select s.id, s.customer_id, s.attempts from sends s
      join campaigns c on c.id = s.campaign_id and c.state = 'running'
      where s.campaign_id = ${given.campaignId} and s.chunk = ${given.chunk}
        and s.state in ('planned', 'queued') and s.due_at <= ${given.now}
      order by s.id limit ${given.limit}
      for no key update of s skip locked
    ), held as (
      select id from customers where id in (select customer_id from open) order by id for no key update
    )
    select open.id, open.customer_id as "customerId", open.attempts
    from open left join held on held.id = open.customer_id order by open.id`.execute(tx);
  // Several records may have one address: who decides about one of them has the address to himself.
  await sql`
    select pg_advisory_xact_lock(hashtextextended('address:' || email_key, 0)) from (
      select distinct email_key from customers
      where id = any(${rows.map((row) => row.customerId)}) and email_key is not null order by email_key) a`.execute(
    tx,
  );
  return rows;
}

/** Writes the decisions down: `sending` is durable, with what will be said, before a byte goes to SMTP. */
export async function writeClaims(
  tx: Database,
  decisions: ClaimDecision[],
  worker: number,
  now: Date,
): Promise<void> {
  const rows = decisions.map((d) => ({
    id: d.id,
    state: { send: 'sending', skip: 'skipped', fail: 'failed', wait: 'queued' }[d.kind],
    reason: d.kind === 'skip' || d.kind === 'fail' ? d.reason : null,
    detail: d.kind === 'fail' ? d.detail : null,
    due_at: d.kind === 'wait' ? d.until : null,
    message_id: d.kind === 'send' ? d.messageId : null,
    subject: d.kind === 'send' ? d.subject : null,
    composition: d.kind === 'send' ? d.composition : null,
  }));
  await sql`
    update sends s set
      state = d.state,
      reason = d.reason,
      detail = d.detail,
      due_at = coalesce(d.due_at, s.due_at),
      message_id = coalesce(d.message_id, s.message_id),
      subject = coalesce(d.subject, s.subject),
      email_key = case when d.state = 'sending' then (select c.email_key from customers c where c.id = s.customer_id)
        else s.email_key end,
      composition = coalesce(d.composition, s.composition),
      attempts = s.attempts + (d.state = 'sending')::int,
      worker = case when d.state = 'sending' then ${worker}::int end,
      sending_at = case when d.state = 'sending' then ${now}::timestamptz else s.sending_at end,
      settled_at = case when d.state in ('skipped', 'failed') then ${now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d (id bigint, state text, reason text,
      detail text, due_at timestamptz, message_id text, subject text, composition jsonb)
    where s.id = d.id and s.state in ('planned', 'queued')`.execute(tx);
}
