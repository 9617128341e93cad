import { sql } from 'kysely';
import { hashOfKey } from '../db/address-hash.ts';
import { LEFT } from '../db/left.ts';
import { PREPARED } from '../db/prepared.ts';
import type { RatioAccount } from '../domain/composition.ts';
import type { Answer, Preferences } from '../domain/conversation.ts';
import type { ConsentBasis, Language } from '../domain/customer.ts';

/** What the query answers: a list for each kind of fact, null where there is none of it. */
export interface FactLists {
  customers: CustomerRow[] | null;
  /** Column by column: most of what is known is this, and names of columns for each row would be most of it. */
  owned: {
    customer: string[] | null;
    product: string[];
    quantity: number[];
    since: string[];
    declared: boolean[];
  };
  products: { id: string; sku: string | null; name: string; family: string | null }[] | null;
  shown: { id: string; times: Record<string, number> }[] | null;
  answers: { id: string; latest: Record<string, Answer> }[] | null;
  resting: { id: string; until: Record<string, string> }[] | null;
  twins: TwinRow[] | null;
  wishes: WishRow[] | null;
  held_out: HeldOutRow[] | null;
  mails: { id: string; recent: string[]; in_flight: boolean }[] | null;
}

export interface CustomerRow {
  id: string;
  email: string | null;
  salutation: 'frau' | 'herr' | null;
  title: string | null;
  first_name: string | null;
  last_name: string | null;
  company_id: string | null;
  company_name: string | null;
  company_ratio: number | null;
  owner_name: string | null;
  owner_email: string | null;
  language: Language;
  own_language: Language | null;
  ratio_wish: number | null;
  country: string | null;
  consent: ConsentBasis;
  contact_ratio: number | null;
  archived: boolean;
  suppressed: boolean;
  opted_out: boolean;
  bounced: boolean;
  wanted: number | null;
  given: number | null;
  forgiven: number | null;
}

/** What the other records with the same address say together. */
export interface TwinRow {
  id: string;
  opted_out: boolean;
  bounced: boolean;
  /** One of them is rather the one written to. */
  better: boolean;
}

/** What limits mail, of all records with the same address. */
export type WishRow = { id: string } & Pick<Preferences, 'frequency' | 'topicsOff' | 'pausedUntil'>;

export interface HeldOutRow {
  id: string;
  mails: string[];
  account: RatioAccount | null;
  shown: Record<string, number> | null;
}

/**
 * All that a decision needs about some customers, in one statement, so that it is true of one moment. Each list asks
 * its tables once about all of them, and none is joined to another: what has no rows costs nothing, and the plan is good
 * for one customer and for thousands, so it is prepared.
 *
 * Parameters: 1 ids of customers, 2 since when mails count, 3 days that content rests after "later".
 */
export const FACTS = sql<FactLists>`${sql.raw(PREPARED)}
  with c as materialized (select * from customers where id = any($1)),
  -- other records with the same address
  others as materialized (
    select c.id, other.id as other_id, c.consent = 'none' as barred, other.consent = 'none' as other_barred,
      other.opted_out, other.bounced, other.archived_at
    from c join customers other on other.email_key = c.email_key and other.id <> c.id
  ),
  twins as materialized (
    select id, other_id, barred, other_barred, opted_out, bounced from others where archived_at is null
  ),
  -- those of them who own something
  owning as materialized (
    select distinct o.customer_id from owned_products o join products p on p.id = o.product_id
    where o.customer_id = any(array(select id from twins union select other_id from twins))
  ),
  owned as materialized (select * from owned_products where customer_id = any($1)),
  heard as materialized (
    select id, customer_id, content_id, answer, answered_at from answers
    where customer_id = any($1) and doubted_at is null
  ),
  -- days that they named themselves
  named as materialized (
    select id, customer_id, content_id, not_before, said_at from statements
    where customer_id = any($1) and content_id is not null and not_before is not null and doubted_at is null
  )
  select
    (select json_agg(r) from (
      select c.id, c.email, c.salutation, c.title, c.first_name, c.last_name, c.language, c.country, c.consent,
        c.opted_out, c.bounced, c.innovation_ratio as contact_ratio, c.archived_at is not null as archived,
        c.company_id, co.name as company_name, co.innovation_ratio as company_ratio,
        ow.name as owner_name, ow.email as owner_email,
        s.email_hash is not null as suppressed,
        own.language as own_language, own.ratio_wish,
        a.wanted, a.given, a.forgiven
      from c
      left join companies co on co.id = c.company_id and co.archived_at is null
      left join owners ow on ow.id = c.owner_id
      left join suppressions s on s.email_hash = ${hashOfKey(sql`c.email_key`)}
      left join preferences own on own.customer_id = c.id
      left join ratio_accounts a on a.customer_id = c.id
    ) r) as customers,

    (select json_build_object('customer', array_agg(o.customer_id), 'product', array_agg(o.product_id),
        'quantity', array_agg(o.quantity), 'since', array_agg(o.since), 'declared', array_agg(o.declared))
      from (select * from owned order by since, product_id) o) as owned,
    (select json_agg(p) from (
      select id, sku, name, family from products where id in (select product_id from owned)
    ) p) as products,

    (select json_agg(r) from (
      select customer_id as id, jsonb_object_agg(content_id, times) as times from (
        select customer_id, content_id, count(*) as times from shown_blocks
        where customer_id = any($1) group by customer_id, content_id
      ) b group by customer_id
    ) r) as shown,

    (select json_agg(r) from (
      select customer_id as id, jsonb_object_agg(content_id, answer) as latest from (
        select distinct on (customer_id, content_id) customer_id, content_id, answer from heard
        order by customer_id, content_id, answered_at desc, id desc
      ) a group by customer_id
    ) r) as answers,

    (select json_agg(r) from (
      select customer_id as id, jsonb_object_agg(content_id, until) as until from (
        select customer_id, content_id, max(until) as until from (
          (select distinct on (customer_id, content_id) customer_id, content_id,
             case when answer = 'later' then answered_at::date + $3::int end as until
           from heard
           -- a day that they named themselves goes before the usual time
           where not exists (select from named where named.customer_id = heard.customer_id
             and named.content_id = heard.content_id and named.said_at >= heard.answered_at)
           order by customer_id, content_id, answered_at desc, id desc)
          union all
          (select distinct on (customer_id, content_id) customer_id, content_id, not_before
           from named
           -- until they answer anew
           where not exists (select from heard where heard.customer_id = named.customer_id
             and heard.content_id = named.content_id and heard.answered_at > named.said_at)
           order by customer_id, content_id, said_at desc, id desc)
        ) asked group by customer_id, content_id
      ) rests where until is not null group by customer_id
    ) r) as resting,

    (select json_agg(r) from (
      select id, bool_or(opted_out) as opted_out, bool_or(bounced) as bounced,
        bool_or((other_barred, other_id not in (select customer_id from owning), other_id)
          < (barred, id not in (select customer_id from owning), id)) as better
      from twins group by id
    ) r) as twins,

    -- what limits mail counts for the address, whichever record of it said so, also one that is archived by now
    (select json_agg(r) from (
      select same.id, max(w.paused_until) as "pausedUntil",
        (array_agg(w.frequency order by array_position(array['important', 'quarterly', 'monthly'], w.frequency)))[1]
          as frequency,
        coalesce(array_agg(distinct topic order by topic) filter (where topic is not null), '{}') as "topicsOff"
      from (select id, id as customer_id from c union all select id, other_id from others) same
      join preferences w on w.customer_id = same.customer_id
      left join unnest(w.topics_off) topic on true
      group by same.id
    ) r) as wishes,

    (select json_agg(r) from (
      select h.customer_id as id, json_agg(h.decided_at) as mails,
        (array_agg(h.account order by h.decided_at desc))[1] as account,
        (select jsonb_object_agg(s.id, s.times) from (
          select block ->> 'contentId' as id, count(*) as times
          from held_out o, jsonb_array_elements(o.blocks) block where o.customer_id = h.customer_id group by 1
        ) s) as shown
      from held_out h where h.customer_id = any($1) and h.blocks is not null
      group by h.customer_id
    ) r) as held_out,

    (select json_agg(r) from (
      select id, json_agg(sending_at order by sending_at) as recent, bool_or(state = 'sending') as in_flight
      from (
        select customer_id as id, state, sending_at from sends
        where customer_id = any($1) and sending_at > $2 and ${LEFT}
        union all
        -- offset 0: by index for each address, also while nothing is known about a campaign that has just begun
        select c.id, m.state, m.sending_at from c cross join lateral (
          select state, sending_at from sends
          where email_key = c.email_key and customer_id <> c.id and sending_at > $2 and ${LEFT} offset 0) m
      ) m group by id
    ) r) as mails`;
