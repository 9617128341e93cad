import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { type RewardRules, rewarded } from '../rewards/blocks.ts';
import type { Outcome } from './evidence.ts';
import { inBulk } from './in-bulk.ts';

/** A variant that is being tested against the proven blocks beside it, and what came of it so far. */
export interface Tested {
  offerId: string;
  variantId: string;
  since: Date;
  /** Which test of the installation it is, from 1. */
  number: number;
  /** Comparisons that are settled, and the mails in them. */
  comparisons: number;
  mails: number;
  /** Mails in which it was answered with "yes" or "please call me", and mails after which only a purchase counts for it. */
  yes: number;
  bought: number;
  /** What it earned a mail, and what the proven blocks of the same mails earned a block: means over the comparisons. */
  rate: number;
  provenRate: number;
  outcomes: Outcome[];
}

interface Row {
  offer_id: string;
  variant_id: string;
  tested_since: Date;
  test_number: number;
  difference: number | null;
  times: number;
  mails: number;
  yes: number;
  bought: number;
  earned: number;
  proven: number;
}

/** A block `e` that shows the variant `c`. */
const own = sql`e.kind = 'experimental' and e.content_id = c.offer_id and e.variant_id = c.variant_id`;

/**
 * What variants under test earned more than the proven blocks in the same mails, since their test began. Customer, day,
 * and whatever else moves answers, are the same on both sides. Each person counts once, with the first mail that showed
 * them the variant, and colleagues who got it on the same day count as one: repeated mails and colleagues tell less than
 * they seem to. Days count when they are settled: what was bought in their windows can be returned within twice as long,
 * and the last purchases are known a day later. Only purchases that the CRM reports later still, and answers that are
 * doubted later, can change them after that.
 */
export async function loadDifferences(db: Database, rules: RewardRules): Promise<Tested[]> {
  const query = sql<Row>`
    with tested as (
      select offer_id, variant_id, tested_since, test_number from variants v
      where state = 'alive' and tested_since is not null and not exists (
        select from proposals p
        where p.kind = 'graduate' and p.content_id = v.offer_id and p.variant_id = v.variant_id)),
    counted as (
      select distinct on (t.offer_id, t.variant_id, b.customer_id) t.offer_id, t.variant_id, b.send_id,
        (b.shown_at at time zone 'utc')::date as day, coalesce('company ' || c.company_id, 'person ' || b.customer_id) as who
      from tested t
      join shown_blocks b on b.kind = 'experimental' and b.content_id = t.offer_id and b.variant_id = t.variant_id
        and b.shown_at > t.tested_since
      left join customers c on c.id = b.customer_id
      where exists (select from shown_blocks p where p.send_id = b.send_id and p.kind = 'proven')
      order by t.offer_id, t.variant_id, b.customer_id, b.shown_at, b.send_id),
    ${rewarded(rules, sql`select * from shown_blocks where send_id in (select send_id from counted)`)},
    earned as (
      select b.*, coalesce(r.reward, 0)::float8 as reward, coalesce(a.answer in ('yes', 'call'), false) as yes,
        p.send_id is not null as bought
      from blocks b
      left join rewards r on r.send_id = b.send_id and r.position = b.position
      left join answered a on a.send_id = b.send_id and a.position = b.position
      left join bought p on p.send_id = b.send_id and p.position = b.position),
    mails as (
      select c.offer_id, c.variant_id, c.who, c.day, avg(e.reward) filter (where e.kind = 'proven') as proven,
        max(e.reward) filter (where ${own}) as earned, bool_or(e.yes) filter (where ${own}) as yes,
        bool_or(e.bought) filter (where ${own}) as bought
      from counted c join earned e on e.send_id = c.send_id
      where c.day + 1 + ${2 * rules.windowDays + 1}::int <= (${rules.now}::timestamptz at time zone 'utc')
      group by c.offer_id, c.variant_id, c.who, c.day, c.send_id),
    units as (
      select offer_id, variant_id, count(*) as mails, avg(earned) as earned, avg(proven) as proven,
        count(*) filter (where yes) as yes, count(*) filter (where bought and not yes) as bought
      from mails group by offer_id, variant_id, who, day)
    select t.offer_id, t.variant_id, t.tested_since, t.test_number,
      round((c.earned - c.proven)::numeric, 6)::float8 as difference, count(c.mails)::int as times,
      coalesce(sum(c.mails), 0)::int as mails, coalesce(sum(c.yes), 0)::int as yes,
      coalesce(sum(c.bought), 0)::int as bought, coalesce(sum(c.earned), 0) as earned, coalesce(sum(c.proven), 0) as proven
    from tested t left join units c using (offer_id, variant_id)
    group by t.offer_id, t.variant_id, t.tested_since, t.test_number, difference
    order by t.test_number, difference`;
  const { rows } = await inBulk(db, async (tx) => await query.execute(tx));
  return gathered(rows);
}

function gathered(rows: readonly Row[]): Tested[] {
  const tests = new Map<number, Tested>();
  for (const row of rows) {
    const test = tests.get(row.test_number) ?? {
      offerId: row.offer_id,
      variantId: row.variant_id,
      since: row.tested_since,
      number: row.test_number,
      comparisons: 0,
      mails: 0,
      yes: 0,
      bought: 0,
      rate: 0,
      provenRate: 0,
      outcomes: [],
    };
    tests.set(row.test_number, test);
    if (row.difference === null) continue;
    test.outcomes.push({ difference: row.difference, times: row.times });
    test.comparisons += row.times;
    test.mails += row.mails;
    test.yes += row.yes;
    test.bought += row.bought;
    // sums here, means below
    test.rate += row.earned;
    test.provenRate += row.proven;
  }
  return [...tests.values()].map((test) => ({
    ...test,
    rate: test.rate / Math.max(1, test.comparisons),
    provenRate: test.provenRate / Math.max(1, test.comparisons),
  }));
}
