import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { KeyedProduct } from '../segment/segments.ts';
import type { CompanyCount } from './estimate.ts';
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
}

/**
 * Counts who bought what they were told of, and who bought it without having been told: in one set-based query, from
 * the ledger, `held_out` and `purchases` as they are now. The rules are those of docs/effect.md.
 */
export async function countBuyers(db: Database, options: CountOptions): Promise<Counted[]> {
  const query = sql<Row>`
    with ${products(options)},
    ${touched(options)},
    ${sides},
    ${blocks},
    ${shown(options.sold)},
    -- what is compared: the first time opens the window
    units as materialized (${units(options)}),
    first as (
      select unit, customer_id, least(mailed_from, held_from) as day,
        coalesce(mailed_from < held_from, held_from is null) as mailed
      from (
        select unit, customer_id, min(day) filter (where mailed) as mailed_from,
          min(day) filter (where not mailed) as held_from
        from units group by unit, customer_id) f),
    people as materialized (
      select f.unit, f.customer_id, f.mailed, f.day,
        coalesce('company ' || c.company_id, 'person ' || c.id) as company,
        f.day + ${options.windowDays}::int < ${today(options)} as over
      from first f
      join sides s on s.customer_id = f.customer_id and s.mailed = f.mailed
        and (s.until is null or s.until > f.day + ${options.windowDays}::int)
      -- of those who were erased nobody knows what they bought
      join customers c on c.id = f.customer_id),
    bought as materialized (
      select p.customer_id, k.key, p.purchased_on, p.quantity
      from purchases p join keys k on k.product_id = p.product_id
      where p.status = 'kept' and p.quantity > 0 and p.purchased_on > (select min(day) from touched)),
    -- what those who bought anything were told of
    told as materialized (
      ${told(options)} where u.customer_id in (select customer_id from bought)),
    buyers as (
      select f.unit, f.customer_id, sum(b.quantity)::int as pieces
      from people f
      join bought b on b.customer_id = f.customer_id
        and b.purchased_on > f.day and b.purchased_on <= f.day + ${options.windowDays}::int
      where f.over and exists (
        select from told t
        where t.unit = f.unit and t.customer_id = f.customer_id and t.key = b.key and t.day < b.purchased_on)
      group by f.unit, f.customer_id),
    companies as (
      select f.unit, f.company,
        count(*) filter (where f.mailed and f.over) as mailed,
        count(b.customer_id) filter (where f.mailed and f.over) as mailed_buyers,
        count(*) filter (where not f.mailed and f.over) as held_out,
        count(b.customer_id) filter (where not f.mailed and f.over) as held_out_buyers,
        coalesce(sum(b.pieces) filter (where f.mailed), 0) as mailed_pieces,
        coalesce(sum(b.pieces) filter (where not f.mailed), 0) as held_out_pieces,
        count(*) filter (where f.mailed and not f.over) as mailed_open,
        count(*) filter (where not f.mailed and not f.over) as held_out_open
      from people f left join buyers b using (unit, customer_id)
      group by f.unit, f.company)
    select unit, count(*)::int as times, mailed::int, mailed_buyers::int, held_out::int, held_out_buyers::int,
      sum(mailed_pieces)::int as mailed_pieces, sum(held_out_pieces)::int as held_out_pieces,
      sum(mailed_open)::int as mailed_open, sum(held_out_open)::int as held_out_open
    from companies
    group by unit, mailed, mailed_buyers, held_out, held_out_buyers`;
  return db.transaction().execute(async (tx) => {
    // Steps within a query have no statistics, and are taken for small: rows would be looked up one by one.
    await sql`set local enable_nestloop = off`.execute(tx);
    await sql`set local work_mem = '64MB'`.execute(tx);
    await sql`set local jit = off`.execute(tx);
    const { rows } = await query.execute(tx);
    return gathered(rows);
  });
}

/** Each mail under everything that it counts for. */
function units({ by, campaignId }: CountOptions): RawBuilder<unknown> {
  const here = campaignId === undefined ? sql`true` : sql`t.campaign_id = ${campaignId}`;
  const columns = sql`t.campaign_id, t.customer_id, t.mailed, t.day`;
  if (by === 'total') return sql`select '' as unit, ${columns} from touched t where ${here}`;
  if (by === 'campaign') {
    // one that was stopped halfway has no clean comparison of its own
    return sql`select t.campaign_id as unit, ${columns} from touched t where ${here} and not t.cancelled`;
  }
  const unit = by === 'product' ? sql`a.key` : sql`a.content_id`;
  return sql`
    select ${unit} as unit, ${columns}
    from touched t join shown a using (campaign_id, customer_id, mailed) where ${here}`;
}

/** What each mail told of, under what it counts for. */
function told({ by }: CountOptions): RawBuilder<unknown> {
  if (by === 'product') return sql`select u.unit, u.customer_id, u.day, u.unit as key from units u`;
  return sql`
    select u.unit, u.customer_id, u.day, a.key
    from units u join shown a on a.campaign_id = u.campaign_id and a.customer_id = u.customer_id
      and a.mailed = u.mailed ${by === 'content' ? sql`and a.content_id = u.unit` : sql``}`;
}

const today = ({ now, timeZone }: CountOptions) => sql`(${now}::timestamptz at time zone ${timeZone})::date`;

const products = (options: CountOptions) => sql`
  keys as (
    select * from unnest(${options.products.map((p) => p.id)}::text[], ${options.products.map((p) => p.key)}::text[])
      as k (product_id, key))`;

/**
 * Every mail that was to go out, whatever became of it, and every one that was left out for the holdout; with its day.
 * A mail still to go has a window that is open. Merged, erased and cancelled mails tell nothing about their customer.
 */
const touched = (options: CountOptions) => sql`
  touched as materialized (
    select t.*, ca.state = 'cancelled' as cancelled
    from (
      select s.id as send_id, s.campaign_id, s.customer_id, true as mailed,
        case when s.state in ('planned', 'queued', 'sending')
          then greatest((s.due_at at time zone ${options.timeZone})::date, ${today(options)})
          else (coalesce(s.sending_at, s.due_at) at time zone ${options.timeZone})::date
        end as day
      from sends s
      where s.former_id is null
        and coalesce(s.reason, '') not in ('merged', 'erased', 'campaign_cancelled')
      union all
      select null, h.campaign_id, h.customer_id, false, (h.due_at at time zone ${options.timeZone})::date
      from held_out h join campaigns c on c.id = h.campaign_id
      where c.state <> 'cancelled' or h.due_at <= c.finished_at
    ) t
    join campaigns ca on ca.id = t.campaign_id and ca.state <> 'draft')`;

/**
 * On which side each customer stands: where they stood first, and until when. Whoever changes sides, because the
 * holdout was made larger or smaller or records were merged, counts only in windows that ended before.
 */
const sides = sql`
  sides as materialized (
    select customer_id, coalesce(mailed_from < held_from, held_from is null) as mailed,
      case when mailed_from is not null and held_from is not null then greatest(mailed_from, held_from) end as until
    from (
      select customer_id, min(day) filter (where mailed) as mailed_from,
        min(day) filter (where not mailed) as held_from
      from touched group by customer_id) f)`;

/** Blocks that were shown, or would have been. */
const blocks = sql`
  blocks as (
    select t.campaign_id, t.customer_id, t.mailed, b.kind, b.content_id, b.product_key
    from touched t join shown_blocks b on b.send_id = t.send_id
    union all
    select t.campaign_id, t.customer_id, t.mailed, b ->> 'kind', b ->> 'contentId', b ->> 'productKey'
    from touched t join sends s on s.id = t.send_id and s.state in ('failed', 'in_doubt'),
      jsonb_array_elements(s.composition -> 'blocks') b
    union all
    select t.campaign_id, t.customer_id, t.mailed, b ->> 'kind', b ->> 'contentId', b ->> 'productKey'
    from touched t join held_out h on h.campaign_id = t.campaign_id and h.customer_id = t.customer_id,
      jsonb_array_elements(h.blocks) b
    where not t.mailed)`;

/** What these blocks are meant to sell. */
const shown = ({ fixed, products: sells }: Sold) => sql`
  fixed as (
    select * from unnest(${fixed.map((f) => f.kind)}::text[], ${fixed.map((f) => f.contentId)}::text[])
      as f (kind, content_id)),
  sells as (
    select * from unnest(${sells.map((s) => s.kind)}::text[], ${sells.map((s) => s.contentId)}::text[],
      ${sells.map((s) => s.key)}::text[]) as s (kind, content_id, key)),
  shown as (
    select b.campaign_id, b.customer_id, b.mailed, b.content_id, s.key
    from blocks b join sells s using (kind, content_id)
    union all
    select b.campaign_id, b.customer_id, b.mailed, b.content_id, b.product_key
    from blocks b
    where b.kind = 'proven' and not exists (
      select from fixed f where f.kind = b.kind and f.content_id = b.content_id))`;

function gathered(rows: Row[]): Counted[] {
  const units = new Map<string, Counted>();
  for (const row of rows) {
    const unit = units.get(row.unit) ?? {
      unit: row.unit,
      companies: [],
      pieces: { mailed: 0, heldOut: 0 },
      open: { mailed: 0, heldOut: 0 },
    };
    units.set(row.unit, unit);
    unit.pieces.mailed += row.mailed_pieces;
    unit.pieces.heldOut += row.held_out_pieces;
    unit.open.mailed += row.mailed_open;
    unit.open.heldOut += row.held_out_open;
    if (row.mailed + row.held_out === 0) continue;
    unit.companies.push({
      times: row.times,
      mailed: { people: row.mailed, buyers: row.mailed_buyers },
      heldOut: { people: row.held_out, buyers: row.held_out_buyers },
    });
  }
  return [...units.values()];
}
