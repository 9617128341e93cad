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

/**
 * Of all others who own a product of this customer, how many own another one of the same family, for each pair. Only
 * the purchases of these products are read, by their index (purchases_product).
 */
export async function loadAffinities(
  db: Database,
  given: { customerId: string; owned: KeyedIds[]; candidates: KeyedIds[] },
): Promise<Affinity[]> {
  const families = new Set(given.candidates.map(({ family }) => family));
  const owned = flat(given.owned.filter(({ family }) => families.has(family)));
  const others = flat(given.candidates);
  if (owned.ids.length === 0 || others.ids.length === 0) return [];
  const { rows } = await sql<Affinity>`
    with mine as (${holders(owned, given.customerId)}), theirs as (${holders(others, given.customerId)}),
    owners as (select key, family, count(*)::int as owners from mine group by key, family)
    select o.key as "from", t.key as "to", o.owners, count(*)::int as also
    from owners o
    join mine m on m.key = o.key
    join theirs t on t.customer_id = m.customer_id and t.family = o.family
    group by o.key, t.key, o.owners
    order by o.key, t.key`.execute(db);
  return rows;
}

interface Flat {
  ids: string[];
  keys: string[];
  families: (string | null)[];
}

const flat = (products: KeyedIds[]): Flat => ({
  ids: products.flatMap(({ ids }) => ids),
  keys: products.flatMap(({ key, ids }) => ids.map(() => key)),
  families: products.flatMap(({ family, ids }) => ids.map(() => family)),
});

/** Who owns these products; the condition on the view itself lets PostgreSQL read no other purchases. */
const holders = ({ ids, keys, families }: Flat, except: string) => sql`
  select distinct o.customer_id, k.key, k.family
  from owned_products o
  join unnest(${ids}::text[], ${keys}::text[], ${families}::text[]) as k (id, key, family) on k.id = o.product_id
  where o.product_id = any(${ids}::text[]) and o.customer_id <> ${except}`;

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
