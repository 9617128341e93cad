import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Affinity } from './facts.ts';

/** Fewer owners than this say nothing about what goes together. */
const MIN_OWNERS = 20;
/** And less than every tenth of them is no habit. */
const MIN_SHARE = 0.1;

/** Records of the CRM and the library's product that they are. */
export interface KeyedIds {
  key: string;
  family: string | null;
  ids: string[];
}

/** Of more owners than this as many are looked at, the same ones every time. */
const MOST_OWNERS = 500;

/**
 * Of the others who own a product of this customer, how many own another one of the same family, for each pair. Where
 * very many own it, five hundred of them, drawn by a hash of their ids, stand for all: what is said of them is exact, and
 * a brief is there at once. An index has the buyers of a product in the order of that hash (purchases_draw).
 */
export async function loadAffinities(
  db: Database,
  given: { customerId: string; owned: KeyedIds[]; candidates: KeyedIds[] },
): Promise<Affinity[]> {
  const families = new Set(given.candidates.map(({ family }) => family));
  const owned = given.owned.filter(({ family }) => families.has(family));
  if (owned.length === 0 || given.candidates.length === 0) return [];
  const products = [...owned, ...given.candidates].flatMap(({ key, family, ids }) =>
    ids.map((id) => ({ id, key, family, own: owned.some((each) => each.key === key) })),
  );
  const { rows } = await sql<Affinity>`
    with k as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(products)}::jsonb)
        as k (id text, key text, family text, own boolean)
    ),
    sampled as materialized (
      select x.key, x.family, buyers.customer_id
      from (select distinct key, family from k where own) x,
      lateral (
        select distinct first.draw, first.customer_id
        from k, lateral (
          (select distinct hashtext(p.customer_id) as draw, p.customer_id from purchases p
            where p.product_id = k.id and p.status = 'kept' and p.customer_id <> ${given.customerId}
            order by draw, p.customer_id limit ${MOST_OWNERS})
          union all
          (select hashtext(u.customer_id) as draw, u.customer_id from product_use u
            where u.product_id = k.id and u.used and u.customer_id <> ${given.customerId}
            order by draw, u.customer_id limit ${MOST_OWNERS})
        ) first
        where k.key = x.key
        order by first.draw, first.customer_id limit ${MOST_OWNERS}
      ) buyers
    ),
    -- all at once: for each by itself it took most of the time
    has as materialized (
      select o.customer_id, array_agg(k.key) as keys
      from owned_products o join k on k.id = o.product_id
      where o.customer_id = any(array(select distinct customer_id from sampled))
      group by o.customer_id
    ),
    -- who bought it may have given it back
    looked as materialized (
      select s.key, s.family, h.keys from sampled s join has h on h.customer_id = s.customer_id
      where s.key = any(h.keys)
    )
    select l.key as "from", t.key as "to", count(*)::int as owners,
      (count(*) filter (where t.key = any(l.keys)))::int as also
    from looked l join (select distinct key, family from k where not own) t on t.family = l.family
    group by l.key, t.key
    having bool_or(t.key = any(l.keys))
    order by l.key, t.key`.execute(db);
  return rows;
}

/**
 * The products worth a thought, best first: for each the owned product whose owners most often have it, where there are
 * enough of them to say so. Pure.
 */
export function bestAffinities(affinities: readonly Affinity[]): Affinity[] {
  const share = ({ owners, also }: Affinity) => also / owners;
  const order = (a: Affinity, b: Affinity) =>
    share(b) - share(a) || b.owners - a.owners || (`${a.to}|${a.from}` < `${b.to}|${b.from}` ? -1 : 1);
  const best = new Map<string, Affinity>();
  for (const each of affinities.toSorted(order)) {
    if (each.owners >= MIN_OWNERS && share(each) >= MIN_SHARE && !best.has(each.to)) best.set(each.to, each);
  }
  return [...best.values()];
}
