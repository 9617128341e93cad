import { sql } from 'kysely';
import { hashOfKey } from '../../db/address-hash.ts';
import type { Database } from '../../db/connect.ts';
import type { Library } from '../../library/library.ts';
import { type RewardRules, rewarded } from '../rewards/blocks.ts';
import type { Owner } from './hierarchy.ts';

/** A customer who has answered something and was shown both kinds, and what ratio they may have. */
export interface Answerer extends Owner {
  customerId: string;
  contactRatio: number | null;
  companyRatio: number | null;
  /** Somebody may be told to change it: they get mails with offers in them, and have not said themselves how much. */
  open: boolean;
}

/** Blocks that weigh less than a sixty-fourth tell nothing any more. */
const HALF_LIVES = 6;

/**
 * Who answered what, in one set-based query. Of each mail its offers are compared with its last development: that is the
 * one whose place one more offer would take. Both kinds were shown in the same mails, or in mails of the same customer,
 * so it does not matter that some blocks are still open.
 */
export async function loadAnswerers(
  db: Database,
  rules: RewardRules,
  { settings }: Pick<Library, 'settings'>,
): Promise<Answerer[]> {
  const { now } = rules;
  const { halfLifeDays } = settings.learning;
  const since = new Date(now.getTime() - HALF_LIVES * halfLifeDays * 86_400_000);
  const weight = sql`power(0.5::float8,
    greatest(0, extract(epoch from ${now}::timestamptz - b.shown_at)::float8) / ${halfLifeDays * 86_400}::float8)`;
  const query = sql<Answerer>`
    with ${rewarded(rules, comparedBlocks(since, now))},
    compared as (
      select b.customer_id, b.kind = 'experimental' as is_new, ${weight} as weight, r.reward
      from blocks b left join rewards r on r.send_id = b.send_id and r.position = b.position),
    sums as materialized (
      select customer_id,
        coalesce(sum(weight) filter (where is_new), 0) as "newShown",
        coalesce(sum(weight * reward) filter (where is_new), 0) as "newEarned",
        coalesce(sum(weight) filter (where not is_new), 0) as "provenShown",
        coalesce(sum(weight * reward) filter (where not is_new), 0) as "provenEarned"
      from compared group by customer_id
      having sum(reward) > 0 and bool_or(is_new) and bool_or(not is_new)),
    owning as (
      select o.customer_id, array_agg(distinct k.key order by k.key) as keys
      from sums s join owned_products o on o.customer_id = s.customer_id join keys k on k.product_id = o.product_id
      group by o.customer_id)
    select s.customer_id as "customerId", s."newShown", s."newEarned", s."provenShown", s."provenEarned",
      coalesce(o.keys, '{}') as keys, c.innovation_ratio as "contactRatio", co.innovation_ratio as "companyRatio",
      not c.opted_out and not c.bounced and c.consent <> 'none' and c.email_key is not null
        and not exists (select from suppressions x where x.email_hash = ${hashOfKey(sql`c.email_key`)})
        and w.ratio_wish is null and not coalesce('offers' = any(w.topics_off), false)
        and w.frequency is distinct from 'important' as open
    from sums s
    join customers c on c.id = s.customer_id and c.archived_at is null
    left join companies co on co.id = c.company_id and co.archived_at is null
    left join preferences w on w.customer_id = c.id
    left join owning o on o.customer_id = c.id
    order by s.customer_id`;
  return await db.transaction().execute(async (tx) => {
    // Steps within a query have no statistics, and are taken for small: rows would be looked up one by one.
    await sql`set local enable_nestloop = off`.execute(tx);
    await sql`set local work_mem = '64MB'`.execute(tx);
    await sql`set local jit = off`.execute(tx);
    return (await query.execute(tx)).rows;
  });
}

/** Offers, and the last development of the same mails. */
const comparedBlocks = (since: Date, now: Date) => sql`
  select * from (
    select *, max(position) filter (where kind = 'proven') over (partition by send_id) as last_proven
    from shown_blocks where shown_at > ${since} and shown_at <= ${now}) b
  where last_proven is not null and (kind = 'experimental' or position = last_proven)`;
