import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { Complaint } from './harm.ts';

/**
 * What mails that brought a complaint could have shown at each place that had an offer: a row for each form, with the
 * probability that it would be drawn there, over all products it could have been tied to. Mails from before odds were
 * stored have none.
 */
const chances = sql`
  complained as (
    select send_id, min(id) as event from mail_events
    where kind in ('unsubscribe', 'complaint') and send_id is not null
    group by send_id),
  chances as materialized (
    select c.event, b.position, o."offerId" as offer_id, o."variantId" as variant_id,
      least(1, sum(o.probability)) as share, (o."offerId" = b.content_id and o."variantId" = b.variant_id) as mine
    from complained c
    join sends s on s.id = c.send_id
    cross join lateral jsonb_array_elements(s.composition -> 'choices') choice
    join shown_blocks b on b.send_id = s.id and b.position = (choice ->> 'position')::int and b.kind = 'experimental'
    cross join lateral jsonb_to_recordset(choice -> 'odds') as o ("offerId" text, "variantId" text, probability float8)
    group by 1, 2, 3, 4, 6)`;

/**
 * Offers that are shown as they were written, and were never bred, have no row among the variants. Those that a mail
 * with a complaint could have shown get one, so that they have a number: whether or not it did.
 */
export async function enlistUnbred(db: Database, now: Date): Promise<void> {
  await sql`
    with ${chances}
    insert into variants (offer_id, variant_id, origin, born_at)
    select distinct offer_id, variant_id, 'founder', ${now}::timestamptz
    from chances c
    where variant_id = 'base' and not exists (select from variants v where v.offer_id = c.offer_id)
    order by offer_id
    on conflict do nothing`.execute(db);
}

/** A variant that is tried, and the unsubscribes and complaints after mails that could have shown it. */
export interface Watched {
  offerId: string;
  variantId: string;
  /** The how many-th variant of the installation it is, from 1. */
  number: number;
  /** In the order in which they were recorded; of one mail, in the order of its blocks. */
  complaints: Complaint[];
}

/**
 * Unsubscribes and complaints after mails with offers, once per mail, at once and without a window: whatever is still to
 * come, is still to come for all. A mail is compared with nothing but itself: chance could have drawn another form for
 * the same person at the same time. So it makes no difference who may get what, nor when.
 */
export async function loadComplaints(db: Database): Promise<Watched[]> {
  const { rows } = await sql<Watched>`
    with ${chances},
    numbered as (
      select offer_id, variant_id, state, row_number() over (order by number) as number from variants)
    select n.offer_id as "offerId", n.variant_id as "variantId", n.number::int,
      jsonb_agg(jsonb_build_object('mine', c.mine, 'share', c.share) order by c.event, c.position) as complaints
    from numbered n join chances c using (offer_id, variant_id)
    where n.state = 'alive'
    group by n.offer_id, n.variant_id, n.number
    order by n.number`.execute(db);
  return rows;
}

/**
 * Mails that showed a variant and mails with other offers since its first one, and how many brought a complaint. Only for
 * people to see how much it is about: they went to different people, so it proves nothing.
 */
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
