import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { sells } from '../../effect/mails.ts';
import { type Sold, soldBy } from '../../effect/sold.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import { createProductMatcher } from '../../library/match.ts';
import type { LearningRules } from '../../library/schema.ts';
import { type KeyedProduct, keyedProducts } from '../../segment/segments.ts';

/** What rewards rest on. */
export interface RewardRules {
  windowDays: number;
  worth: LearningRules['worth'];
  sold: Sold;
  products: KeyedProduct[];
  /** Calendar days, of mails and of purchases, are those of this time zone. */
  timeZone: string;
  /** What happened later is not known yet. */
  now: Date;
}

export async function rewardRules(
  db: Database,
  given: { library: Library; matchProduct?: ProductMatcher | undefined; now: Date },
): Promise<RewardRules> {
  const { library, matchProduct = createProductMatcher(library), now } = given;
  const { learning, nightly } = library.settings;
  return {
    windowDays: learning.windowDays,
    worth: learning.worth,
    sold: soldBy(library),
    products: await keyedProducts(db, matchProduct, 'product'),
    timeZone: nightly.timeZone,
    now,
  };
}

/** When the window of a block closes: that many times 24 hours after it was shown. `block` is a table's name. */
export const closing = ({ windowDays }: Pick<RewardRules, 'windowDays'>, block: string) =>
  sql`(${sql.ref(`${block}.shown_at`)} + make_interval(hours => ${24 * windowDays}::int))`;

/**
 * Steps of a query (`with ${rewarded(rules, of)}, …`) that end in
 *
 *     rewards (send_id, position, reward)    blocks that earned more than nothing; all others earned 0
 *     gains (send_id, position, shown_at, at, value, gain)    how they came to it, and when
 *
 * by the rules of `rewardOf`. Gains of a block add up to its reward. Whatever happens after a window does not change
 * what its block earned, and neither does what was shown besides.
 *
 * @param of query of the blocks in question: columns of `shown_blocks`. The step `blocks` is made of it
 */
export const rewarded = (rules: RewardRules, of: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  keys as (
    select * from unnest(${rules.products.map((p) => p.id)}::text[], ${rules.products.map((p) => p.key)}::text[])
      as k (product_id, key)),
  ${sells(rules.sold)},
  blocks as not materialized (${of}),
  -- the last answer in the window, and since when it is that
  answered as (
    select distinct on (a.send_id, a.position) a.send_id, a.position, b.shown_at, a.answer,
      min(a.answered_at) over (partition by a.send_id, a.position, a.answer) as at
    from answers a join blocks b on b.send_id = a.send_id and b.position = a.position
    where a.doubted_at is null and a.answered_at <= ${known(rules)}
    order by a.send_id, a.position, a.id desc),
  clicked as (
    select v.send_id, v.position, b.shown_at, min(v.visited_at) as at
    from visits v join blocks b on b.send_id = v.send_id and b.position = v.position
    where v.link = 'click' and v.machine is null and not v.denied and v.visited_at <= ${known(rules)}
    group by v.send_id, v.position, b.shown_at),
  ${bought(rules)},
  claims as (
    select send_id, position, shown_at, at, 1::float8 as value, true as sure
    from answered where answer in ('yes', 'call')
    union all
    select send_id, position, shown_at, at, 1, true from bought
    union all
    select send_id, position, shown_at, at, ${rules.worth.later}, false from answered where answer = 'later'
    union all
    select c.send_id, c.position, c.shown_at, c.at, ${rules.worth.click}, false
    from clicked c left join answered a on a.send_id = c.send_id and a.position = c.position
    where a.send_id is null),
  objected as (
    select distinct b.send_id
    from mail_events e join blocks b on b.send_id = e.send_id
    where e.kind in ('unsubscribe', 'complaint') and e.occurred_at <= ${known(rules)}),
  gains as (
    select * from (
      select send_id, position, shown_at, at, value, value - coalesce(max(value) over (
        partition by send_id, position order by at, value desc
        rows between unbounded preceding and 1 preceding), 0) as gain
      from claims c
      where sure or not exists (select from objected o where o.send_id = c.send_id)) g
    where gain > 0),
  rewards as (
    select send_id, position, max(value) as reward from gains group by send_id, position)`;

/** Up to when things count for a block `b`. */
const known = (rules: RewardRules) => sql`least(${closing(rules, 'b')}, ${rules.now}::timestamptz)`;

/**
 * What blocks sell and was bought in the days after them: kept as docs/effect.md says. A purchase has a day and no hour,
 * so it counts from the end of its day on.
 */
function bought({ windowDays, timeZone, now }: RewardRules): RawBuilder<unknown> {
  const closes = sql`least((first + 1)::timestamp at time zone ${timeZone}, ${closing({ windowDays }, 's')})`;
  return sql`
    selling as (
      select b.send_id, b.position, b.customer_id, b.shown_at, (b.shown_at at time zone ${timeZone})::date as day,
        coalesce(s.key, b.product_key) as key
      from blocks b left join sells s using (kind, content_id) left join fixed f using (kind, content_id)
      where s.key is not null or (f.kind is null and b.kind = 'proven')),
    bought as (
      select send_id, position, shown_at, min(${closes}) as at
      from (
        select s.send_id, s.position, s.shown_at,
          min(p.purchased_on) filter (where p.quantity > 0) as first,
          coalesce(sum(p.quantity) filter (where p.quantity > 0 and p.purchased_on <= s.day + ${windowDays}::int), 0)
            as pieces,
          coalesce(sum(p.quantity) filter (where p.quantity > 0 and p.purchased_on > s.day + ${windowDays}::int), 0)
            as later,
          coalesce(-sum(p.quantity) filter (where p.quantity < 0), 0) as returned
        from selling s
        join keys k on k.key = s.key
        join purchases p on p.product_id = k.product_id and p.customer_id = s.customer_id
          and p.purchased_on > s.day and p.purchased_on <= s.day + ${2 * windowDays}::int
        where p.status = 'kept' and p.purchased_on < (${now}::timestamptz at time zone ${timeZone})::date
        group by s.send_id, s.position, s.shown_at, s.key) s
      where pieces > greatest(0, returned - later)
      group by send_id, position, shown_at)`;
}
