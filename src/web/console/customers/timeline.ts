import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import type { BlockKind } from '../../../domain/composition.ts';
import type { Answer } from '../../../domain/conversation.ts';

/** One thing that happened with a customer. */
export interface Happened {
  kind: 'mail' | 'answer' | 'click' | 'statement' | 'purchase' | 'report';
  at: Date;
  /** The day alone is known. */
  dayOnly: boolean;
  sendId: number | null;
  campaignId: string | null;
  campaign: string | null;
  /** State of a mail, of a purchase, or kind of a report; null for the rest. */
  state: string | null;
  reason: string | null;
  subject: string | null;
  contentId: string | null;
  blockKind: BlockKind | null;
  variantId: string | null;
  productKey: string | null;
  answer: Answer | null;
  /** Words of a statement; name of a purchased product. */
  words: string | null;
  quantity: number | null;
  /** A program may have done it: it counts for nothing. */
  doubted: boolean;
  blocks: { kind: BlockKind; contentId: string; variantId: string; productKey: string }[] | null;
}

/** What happened with one customer, newest first; one more than asked for says that there is more. */
export async function loadTimeline(
  db: Database,
  customerId: string,
  given: { offset: number; limit: number },
): Promise<Happened[]> {
  const { rows } = await sql<Happened>`
    with mine as materialized (
      select s.id, s.campaign_id, c.name as campaign, s.state, s.reason, s.subject,
        coalesce(s.sending_at, s.settled_at, s.due_at) as at
      from sends s join campaigns c on c.id = s.campaign_id where s.customer_id = ${customerId}),
    shown as materialized (select * from shown_blocks where customer_id = ${customerId}),
    happened as (
      select 'mail' as kind, at, false as "dayOnly", id as "sendId", campaign_id as "campaignId", campaign, state, reason,
        subject, null::text as "contentId", null::text as "blockKind", null::text as "variantId",
        null::text as "productKey", null::text as answer, null::text as words, null::int as quantity, false as doubted
      from mine
      union all
      select 'answer', a.answered_at, false, a.send_id, m.campaign_id, m.campaign, null, null, null, a.content_id,
        coalesce(b.kind, 'proven'), b.variant_id, b.product_key, a.answer, null, null, a.doubted_at is not null
      from answers a left join mine m on m.id = a.send_id
        left join shown b on b.send_id = a.send_id and b.position = a.position
      where a.customer_id = ${customerId}
      union all
      select 'click', v.visited_at, false, v.send_id, m.campaign_id, m.campaign, null, null, null, b.content_id,
        b.kind, b.variant_id, b.product_key, null, null, null, v.machine is not null
      from mine m join visits v on v.send_id = m.id and v.link = 'click'
        left join shown b on b.send_id = v.send_id and b.position = v.position
      union all
      select 'statement', t.said_at, false, t.send_id, m.campaign_id, m.campaign, t.said_by, null, t.question, null, null,
        null, null, null, concat_ws('. ', t.choice_words, t.words), null, t.doubted_at is not null
      from statements t left join mine m on m.id = t.send_id where t.customer_id = ${customerId}
      union all
      select 'report', e.occurred_at, false, m.id, m.campaign_id, m.campaign, e.kind, null, null, null, null, null, null,
        null, null, null, false
      from mine m join mail_events e on e.send_id = m.id
      union all
      select 'purchase', p.purchased_on::timestamptz, true, null, null, null,
        case when p.quantity < 0 then 'returned' else p.status end, null, null, null, null, null, p.product_id, null,
        coalesce(r.name, p.product_id), abs(p.quantity), false
      from purchases p left join products r on r.id = p.product_id where p.customer_id = ${customerId}),
    page as (
      select * from happened order by at desc, "sendId" desc nulls last, kind limit ${given.limit + 1} offset ${given.offset})
    select page.*, case when kind = 'mail' then (
      select jsonb_agg(jsonb_build_object('kind', b.kind, 'contentId', b.content_id, 'variantId', b.variant_id,
        'productKey', b.product_key) order by b.position) from shown b where b.send_id = page."sendId") end as blocks
    from page order by at desc, "sendId" desc nulls last, kind`.execute(db);
  return rows;
}

/** What was wanted and given after each mail, in blocks, oldest first: an innovation account over time. */
export async function loadAccount(
  db: Database,
  customerId: string,
): Promise<{ at: Date; wanted: number; given: number }[]> {
  const { rows } = await sql<{ at: Date; wanted: number; given: number }>`
    select sending_at as at, (composition #>> '{account,after,wanted}')::float8 / 10000 as wanted,
      (composition #>> '{account,after,given}')::float8 as given
    from sends where customer_id = ${customerId} and state = 'sent' and sending_at is not null
      and composition #>> '{account,after,wanted}' is not null
    order by sending_at desc limit 40`.execute(db);
  return rows.toReversed();
}
