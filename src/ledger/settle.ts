import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { PREPARED } from '../db/prepared.ts';

/** How one try at a send ends. */
export type Settlement = {
  id: number;
  messageId: string;
  address: string;
  /**
   * The ledger has this try as on its way, or may have. One that it has not says nothing about another try that it has: a
   * job that stalled and its second life may have the same send in hand.
   */
  begun: boolean;
} & (
  | { kind: 'sent'; response: string }
  | { kind: 'failed'; reason: string; detail: string; status: string | null }
  /** The server has certainly not taken it. `counts`: a server answered this try, so it counts as one. */
  | { kind: 'again'; at: Date; detail: string; status: string | null; counts: boolean }
  | { kind: 'in_doubt'; detail: string }
);

const STATE = { sent: 'sent', failed: 'failed', again: 'queued', in_doubt: 'in_doubt' } as const;

/**
 * Settles sends that this worker has in hand: begun ones (`sending`), and those that were refused before their
 * message flowed (still `queued`). What was sent is written into the customer's history and innovation account in
 * the same statement, exactly once: only rows that change state here count. A send that was held as in doubt
 * meanwhile is settled too, because this worker knows the truth.
 */
export async function settleSends(
  db: Database,
  settlements: Settlement[],
  worker: number,
  now: Date,
): Promise<void> {
  if (settlements.length === 0) return;
  const rows = oneEach(settlements).map((s) => ({
    id: s.id,
    begun: s.begun,
    message_id: s.messageId,
    address: s.address,
    state: STATE[s.kind],
    reason: s.kind === 'failed' ? s.reason : s.kind === 'in_doubt' ? 'connection_lost' : null,
    detail: s.kind === 'sent' ? null : s.detail,
    status: s.kind === 'failed' || s.kind === 'again' ? s.status : null,
    response: s.kind === 'sent' ? s.response : null,
    due_at: s.kind === 'again' ? s.at : null,
    counts: s.kind === 'failed' || (s.kind === 'again' && s.counts),
    uncounted: s.kind === 'again' && !s.counts,
  }));
  await sql`${sql.raw(PREPARED)}
    with settled as (
      update sends s set
        -- what was not taken by the server is not tried again for a campaign that was cancelled meanwhile
        state = case when d.state = 'queued' and c.state = 'cancelled' then 'skipped' else d.state end,
        reason = case when d.state = 'queued' and c.state = 'cancelled' then 'campaign_cancelled' else d.reason end,
        detail = d.detail, smtp_response = d.response,
        smtp_status = coalesce(d.status, s.smtp_status),
        message_id = coalesce(s.message_id, d.message_id),
        -- whom a refusal is about
        email_key = case when d.state = 'failed' then coalesce(s.email_key, lower(btrim(d.address))) else s.email_key end,
        due_at = coalesce(d.due_at, s.due_at),
        -- beginning counted it already
        attempts = s.attempts + case
          when s.state in ('planned', 'queued') and d.counts then 1
          when s.state = 'sending' and d.uncounted then -1
          else 0 end,
        tried_at = case when d.counts then coalesce(s.tried_at, ${now}) else s.tried_at end,
        worker = null,
        held_at = case when d.state = 'in_doubt' then clock_timestamp() end,
        settled_at = case when d.state in ('sent', 'failed') or (d.state = 'queued' and c.state = 'cancelled')
          then ${now}::timestamptz end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as d (id bigint, begun boolean, message_id text, address text, state text, reason text, detail text, status text, response text,
          due_at timestamptz, counts boolean, uncounted boolean),
        campaigns c
      where s.id = any(${rows.map((r) => r.id)}::bigint[]) and s.id = d.id and c.id = s.campaign_id and (
        (d.begun and s.worker = ${worker} and s.state in ('sending', 'in_doubt'))
        or (s.state in ('planned', 'queued') and d.state in ('queued', 'failed')))
      returning s.id, s.customer_id, s.campaign_id, s.state, s.composition
    ), reopened as (
      -- held as in doubt, so the campaign was finished; now its worker says that it never went out
      update campaigns c set state = 'running', finished_at = null
      where c.state = 'finished' and exists (select from settled t where t.campaign_id = c.id and t.state = 'queued')
    ), sent as (select * from settled where state = 'sent'),
    ${SHOWN_AND_ACCOUNTS(now)}`.execute(db);
}

/** Of two tries at the same send, the one that began. */
function oneEach(settlements: Settlement[]): Settlement[] {
  const order = settlements.toSorted((a, b) => Number(a.begun) - Number(b.begun));
  return [...new Map(order.map((each) => [each.id, each])).values()];
}

/** The end of a statement whose `sent` are the sends that just became so: history and innovation accounts. */
export const SHOWN_AND_ACCOUNTS = (now: Date) => sql`
  shown as (
    insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id,
      product_key, probability, shown_at, model_id)
    select t.id, b.ordinality - 1, t.customer_id, t.campaign_id, b.block ->> 'kind', b.block ->> 'contentId',
      b.block ->> 'variantId', b.block ->> 'productKey', (b.block ->> 'probability')::float8, ${now},
      (select (c ->> 'modelId')::bigint from jsonb_array_elements(t.composition -> 'choices') c
        where (c ->> 'position')::int = b.ordinality - 1)
    from sent t, jsonb_array_elements(t.composition -> 'blocks') with ordinality as b (block, ordinality)
  )
  insert into ratio_accounts as a (customer_id, wanted, given, forgiven)
  select customer_id, sum(wanted), sum(given), sum(forgiven) from (
    select customer_id,
      (composition #>> '{account,after,wanted}')::bigint - (composition #>> '{account,before,wanted}')::bigint as wanted,
      (composition #>> '{account,after,given}')::int - (composition #>> '{account,before,given}')::int as given,
      (composition #>> '{account,after,forgiven}')::bigint - (composition #>> '{account,before,forgiven}')::bigint as forgiven
    from sent) changes
  group by customer_id
  on conflict (customer_id) do update set wanted = a.wanted + excluded.wanted,
    given = a.given + excluded.given, forgiven = a.forgiven + excluded.forgiven`;
