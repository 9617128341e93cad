import { type RawBuilder, sql } from 'kysely';
import type { Sold } from './sold.ts';

/** When is now, and where. */
export interface Moment {
  /** Calendar days are those of this time zone. */
  timeZone: string;
  now: Date;
}

/** The day that it is. */
export const today = ({ now, timeZone }: Moment) => sql`(${now}::timestamptz at time zone ${timeZone})::date`;

/**
 * Every mail that was decided to be written, whatever became of it then, and every one that was left out for the
 * holdout by the same decision; with its day. Undecided ones have a window that is open. Merged and erased records
 * tell nothing about their customer.
 */
export const touched = (options: Moment) => sql`
  touched as materialized (
    select t.*, ca.state = 'cancelled' as cancelled
    from (
      select s.id as send_id, s.campaign_id, s.customer_id, true as mailed,
        ${dayOf(sql`s.sending_at`, sql`s.due_at`, sql`s.state in ('planned', 'queued', 'sending')`, options)} as day
      from sends s
      where s.former_id is null and s.state <> 'skipped'
        and coalesce(s.reason, '') not in ('merged', 'erased', 'campaign_cancelled')
      union all
      select null, h.campaign_id, h.customer_id, false,
        ${dayOf(sql`h.decided_at`, sql`h.due_at`, sql`h.decided_at is null`, options)}
      from held_out h
      where h.reason is null
    ) t
    join campaigns ca on ca.id = t.campaign_id and ca.state <> 'draft')`;

/** The day of a mail; of one that is still to go, the day it is due, and today at the earliest. */
const dayOf = (
  at: RawBuilder<unknown>,
  due: RawBuilder<unknown>,
  open: RawBuilder<unknown>,
  o: Moment,
) => sql`
  case when ${open} then greatest((${due} at time zone ${o.timeZone})::date, ${today(o)})
    else (coalesce(${at}, ${due}) at time zone ${o.timeZone})::date end`;

/**
 * On which side each customer stands: where they stood first, and until when. Whoever changes sides, because the
 * holdout was made larger or smaller or records were merged, counts only in windows that ended before.
 */
export const sides = sql`
  sides as materialized (
    select customer_id, coalesce(mailed_from < held_from, held_from is null) as mailed,
      case when mailed_from is not null and held_from is not null then greatest(mailed_from, held_from) end as until
    from (
      select customer_id, min(day) filter (where mailed) as mailed_from,
        min(day) filter (where not mailed) as held_from
      from touched group by customer_id) f)`;

/** What content is meant to sell, where it does not depend on the block. */
export const sells = ({ fixed, products: named }: Sold) => sql`
  fixed as (
    select * from unnest(${fixed.map((f) => f.kind)}::text[], ${fixed.map((f) => f.contentId)}::text[])
      as f (kind, content_id)),
  sells as (
    select * from unnest(${named.map((s) => s.kind)}::text[], ${named.map((s) => s.contentId)}::text[],
      ${named.map((s) => s.key)}::text[]) as s (kind, content_id, key))`;

/** What these mails showed, or would have shown, and what that is meant to sell. */
export const shown = (mails: RawBuilder<unknown>) => sql`
  select b.campaign_id, b.customer_id, b.mailed, b.day, b.content_id, coalesce(s.key, b.product_key) as key
  from (
    select t.campaign_id, t.customer_id, t.mailed, t.day, b.kind, b.content_id, b.product_key
    from ${mails} t join shown_blocks b on b.send_id = t.send_id
    union all
    select t.campaign_id, t.customer_id, t.mailed, t.day, b ->> 'kind', b ->> 'contentId', b ->> 'productKey'
    from ${mails} t join sends s on s.id = t.send_id and s.state in ('failed', 'in_doubt'),
      jsonb_array_elements(s.composition -> 'blocks') b
    union all
    select t.campaign_id, t.customer_id, t.mailed, t.day, b ->> 'kind', b ->> 'contentId', b ->> 'productKey'
    from ${mails} t join held_out h on h.campaign_id = t.campaign_id and h.customer_id = t.customer_id,
      jsonb_array_elements(h.blocks) b
    where not t.mailed) b
  left join sells s using (kind, content_id)
  left join fixed f using (kind, content_id)
  where s.key is not null or (f.kind is null and b.kind = 'proven')`;
