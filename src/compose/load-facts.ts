import { sql } from 'kysely';
import { hashOfKey } from '../db/address-hash.ts';
import type { Database } from '../db/connect.ts';
import { PREPARED } from '../db/prepared.ts';
import type { RatioAccount } from '../domain/composition.ts';
import { type Answer, NO_PREFERENCES, type Preferences } from '../domain/conversation.ts';
import type { ConsentBasis, Language } from '../domain/customer.ts';
import type { Rules } from '../library/schema.ts';
import type { CustomerFacts } from './facts.ts';

interface Row {
  id: string;
  email: string | null;
  salutation: 'frau' | 'herr' | null;
  title: string | null;
  first_name: string | null;
  last_name: string | null;
  company_name: string | null;
  company_id: string | null;
  owner_name: string | null;
  owner_email: string | null;
  language: Language;
  country: string | null;
  consent: ConsentBasis;
  opted_out: boolean;
  bounced: boolean;
  contact_ratio: number | null;
  company_ratio: number | null;
  archived: boolean;
  suppressed: boolean;
  duplicate: boolean;
  owned:
    | {
        id: string;
        sku: string | null;
        name: string;
        family: string | null;
        quantity: number;
        since: string;
        declared: boolean;
      }[]
    | null;
  shown: Record<string, number> | null;
  answers: Record<string, Answer> | null;
  not_before: Record<string, string> | null;
  wishes: Preferences | null;
  held_out_shown: Record<string, number> | null;
  held_out_mails: string[] | null;
  held_out_account: RatioAccount | null;
  wanted: number | null;
  given: number | null;
  forgiven: number | null;
  recent: string[] | null;
  in_flight: boolean;
}

/** Up to so many customers the query is prepared; for more, a plan of its own is worth the time it takes. */
const FEW = 100;

/** Days between mails that a customer may wish for at most (eligibility.ts). */
const LONGEST_WISH = 90;

/** How far back mails count for the frequency caps: a day more than they say, because they count calendar days. */
export function mailsSince(now: Date, rules: Pick<Rules, 'periodDays' | 'minDaysBetween'>): Date {
  const days = Math.max(rules.periodDays, rules.minDaysBetween, LONGEST_WISH) + 1;
  return new Date(now.getTime() - days * 86_400_000);
}

/**
 * Loads, in one set-based query, all that a decision needs about these customers, as it is now.
 * An objection counts for the address, not for the record: an opt-out or bounce on one of several contacts
 * with the same address holds for all of them. Of several, one who may be written to, then one who owns
 * something, then the smallest id is the one written to.
 *
 * @param given.rules say how far back mails count for the frequency caps
 * @returns facts by customer id; ids that do not exist are missing
 */
export async function loadFacts(
  db: Database,
  customerIds: string[],
  given: { now: Date; rules: Pick<Rules, 'periodDays' | 'minDaysBetween' | 'laterDays'> },
): Promise<Map<string, CustomerFacts>> {
  const since = mailsSince(given.now, given.rules);
  // few at a time means often
  const prepared = sql.raw(customerIds.length <= FEW ? PREPARED : '');
  const { rows } = await sql<Row>`${prepared}
    with c as (select * from customers where id = any(${customerIds})),
    -- all at once: for each customer by itself it took more than half of the time
    owned as (
      select o.customer_id, json_agg(json_build_object('id', p.id, 'sku', p.sku, 'name', p.name, 'family', p.family,
        'quantity', o.quantity, 'since', o.since, 'declared', o.declared) order by o.since, p.id) as list
      from owned_products o join products p on p.id = o.product_id
      where o.customer_id = any(${customerIds})
      group by o.customer_id
    )
    select c.id, c.email, c.salutation, c.title, c.first_name, c.last_name, c.company_id,
      coalesce(own.language, c.language) as language,
      c.country, c.consent, c.innovation_ratio as contact_ratio,
      co.name as company_name, co.innovation_ratio as company_ratio, ow.name as owner_name, ow.email as owner_email,
      c.archived_at is not null as archived,
      s.email_hash is not null as suppressed,
      c.opted_out or coalesce(twins.opted_out, false) as opted_out,
      c.bounced or coalesce(twins.bounced, false) as bounced,
      coalesce(twins.better, false) as duplicate,
      owned.list as owned, shown.list as shown, answered.list as answers, resting.list as not_before,
      case when wishes.any_said then jsonb_build_object('language', own.language, 'ratioWish', own.ratio_wish,
        'frequency', wishes.frequency, 'topicsOff', wishes.topics_off, 'pausedUntil', wishes.paused_until)
        end as wishes,
      held.shown as held_out_shown, held.mails as held_out_mails, held.account as held_out_account,
      a.wanted, a.given, a.forgiven,
      mails.recent, coalesce(mails.in_flight, false) as in_flight
    from c
    left join companies co on co.id = c.company_id and co.archived_at is null
    left join owners ow on ow.id = c.owner_id
    left join suppressions s on s.email_hash = ${hashOfKey(sql`c.email_key`)}
    left join ratio_accounts a on a.customer_id = c.id
    left join preferences own on own.customer_id = c.id
    left join lateral (
      -- what limits mail counts for the address, whichever record of it said so, also one that is archived by now
      select count(*) > 0 as any_said, max(w.paused_until) as paused_until,
        (array_agg(w.frequency order by array_position(array['important', 'quarterly', 'monthly'], w.frequency)))[1] as frequency,
        coalesce((select array_agg(distinct topic order by topic)
          from preferences each_w, unnest(each_w.topics_off) topic where each_w.customer_id = any(ids.list)), '{}') as topics_off
      from (
        select array(select c.id union select other.id from customers other where other.email_key = c.email_key) as list
      ) ids
      join preferences w on w.customer_id = any(ids.list)
      group by ids.list
    ) wishes on true
    left join lateral (
      select bool_or(t.opted_out) as opted_out, bool_or(t.bounced) as bounced,
        bool_or((t.barred, not t.owns, t.id) < (c.consent = 'none', not me.owns, c.id)) as better
      from (
        select other.id, other.opted_out, other.bounced, other.consent = 'none' as barred,
          exists (select from owned_products o join products p on p.id = o.product_id
            where o.customer_id = other.id) as owns
        from customers other
        where other.email_key = c.email_key and other.id <> c.id and other.archived_at is null
      ) t,
      lateral (select exists (select from owned_products o join products p on p.id = o.product_id
        where o.customer_id = c.id) as owns) me
    ) twins on true
    left join owned on owned.customer_id = c.id
    left join lateral (
      select jsonb_object_agg(b.content_id, b.times) as list
      from (select content_id, count(*)::int as times from shown_blocks where customer_id = c.id group by 1) b
    ) shown on true
    left join lateral (
      select jsonb_object_agg(x.content_id, x.answer) as list
      from (select distinct on (content_id) content_id, answer from answers
            where customer_id = c.id and doubted_at is null order by content_id, answered_at desc, id desc) x
    ) answered on true
    left join lateral (
      select jsonb_object_agg(r.content_id, r.until) as list
      from (
        select content_id, max(until) as until
        from (
          (select distinct on (content_id) content_id,
             case when answer = 'later' then answered_at::date + ${given.rules.laterDays}::int end as until
           from answers a
           where customer_id = c.id and doubted_at is null
             -- a day that they named themselves goes before the usual time
             and not exists (select from statements s where s.customer_id = c.id
               and s.content_id = a.content_id and s.not_before is not null and s.said_at >= a.answered_at
               and s.doubted_at is null)
           order by content_id, answered_at desc, id desc)
          union all
          (select distinct on (content_id) content_id, not_before from statements s
           where customer_id = c.id and content_id is not null and not_before is not null and doubted_at is null
             -- until they answer anew
             and not exists (select from answers later where later.customer_id = c.id
               and later.content_id = s.content_id and later.answered_at > s.said_at and later.doubted_at is null)
           order by content_id, said_at desc, id desc)
        ) asked group by content_id
      ) r
      where r.until is not null
    ) resting on true
    left join lateral (
      select jsonb_agg(h.decided_at) as mails,
        (array_agg(h.account order by h.decided_at desc))[1] as account,
        (select jsonb_object_agg(s.id, s.times) from (
          select block ->> 'contentId' as id, count(*)::int as times
          from held_out o, jsonb_array_elements(o.blocks) block where o.customer_id = c.id group by 1) s) as shown
      from held_out h where h.customer_id = c.id and h.blocks is not null
    ) held on true
    left join lateral (
      select jsonb_agg(m.sending_at order by m.sending_at) as recent, bool_or(m.state = 'sending') as in_flight
      from (
        select state, sending_at from sends
        where customer_id = c.id and state in ('sending', 'sent', 'in_doubt') and sending_at > ${since}
        union all
        select state, sending_at from sends
        where email_key = c.email_key and customer_id <> c.id
          and state in ('sending', 'sent', 'in_doubt') and sending_at > ${since}
      ) m
    ) mails on true
  `.execute(db);
  return new Map(rows.map((row) => [row.id, toFacts(row)]));
}

function toFacts(row: Row): CustomerFacts {
  return {
    customer: {
      id: row.id,
      email: row.email,
      salutation: row.salutation,
      title: row.title,
      firstName: row.first_name,
      lastName: row.last_name,
      companyName: row.company_name,
      companyId: row.company_id,
      language: row.language,
      country: row.country,
      ownerName: row.owner_name,
      ownerEmail: row.owner_email,
      consent: row.consent,
      optedOut: row.opted_out,
      bounced: row.bounced,
      contactRatio: row.contact_ratio,
      companyRatio: row.company_ratio,
    },
    archived: row.archived,
    suppressed: row.suppressed,
    duplicate: row.duplicate,
    owned: (row.owned ?? []).map(({ quantity, since: first, declared, ...product }) => ({
      product,
      quantity,
      since: first,
      declared,
    })),
    shown: new Map(Object.entries(row.shown ?? {})),
    answers: new Map(Object.entries(row.answers ?? {})),
    notBefore: new Map(Object.entries(row.not_before ?? {})),
    preferences: row.wishes ?? NO_PREFERENCES,
    account: { wanted: row.wanted ?? 0, given: row.given ?? 0, forgiven: row.forgiven ?? 0 },
    recentMails: (row.recent ?? []).map((at) => new Date(at)),
    inFlight: row.in_flight,
    heldOut: {
      shown: new Map(Object.entries(row.held_out_shown ?? {})),
      mails: (row.held_out_mails ?? []).map((at) => new Date(at)),
      account: row.held_out_account,
    },
  };
}
