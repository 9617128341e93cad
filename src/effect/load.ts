import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { KeyedProduct } from '../segment/segments.ts';
import type { CompanyCount } from './estimate.ts';
import { sells, shown, sides, today, touched } from './mails.ts';
import { oneAfterTheOther } from './patience.ts';
import type { Sold } from './sold.ts';

/** What is compared: everybody once; or once for each campaign, product, or development and offer. */
export const COMPARISONS = ['total', 'campaign', 'product', 'content'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** The people of one comparison, those whose window is over by company. */
export interface Counted {
  /** Campaign id, library key or content id; '' of the total. */
  unit: string;
  companies: CompanyCount[];
  /** Pieces that those bought whose window is over. */
  pieces: { mailed: number; heldOut: number };
  /** People whose window is not over. */
  open: { mailed: number; heldOut: number };
  /** First and last day of the mails whose window is over (YYYY-MM-DD). */
  days: { first: string; last: string } | null;
}

/** What counting rests on. */
export interface CountOptions {
  sold: Sold;
  products: KeyedProduct[];
  by: Comparison;
  /** Only what was shown in this campaign. */
  campaignId?: string | undefined;
  windowDays: number;
  /** Calendar days are those of this time zone. */
  timeZone: string;
  now: Date;
}

interface Row {
  unit: string;
  times: number;
  mailed: number;
  mailed_buyers: number;
  held_out: number;
  held_out_buyers: number;
  mailed_pieces: number;
  held_out_pieces: number;
  mailed_open: number;
  held_out_open: number;
  first_day: string | null;
  last_day: string | null;
}

/**
 * Counts who bought what they were told of, and who bought it without having been told: in one set-based query, from
 * the ledger, `held_out` and `purchases` as they are now. The rules are those of docs/effect.md.
 * @throws EffectError when it takes too long
 */
export async function countBuyers(db: Database, options: CountOptions): Promise<Counted[]> {
  const { by, windowDays } = options;
  const query = sql<Row>`
    with ${products(options)},
    ${touched(options)},
    ${sides},
    ${sells(options.sold)},
    -- what is compared: the first mail opens the window, and is what counts
    ${by === 'product' || by === 'content' ? firstOfBlocks(options) : firstOfMails(options)},
    people as materialized (
      select f.unit, f.customer_id, f.mailed, f.day,
        coalesce('company ' || c.company_id, 'person ' || c.id) as company,
        f.day + ${windowDays}::int < ${today(options)} as over
      from first f
      join sides s on s.customer_id = f.customer_id and s.mailed = f.mailed
        and (s.until is null or s.until > f.day + ${windowDays}::int)
      -- of those who were erased nobody knows what they bought
      join customers c on c.id = f.customer_id),
    bought as materialized (
      select p.customer_id, k.key, p.purchased_on, p.quantity
      from purchases p join keys k on k.product_id = p.product_id
      where p.status = 'kept' and p.purchased_on > (select min(day) from touched)),
    -- bought in the window, minus what of it came back; what was bought later comes back first
    kept as materialized (
      select unit, customer_id, mailed, day, key, bought - greatest(0, returned - bought_later) as pieces
      from (
        select f.unit, f.customer_id, f.mailed, f.day, b.key,
          coalesce(sum(b.quantity) filter (where b.quantity > 0
            and b.purchased_on <= f.day + ${windowDays}::int), 0) as bought,
          coalesce(sum(b.quantity) filter (where b.quantity > 0
            and b.purchased_on > f.day + ${windowDays}::int), 0) as bought_later,
          coalesce(-sum(b.quantity) filter (where b.quantity < 0), 0) as returned
        from people f
        join bought b on b.customer_id = f.customer_id
          and b.purchased_on > f.day and b.purchased_on <= f.day + ${2 * windowDays}::int
        where f.over
        group by f.unit, f.customer_id, f.mailed, f.day, b.key) net
      where bought > greatest(0, returned - bought_later)),
    ${buyers(options)},
    companies as (
      select f.unit, f.company,
        count(*) filter (where f.mailed and f.over) as mailed,
        count(b.customer_id) filter (where f.mailed and f.over) as mailed_buyers,
        count(*) filter (where not f.mailed and f.over) as held_out,
        count(b.customer_id) filter (where not f.mailed and f.over) as held_out_buyers,
        coalesce(sum(b.pieces) filter (where f.mailed), 0) as mailed_pieces,
        coalesce(sum(b.pieces) filter (where not f.mailed), 0) as held_out_pieces,
        count(*) filter (where f.mailed and not f.over) as mailed_open,
        count(*) filter (where not f.mailed and not f.over) as held_out_open,
        min(f.day) filter (where f.over) as first_day,
        max(f.day) filter (where f.over) as last_day
      from people f left join buyers b using (unit, customer_id)
      group by f.unit, f.company)
    select unit, count(*)::int as times, mailed::int, mailed_buyers::int, held_out::int, held_out_buyers::int,
      sum(mailed_pieces)::int as mailed_pieces, sum(held_out_pieces)::int as held_out_pieces,
      sum(mailed_open)::int as mailed_open, sum(held_out_open)::int as held_out_open,
      min(first_day)::text as first_day, max(last_day)::text as last_day
    from companies
    group by unit, mailed, mailed_buyers, held_out, held_out_buyers`;
  return await oneAfterTheOther(db, async (tx) => gathered((await query.execute(tx)).rows));
}

/** The first mail of each customer, or of each customer in each campaign. */
function firstOfMails({ by, campaignId }: CountOptions): RawBuilder<unknown> {
  const here = campaignId === undefined ? sql`true` : sql`campaign_id = ${campaignId}`;
  const from =
    by === 'total'
      ? sql`select '' as unit, customer_id, day, mailed from touched where ${here}`
      : // one that was stopped halfway has no clean comparison of its own
        sql`select campaign_id, customer_id, day, mailed from touched where ${here} and not cancelled`;
  return sql`first as (${firstOf(from)})`;
}

/** The first mail in which each customer was told of each product, or shown each development or offer. */
function firstOfBlocks({ by, campaignId }: CountOptions): RawBuilder<unknown> {
  const here = campaignId === undefined ? sql`true` : sql`t.campaign_id = ${campaignId}`;
  return sql`
    shown as materialized (
      select ${by === 'product' ? sql`a.key` : sql`a.content_id`} as unit, a.customer_id, a.mailed, a.day, a.key
      from (${shown(sql`(select * from touched t where ${here})`)}) a),
    first as (${firstOf(sql`select unit, customer_id, day, mailed from shown`)})`;
}

/** Of two mails on one day on different sides, the one that was left out counts. */
const firstOf = (from: RawBuilder<unknown>) => sql`
  select unit, customer_id, least(mailed_from, held_from) as day,
    coalesce(mailed_from < held_from, held_from is null) as mailed
  from (
    select unit, customer_id, min(day) filter (where mailed) as mailed_from,
      min(day) filter (where not mailed) as held_from
    from (${from}) f (unit, customer_id, day, mailed)
    group by unit, customer_id) f`;

/** Who kept something that their first mail was about. */
function buyers({ by, campaignId }: CountOptions): RawBuilder<unknown> {
  const sum = sql`select k.unit, k.customer_id, sum(k.pieces)::int as pieces from kept k`;
  const grouped = sql`group by k.unit, k.customer_id`;
  if (by === 'product') return sql`buyers as (${sum} where k.key = k.unit ${grouped})`;
  if (by === 'content') {
    return sql`buyers as (
      ${sum} where exists (
        select from shown a
        where a.unit = k.unit and a.customer_id = k.customer_id and a.mailed = k.mailed and a.day = k.day
          and a.key = k.key)
      ${grouped})`;
  }
  // only the mails of those who bought anything are opened
  const opened = sql`(
    select * from touched t where (t.customer_id, t.mailed, t.day) in (select customer_id, mailed, day from kept)
      and ${campaignId === undefined ? sql`true` : sql`t.campaign_id = ${campaignId}`})`;
  return sql`
    told as materialized (${shown(opened)}),
    buyers as (
      ${sum} where exists (
        select from told a
        where a.customer_id = k.customer_id and a.mailed = k.mailed and a.day = k.day and a.key = k.key
          ${by === 'campaign' ? sql`and a.campaign_id = k.unit` : sql``})
      ${grouped})`;
}

const products = (options: CountOptions) => sql`
  keys as (
    select * from unnest(${options.products.map((p) => p.id)}::text[], ${options.products.map((p) => p.key)}::text[])
      as k (product_id, key))`;

function gathered(rows: Row[]): Counted[] {
  const units = new Map<string, Counted>();
  for (const row of rows) {
    const unit = units.get(row.unit) ?? {
      unit: row.unit,
      companies: [],
      pieces: { mailed: 0, heldOut: 0 },
      open: { mailed: 0, heldOut: 0 },
      days: null,
    };
    units.set(row.unit, unit);
    unit.pieces.mailed += row.mailed_pieces;
    unit.pieces.heldOut += row.held_out_pieces;
    unit.open.mailed += row.mailed_open;
    unit.open.heldOut += row.held_out_open;
    unit.days = spanOf(unit.days, row);
    if (row.mailed + row.held_out === 0) continue;
    unit.companies.push({
      times: row.times,
      mailed: { people: row.mailed, buyers: row.mailed_buyers },
      heldOut: { people: row.held_out, buyers: row.held_out_buyers },
    });
  }
  return [...units.values()];
}

/** Days as text sort like days. */
function spanOf(days: Counted['days'], { first_day: first, last_day: last }: Row): Counted['days'] {
  if (first === null || last === null) return days;
  if (days === null) return { first, last };
  return { first: first < days.first ? first : days.first, last: last > days.last ? last : days.last };
}
