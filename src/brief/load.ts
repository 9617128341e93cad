import { sql } from 'kysely';
import { ownedKeys } from '../compose/compose.ts';
import { dayOf } from '../compose/day.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { Database } from '../db/connect.ts';
import { findGaps } from '../feedback/moment-facts.ts';
import { loadSuggestedRatios } from '../feedback/suggested-ratios.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { type KeyedProduct, keyedProducts } from '../segment/segments.ts';
import { type KeyedIds, loadAffinities } from './affinity.ts';
import type { BriefFacts, Said, Told } from './facts.ts';

/** What a brief needs beside the database. */
export interface BriefContext {
  library: Library;
  matchProduct: ProductMatcher;
  now: Date;
}

/** How far back a conversation is told. */
const MONTHS = 12;

interface Row {
  last_visit: Date | null;
  told: Told[] | null;
  said: Said[] | null;
  use: { productId: string; used: boolean; on: string }[] | null;
}

/** Everything a brief about one customer rests on, in six queries; null when there is no such customer. */
export async function loadBriefFacts(
  db: Database,
  customerId: string,
  context: BriefContext,
): Promise<BriefFacts | null> {
  const { library, matchProduct, now } = context;
  const { rules, nightly } = library.settings;
  const { timeZone } = nightly;
  const today = dayOf(now, timeZone);
  const [known, row, gaps, products, suggested] = await Promise.all([
    loadFacts(db, [customerId], { now, rules }).then((found) => found.get(customerId)),
    loadConversation(db, customerId, { now, timeZone }),
    findGaps(db, customerId, today),
    keyedProducts(db, matchProduct, 'product'),
    loadSuggestedRatios(db, [customerId]),
  ]);
  if (!known || known.archived || !row) return null;
  const keyed = keyedIds(products);
  const owned = ownedKeys(known, matchProduct);
  const keys = new Set(owned.map(({ key }) => key));
  const notUsed = notUsedKeys(row, keyed).filter(({ key }) => !keys.has(key));
  const families = new Set(owned.flatMap(({ family }) => family ?? []));
  const affinities = await loadAffinities(db, {
    customerId,
    owned: keyed.filter(({ key }) => keys.has(key)),
    candidates: keyed.filter(
      ({ key, family }) =>
        library.products.has(key) &&
        family !== null &&
        families.has(family) &&
        !keys.has(key) &&
        !notUsed.some((each) => each.key === key),
    ),
  });
  return {
    known,
    today,
    owned,
    notUsed,
    names: new Map(products.map(({ id, name }) => [id, name])),
    gaps,
    told: row.told ?? [],
    said: row.said ?? [],
    lastVisit: row.last_visit,
    affinities,
    suggestedRatio: suggested.get(customerId),
  };
}

async function loadConversation(
  db: Database,
  customerId: string,
  { now, timeZone }: { now: Date; timeZone: string },
): Promise<Row | undefined> {
  const since = new Date(now);
  since.setUTCMonth(since.getUTCMonth() - MONTHS);
  const day = (moment: string) => sql`(${sql.ref(moment)} at time zone ${timeZone})::date`;
  const { rows } = await sql<Row>`
    select
      (select max(v.visited_at) from sends s join visits v on v.send_id = s.id
        where s.customer_id = c.id and v.machine is null) as last_visit,
      (select jsonb_agg(jsonb_build_object('sendId', b.send_id, 'position', b.position, 'campaignId', b.campaign_id,
          'kind', b.kind, 'contentId', b.content_id, 'variantId', b.variant_id,
          'productKey', b.product_key, 'on', ${day('b.shown_at')},
          'answer', a.answer, 'answeredOn', ${day('a.answered_at')})
          order by b.shown_at desc, b.send_id desc, b.position)
        from shown_blocks b
        left join heard_answers a on a.send_id = b.send_id and a.position = b.position
        where b.customer_id = c.id and greatest(b.shown_at, a.answered_at) >= ${since}) as told,
      (select jsonb_agg(jsonb_build_object('sendId', s.send_id, 'position', s.position,
          'questionId', s.question_id, 'question', s.question,
          'choice', s.choice_words, 'words', s.words, 'by', s.said_by, 'on', ${day('s.said_at')})
          order by s.said_at desc, s.id desc)
        from statements s
        where s.customer_id = c.id and s.said_at >= ${since} and s.doubted_at is null) as said,
      (select jsonb_agg(jsonb_build_object('productId', u.product_id, 'used', u.used, 'on', u.said_on)
          order by u.said_on desc, u.product_id)
        from product_use u where u.customer_id = c.id) as use
    from customers c where c.id = ${customerId}`.execute(db);
  return rows[0];
}

/** The CRM's products by the library's key, or by their own id where the library does not know them. */
const keyedIds = (products: KeyedProduct[]): KeyedIds[] =>
  [...Map.groupBy(products, ({ key }) => key)].map(([key, records]) => ({
    key,
    family: records[0]?.family ?? null,
    ids: records.map(({ id }) => id),
  }));

function notUsedKeys({ use }: Row, keyed: KeyedIds[]): BriefFacts['notUsed'] {
  const found = new Map<string, string>();
  for (const { productId, used, on } of use ?? []) {
    const key = keyed.find(({ ids }) => ids.includes(productId))?.key ?? productId;
    if (!used && !found.has(key)) found.set(key, on);
  }
  return [...found].map(([key, on]) => ({ key, on }));
}
