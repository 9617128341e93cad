import { sql } from 'kysely';
import { dayOf } from '../../../compose/day.ts';
import { whyNotToday } from '../../../compose/proven.ts';
import type { Database } from '../../../db/connect.ts';
import type { Knowledge } from '../../../render/load-content.ts';
import { keyedProducts, listSegments, type SegmentRow } from '../../../segment/segments.ts';

/** What is counted about products, over all customers: dear, so it is kept for a while. */
export interface ProductCounts {
  at: Date;
  segments: SegmentRow[];
  /** Of each development that may be told today: owners of what it is about who have not seen it. */
  untold: { contentId: string; owners: number }[];
  /** Owners of a product for whom nothing unseen is left, and when they were last told something about it. */
  gaps: { key: string; owners: number; since: Date | null }[];
  /** So many customers own both. */
  pairs: { a: string; b: string; owners: number }[];
  /** How often each development or offer was shown, and answered "yes" or "call me". */
  told: { contentId: string; kind: 'proven' | 'experimental'; shown: number; yes: number }[];
}

/** Counts everything, one query after the other, so that mails and pages come first. */
export async function countProducts(db: Database, known: Knowledge, now: Date): Promise<ProductCounts> {
  const { library, matchProduct } = known;
  const products = await keyedProducts(db, matchProduct, 'product');
  const today = dayOf(now, library.settings.nightly.timeZone);
  const about = [...library.developments.values()]
    .filter((each) => whyNotToday(each, today) === null)
    .flatMap((each) =>
      [...new Map(products.map(({ key, family }) => [key, family]))]
        .filter(
          ([key, family]) =>
            each.products.includes(key) || (family !== null && each.families.includes(family)),
        )
        .map(([key]) => ({ key, contentId: each.id })),
    );
  const owners = sql`
    k as (select * from jsonb_to_recordset(${JSON.stringify(products)}::jsonb) as k (id text, key text)),
    o as materialized (
      select distinct p.customer_id, k.key from owned_products p join k on k.id = p.product_id
      join customers c on c.id = p.customer_id and c.archived_at is null),
    about as (select key, "contentId" as content_id
      from jsonb_to_recordset(${JSON.stringify(about)}::jsonb) as a (key text, "contentId" text))`;
  const segments = await listSegments(db, matchProduct);
  const untold = await sql<ProductCounts['untold'][number]>`
    with ${owners}
    select content_id as "contentId", count(*)::int as owners
    from (
      select o.customer_id, a.content_id from o join about a on a.key = o.key
      except select customer_id, content_id from shown_blocks where kind = 'proven') u
    group by 1`.execute(db);
  const gaps = await sql<ProductCounts['gaps'][number]>`
    with ${owners},
    seen as materialized (select distinct customer_id, content_id from shown_blocks where kind = 'proven'),
    left_over as (
      select distinct o.customer_id, o.key
      from o join about a on a.key = o.key
        left join seen s on s.customer_id = o.customer_id and s.content_id = a.content_id
      where s.content_id is null),
    silent as materialized (select * from o except select * from left_over)
    select s.key, count(*)::int as owners, max(t.last) as since
    from silent s left join (
      select customer_id, product_key, max(shown_at) as last from shown_blocks where kind = 'proven' group by 1, 2
    ) t on t.customer_id = s.customer_id and t.product_key = s.key
    group by 1 order by 2 desc`.execute(db);
  const pairs = await sql<ProductCounts['pairs'][number]>`
    with ${owners}
    select x.key as a, y.key as b, count(*)::int as owners
    from o x join o y on y.customer_id = x.customer_id and y.key <> x.key
    group by 1, 2 order by 3 desc`.execute(db);
  const told = await sql<ProductCounts['told'][number]>`
    select b.content_id as "contentId", b.kind, count(*)::int as shown, count(a.answer)::int as yes
    from shown_blocks b left join heard_answers a
      on a.send_id = b.send_id and a.position = b.position and a.answer in ('yes', 'call')
    group by 1, 2`.execute(db);
  return {
    at: now,
    segments,
    untold: untold.rows,
    gaps: gaps.rows,
    pairs: pairs.rows,
    told: told.rows,
  };
}
