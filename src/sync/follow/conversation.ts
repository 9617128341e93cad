import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from '../../db/schema.ts';
import type { Merge } from '../port.ts';

/**
 * What merged customers have said goes on under the id of the one that lives: to be called by `moveHistory`. In whatever
 * order records are merged, the end is the same.
 */
export async function moveConversation(trx: Transaction<Tables>, moves: readonly Merge[]): Promise<void> {
  const ids = moves.map(({ id }) => id);
  const moved = sql`unnest(${ids}::text[], ${moves.map(({ into }) => into)}::text[]) as m (id, into_id)`;
  await sql`update statements t set customer_id = m.into_id from ${moved} where t.customer_id = m.id`.execute(
    trx,
  );
  await joinPreferences(trx, moved);
  await joinProductUse(trx, moved);
  await joinSuggestions(trx, moved);
  await joinEntries(trx, moved);
  await joinHeldOut(trx, moved);
}

/**
 * Each record's page showed what held for it, so what was saved last counts. But what somebody does not want to get is an
 * objection, which follows people: topics they want nothing of add up, the rarer mail and the longer pause count.
 */
async function joinPreferences(trx: Transaction<Tables>, moved: RawBuilder<unknown>): Promise<void> {
  const rarity = sql`array_position(array['monthly', 'quarterly', 'important'], frequency)`;
  await sql`
    with closed as (
      delete from preferences p using ${moved} where p.customer_id = m.id returning m.into_id, p.*
    ), said as (
      select * from closed
      union all
      select p.customer_id, p.* from preferences p where p.customer_id in (select into_id from closed)
    ), topics as (
      select into_id, array_agg(distinct topic order by topic) as off
      from said, unnest(topics_off) topic group by into_id
    ), joined as (
      select into_id,
        (array_agg(language order by changed_at desc, language))[1] as language,
        (array_agg(frequency order by ${rarity} desc nulls last))[1] as frequency,
        (array_agg(ratio_wish order by changed_at desc, ratio_wish))[1] as ratio_wish,
        max(paused_until) as paused_until, max(changed_at) as changed_at
      from said group by into_id
    )
    insert into preferences (customer_id, language, frequency, topics_off, ratio_wish, paused_until, changed_at)
    select into_id, language, frequency, coalesce(off, '{}'), ratio_wish, paused_until, changed_at
    from joined left join topics using (into_id)
    on conflict (customer_id) do update set language = excluded.language, frequency = excluded.frequency,
      topics_off = excluded.topics_off, ratio_wish = excluded.ratio_wish, paused_until = excluded.paused_until,
      changed_at = excluded.changed_at`.execute(trx);
}

/** What was said last about a product counts; of two things said on one day, that it is not in use. */
async function joinProductUse(trx: Transaction<Tables>, moved: RawBuilder<unknown>): Promise<void> {
  await sql`
    with closed as (
      delete from product_use u using ${moved} where u.customer_id = m.id
      returning m.into_id, u.product_id, u.used, u.said_on
    )
    insert into product_use as u (customer_id, product_id, used, said_on)
    select distinct on (into_id, product_id) into_id, product_id, used, said_on
    from closed order by into_id, product_id, said_on desc, used
    on conflict (customer_id, product_id) do update set used = excluded.used, said_on = excluded.said_on
    where (excluded.said_on, not excluded.used) > (u.said_on, not u.used)`.execute(trx);
}

/** The newest one stays until the next night judges by what both have answered. */
async function joinSuggestions(trx: Transaction<Tables>, moved: RawBuilder<unknown>): Promise<void> {
  await sql`
    with closed as (
      delete from ratio_suggestions s using ${moved} where s.customer_id = m.id
      returning m.into_id, s.*
    )
    insert into ratio_suggestions as s (customer_id, ratio, suggested, probability, times, made_at, settled_at)
    select distinct on (into_id) into_id, ratio, suggested, probability, times, made_at, settled_at
    from closed order by into_id, made_at desc, suggested
    on conflict (customer_id) do update set ratio = excluded.ratio, suggested = excluded.suggested,
      probability = excluded.probability, times = excluded.times, made_at = excluded.made_at,
      settled_at = excluded.settled_at
    where (excluded.made_at, -excluded.suggested) > (s.made_at, -s.suggested)`.execute(trx);
}

/**
 * Entries that are still gathering for the same become one. Nothing is lost with the others: what they tell of is found
 * when an entry is begun.
 */
async function joinEntries(trx: Transaction<Tables>, moved: RawBuilder<unknown>): Promise<void> {
  await sql`
    with gathering as (
      select e.id, coalesce(m.into_id, e.customer_id) as customer_id, kind, send_id, position, created_at, due_at
      from crm_entries e left join ${moved} on m.id = e.customer_id
      where e.begun_at is null and e.settled_at is null
        and (m.id is not null or e.customer_id in (select into_id from ${moved}))
    ), ranked as (
      select id, row_number() over same as place, min(created_at) over everything as created_at,
        max(due_at) over everything as due_at
      from gathering
      window everything as (partition by customer_id, kind, send_id, position),
        same as (partition by customer_id, kind, send_id, position order by id)
    ), joined as (
      delete from crm_entries e using ranked r where e.id = r.id and r.place > 1
    )
    update crm_entries e set created_at = r.created_at, due_at = r.due_at
    from ranked r where e.id = r.id and r.place = 1`.execute(trx);
  await sql`update crm_entries e set customer_id = m.into_id from ${moved} where e.customer_id = m.id`.execute(
    trx,
  );
}

/** A campaign leaves a customer out once: of several mails, the one that would have gone out first. */
async function joinHeldOut(trx: Transaction<Tables>, moved: RawBuilder<unknown>): Promise<void> {
  await sql`
    with closed as (
      delete from held_out h using ${moved} where h.customer_id = m.id
      returning h.*, m.into_id
    )
    insert into held_out as h (campaign_id, customer_id, chunk, due_at, decided_at, reason, blocks, account)
    select distinct on (campaign_id, into_id)
      campaign_id, into_id, chunk, due_at, decided_at, reason, blocks, account
    from closed order by campaign_id, into_id, due_at, customer_id
    on conflict (campaign_id, customer_id) do update set chunk = excluded.chunk, due_at = excluded.due_at,
      decided_at = excluded.decided_at, reason = excluded.reason, blocks = excluded.blocks,
      account = excluded.account
    where excluded.due_at < h.due_at`.execute(trx);
}
