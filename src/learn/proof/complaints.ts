import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { Complaint } from './harm.ts';
import { inBulk } from './in-bulk.ts';

/** Mails with offers, one row for each variant that they show, in the hours whose mails brought complaints. */
const blocks = sql`
  complained as (
    select send_id, min(id) as event from mail_events
    where kind in ('unsubscribe', 'complaint') and send_id is not null
    group by send_id),
  hours as materialized (
    select distinct b.campaign_id, date_trunc('hour', b.shown_at) as hour
    from complained join shown_blocks b using (send_id) where b.kind = 'experimental'),
  blocks as materialized (
    select distinct b.campaign_id, h.hour, b.send_id, b.content_id as offer_id, b.variant_id, c.event
    from hours h
    join shown_blocks b on b.campaign_id = h.campaign_id and date_trunc('hour', b.shown_at) = h.hour
      and b.kind = 'experimental'
    left join complained c on c.send_id = b.send_id)`;

/**
 * Offers that are shown as they were written, and were never bred, have no row among the variants. Those that bear on a
 * complaint get one, so that they have a number: whether or not it was about them.
 */
export async function enlistUnbred(db: Database, now: Date): Promise<void> {
  await sql`
    with ${blocks}
    insert into variants (offer_id, variant_id, origin, born_at)
    select distinct offer_id, variant_id, 'founder', ${now}::timestamptz
    from blocks b
    where variant_id = 'base' and not exists (select from variants v where v.offer_id = b.offer_id)
    order by offer_id
    on conflict do nothing`.execute(db);
}

/** A variant that is tried, and the unsubscribes and complaints that bear on it. */
export interface Watched {
  offerId: string;
  variantId: string;
  /** The how many-th variant of the installation it is, from 1. */
  number: number;
  /** In the order in which they were recorded. */
  complaints: Complaint[];
}

interface Row {
  offer_id: string;
  variant_id: string;
  number: number;
  complaints: Complaint[];
}

/**
 * Unsubscribes and complaints after mails with offers, once per mail, at once and without a window: whatever is still to
 * come, is still to come for all. A variant is compared with the other mails with an offer of the same campaign that
 * went out in the same hour, so that neither season nor occasion nor how long ago it was makes a difference. What is
 * alone there is not compared.
 */
export async function loadComplaints(db: Database): Promise<Watched[]> {
  const query = sql<Row>`
    with ${blocks},
    numbered as (
      select offer_id, variant_id, state, row_number() over (order by number) as number from variants),
    -- each hour's complaints in their order, with how many mails had not brought one yet
    events as materialized (
      select campaign_id, hour, send_id, event, mails - row_number() over (partition by campaign_id, hour order by event) + 1
        as mails
      from (
        select campaign_id, hour, send_id, event, count(*) over (partition by campaign_id, hour) as mails
        from (select distinct campaign_id, hour, send_id, event from blocks) m) m
      where event is not null),
    shares as (
      select campaign_id, hour, offer_id, variant_id, count(*) as mails
      from blocks group by campaign_id, hour, offer_id, variant_id),
    borne as (
      select s.offer_id, s.variant_id, e.event, (b.send_id is not null) as mine,
        (s.mails - coalesce(sum((b.send_id is not null)::int) over (
          partition by s.campaign_id, s.hour, s.offer_id, s.variant_id order by e.event
          rows between unbounded preceding and 1 preceding), 0))::float8 / e.mails as share
      from shares s
      join events e using (campaign_id, hour)
      left join blocks b on b.send_id = e.send_id and b.offer_id = s.offer_id and b.variant_id = s.variant_id),
    sums as (
      select offer_id, variant_id, jsonb_agg(jsonb_build_object('mine', mine, 'share', share) order by event) as complaints
      from borne group by offer_id, variant_id)
    select n.offer_id, n.variant_id, n.number::int, s.complaints
    from numbered n join sums s using (offer_id, variant_id)
    where n.state = 'alive'
    order by n.number`;
  const { rows } = await inBulk(db, async (tx) => await query.execute(tx));
  return rows.map((row) => ({
    offerId: row.offer_id,
    variantId: row.variant_id,
    number: row.number,
    complaints: row.complaints,
  }));
}

/** Mails that showed a variant and mails with other offers since its first one, and how many brought a complaint. */
export async function countComplaints(
  db: Database,
  { offerId, variantId }: { offerId: string; variantId: string },
): Promise<{ mine: Count; rest: Count }> {
  const { rows } = await sql<{ mine: boolean; mails: number; complaints: number }>`
    with offers as materialized (
      select * from shown_blocks
      where kind = 'experimental' and shown_at >= (
        select min(shown_at) from shown_blocks
        where kind = 'experimental' and content_id = ${offerId} and variant_id = ${variantId}))
    select mine, count(*)::int as mails, count(*) filter (where exists (
      select from mail_events e where e.send_id = m.send_id and e.kind in ('unsubscribe', 'complaint')))::int as complaints
    from (
      select send_id, bool_or(content_id = ${offerId} and variant_id = ${variantId}) as mine
      from offers group by send_id) m
    group by mine`.execute(db);
  const of = (mine: boolean) => rows.find((row) => row.mine === mine) ?? { mails: 0, complaints: 0 };
  const count = ({ mails, complaints }: Count): Count => ({ mails, complaints });
  return { mine: count(of(true)), rest: count(of(false)) };
}

export interface Count {
  mails: number;
  /** Mails that brought an unsubscribe or a complaint. */
  complaints: number;
}
