import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { Odds } from '../../domain/composition.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import type { Known } from '../model/odds.ts';
import { closing, rewarded, rewardRules } from '../rewards/blocks.ts';
import type { Blocks, DrawnBlock } from './block.ts';

/** Blocks in memory at a time, each with all its odds. */
const BATCH = 2_000;
/** Sets of candidates that are kept; one more, and they are found anew. */
const KEPT = 20_000;

/** Offer blocks that were shown, by what can be said of them. */
export interface Countable {
  /** With a window that is over. */
  closed: number;
  /** Those that must be waited for. */
  open: number;
  /** First and last day on which closed ones with odds were shown (YYYY-MM-DD); null: there are none. */
  days: { first: string; last: string } | null;
}

interface Row {
  customer_id: string;
  content_id: string;
  variant_id: string;
  product_key: string;
  reward: number;
  odds: Odds[] | null;
}

/**
 * Hands all closed offer blocks to `work`, to be read as often as it likes: rewards are found once, into a temporary
 * table, so that every reading sees the same.
 * @param given.since only what was shown from that day on (YYYY-MM-DD)
 */
export async function withDrawnBlocks<T>(
  db: Database,
  given: { library: Library; matchProduct: ProductMatcher; since: string | null; now: Date },
  work: (blocks: Blocks, counted: Countable) => Promise<T>,
): Promise<T> {
  const { library, since, now } = given;
  const rules = await rewardRules(db, given);
  const zone = rules.timeZone;
  const families = new Map(rules.products.map(({ key, family }) => [key, family]));
  const familyOf = (key: string) => library.products.get(key)?.family ?? families.get(key) ?? null;
  const from = since === null ? sql`true` : sql`b.shown_at >= ${since}::date::timestamp at time zone ${zone}`;
  const offers = sql`b.kind = 'experimental' and ${from} and b.shown_at <= ${now}::timestamptz`;
  // what was bought on the window's last day is known when that day is over
  const closed = sql`${closing(rules, 'b')} <= ${now}::timestamptz - interval '1 day'`;
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      // Steps within a query have no statistics, and are taken for small: rows would be looked up one by one.
      await sql`set local enable_nestloop = off`.execute(tx);
      await sql`set local jit = off`.execute(tx);
      await sql`
        create temporary table drawn_blocks on commit drop as
        with ${rewarded(rules, sql`select b.* from shown_blocks b where ${offers} and ${closed}`)}
        select row_number() over (order by b.customer_id, b.send_id, b.position) as number, b.*,
          coalesce(r.reward, 0)::float8 as reward
        from blocks b left join rewards r on r.send_id = b.send_id and r.position = b.position`.execute(tx);
      await sql`create index on drawn_blocks (number)`.execute(tx);
      await sql`set local enable_nestloop = on`.execute(tx);
      const { rows } = await sql<Omit<Countable, 'days'> & { first: string | null; last: string | null }>`
        select count(*)::int as closed,
          (select count(*)::int from shown_blocks b where ${offers} and not ${closed}) as open,
          (min(d.shown_at) filter (where s.composition ? 'choices') at time zone ${zone})::date::text as first,
          (max(d.shown_at) filter (where s.composition ? 'choices') at time zone ${zone})::date::text as last
        from drawn_blocks d join sends s on s.id = d.send_id`.execute(tx);
      const [{ first, last, ...counted }] = rows as [(typeof rows)[number]];
      const days = first === null || last === null ? null : { first, last };
      return await work(() => drawnBlocks(tx, familyOf), { ...counted, days });
    });
}

async function* drawnBlocks(
  tx: Database,
  familyOf: (productKey: string) => string | null,
): AsyncGenerator<DrawnBlock[]> {
  const sets = new Map<string, Known[]>();
  const setOf = (odds: readonly Odds[]): Known[] => {
    const key = odds.map(nameOf).join('\n');
    let found = sets.get(key);
    if (!found) {
      if (sets.size >= KEPT) sets.clear();
      found = odds.map(({ offerId, productKey, variantId }) => ({
        offerId,
        productKey,
        variantId,
        family: familyOf(productKey),
      }));
      sets.set(key, found);
    }
    return found;
  };
  for (let after = 0; ; after += BATCH) {
    const { rows } = await sql<Row>`
      select d.customer_id, d.content_id, d.variant_id, d.product_key, d.reward, (
        select c -> 'odds' from jsonb_array_elements(s.composition -> 'choices') c
        where (c ->> 'position')::int = d.position) as odds
      from drawn_blocks d join sends s on s.id = d.send_id
      where d.number > ${after}::bigint and d.number <= ${after + BATCH}::bigint
      order by d.number`.execute(tx);
    if (rows.length === 0) return;
    yield rows.flatMap(({ odds, ...row }) => {
      const shown = nameOf({
        offerId: row.content_id,
        variantId: row.variant_id,
        productKey: row.product_key,
      });
      const chosen = odds?.findIndex((each) => nameOf(each) === shown) ?? -1;
      // from before odds were stored
      if (odds === null || chosen < 0) return [];
      const probabilities = odds.map(({ probability }) => probability);
      return {
        customerId: row.customer_id,
        candidates: setOf(odds),
        probabilities,
        chosen,
        reward: row.reward,
      };
    });
  }
}

const nameOf = ({ offerId, productKey, variantId }: Omit<Odds, 'probability'>): string =>
  `${offerId} ${productKey} ${variantId}`;
