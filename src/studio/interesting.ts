import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';

/** Why a customer's mail is worth a look. Stable codes; `segment` comes with the product. */
export type Interest =
  | 'longest_name'
  | 'longest_company'
  | 'most_products'
  | 'no_first_name'
  | 'no_name'
  | 'other_language'
  | 'ratio_0'
  | 'ratio_1'
  | 'existing_customer'
  | 'no_consent'
  | 'owns_nothing'
  | 'segment';

export interface Interesting {
  why: Interest;
  id: string;
  name: string | null;
  company: string | null;
  /** Of a segment's typical customer: the product's name in the CRM. */
  product: string | null;
}

/** Segments whose typical customer is shown: those with most owners. */
const SEGMENTS = 8;

const who = sql`c.id, nullif(left(concat_ws(' ', c.title, c.first_name, c.last_name), 200), '') as name, left(co.name, 200) as company`;
const from = sql`customers c left join companies co on co.id = c.company_id`;
/** Whom mails can go to: what is off about the others' mails is seen by nobody. */
const written = sql`c.archived_at is null and c.email is not null and not c.opted_out and not c.bounced`;
const owns = sql`exists (select from owned_products o where o.customer_id = c.id)`;
const mailed = sql`${written} and c.consent <> 'none' and ${owns}`;

const ONES: readonly [Interest, ReturnType<typeof sql>][] = [
  [
    'longest_name',
    sql`select ${who} from ${from} where ${mailed}
    order by length(coalesce(c.title, '')) + length(coalesce(c.first_name, '')) + length(coalesce(c.last_name, '')) desc, c.id limit 1`,
  ],
  [
    'longest_company',
    sql`select ${who} from ${from} where ${mailed} and co.name is not null order by length(co.name) desc, c.id limit 1`,
  ],
  [
    'most_products',
    sql`select ${who} from (select customer_id, count(*) as n from owned_products group by 1 order by n desc, customer_id limit 20) most
    join customers c on c.id = most.customer_id left join companies co on co.id = c.company_id
    where ${written} and c.consent <> 'none' order by most.n desc, c.id limit 1`,
  ],
  [
    'no_first_name',
    sql`select ${who} from ${from} where ${mailed} and c.first_name is null and c.last_name is not null limit 1`,
  ],
  ['no_name', sql`select ${who} from ${from} where ${mailed} and c.last_name is null limit 1`],
  ['other_language', sql`select ${who} from ${from} where ${mailed} and c.language <> 'de' limit 1`],
  ['ratio_0', sql`select ${who} from ${from} where ${mailed} and c.innovation_ratio = 0 limit 1`],
  ['ratio_1', sql`select ${who} from ${from} where ${mailed} and c.innovation_ratio = 1 limit 1`],
  [
    'existing_customer',
    sql`select ${who} from ${from} where ${written} and ${owns} and c.consent = 'existing_customer' limit 1`,
  ],
  ['no_consent', sql`select ${who} from ${from} where ${written} and ${owns} and c.consent = 'none' limit 1`],
  ['owns_nothing', sql`select ${who} from ${from} where ${written} and not ${owns} limit 1`],
];

/**
 * The customers whose mails show first what is off: one quick query each, some hundred milliseconds together on
 * 100,000 customers. Kinds that nobody is of are left out.
 */
export async function interestingOnes(db: Database): Promise<Interesting[]> {
  const found: Interesting[] = [];
  for (const [why, query] of ONES) {
    const { rows } = await sql<Omit<Interesting, 'why' | 'product'>>`${query}`.execute(db);
    for (const row of rows) found.push({ why, ...row, product: null });
  }
  return [...found, ...(await typicalOnes(db, { segments: SEGMENTS, each: 1 }))];
}

/**
 * Of the segments with most owners, those of each who own little else: what they get is what the segment gets.
 * Chosen by a hash, so that it is not always whoever came first.
 */
export async function typicalOnes(
  db: Database,
  given: { segments: number; each: number },
): Promise<Interesting[]> {
  const { rows } = await sql<Omit<Interesting, 'why'>>`
    with big as (
      select product_id, count(*) as n from owned_products group by 1 order by n desc, product_id limit ${given.segments})
    select one.*, p.name as product
    from big join products p on p.id = big.product_id,
    lateral (
      select ${who}
      from (select customer_id from owned_products where product_id = big.product_id order by customer_id limit 400) o
      join customers c on c.id = o.customer_id left join companies co on co.id = c.company_id
      where ${written} and c.consent <> 'none'
      order by (select count(*) from owned_products m where m.customer_id = c.id), md5(c.id) limit ${given.each}
    ) one
    order by big.n desc, p.id`.execute(db);
  return rows.map((row) => ({ why: 'segment', ...row }));
}

/** Each customer once, for the first of the reasons: whoever flips through them must come past everybody. Pure. */
export function eachOnce(ones: readonly Interesting[]): Interesting[] {
  return ones.filter(({ id }, index) => ones.findIndex((one) => one.id === id) === index);
}

/** Remembers for a few minutes: who is interesting changes slowly. What is old is shown while it is looked up anew. */
export function rememberedOnes<T>(
  load: () => Promise<T>,
  now: () => number = Date.now,
  forMs = 180_000,
): () => Promise<T> {
  let kept: { value: Promise<T>; at: number } | null = null;
  let refreshing = false;
  return () => {
    if (kept === null) {
      const value = load();
      kept = { value, at: now() };
      value.catch(() => {
        kept = null;
      });
      return value;
    }
    if (now() - kept.at > forMs && !refreshing) {
      refreshing = true;
      const fresh = load();
      fresh
        .then(() => {
          kept = { value: fresh, at: now() };
        })
        .catch(() => {})
        .finally(() => {
          refreshing = false;
        });
    }
    return kept.value;
  };
}
