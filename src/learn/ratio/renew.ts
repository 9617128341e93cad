import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { keepCustomerIds } from '../../db/customer-ids.ts';
import { gatherEntry } from '../../feedback/crm/gather.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import { type Renewal, renewal, type Standing } from './renewal.ts';
import { judge } from './suggest.ts';

/**
 * Once a night: makes the suggestions for single customers that have become clear, takes back those that are not any
 * more, and has the CRM told of what changed. It never touches a ratio.
 * @returns how many were made, and how many taken back or settled
 */
export async function renewSuggestions(
  db: Database,
  given: { library: Library; matchProduct: ProductMatcher; now: Date },
): Promise<{ made: number; ended: number }> {
  const standing = await loadStanding(db);
  const before = new Map(standing.flatMap((each) => (each.settledAt ? [] : [[each.customerId, each]])));
  const { customers } = await judge(db, { ...given, before });
  const plan = renewal(standing, customers, given.now);
  return await db.transaction().execute((trx) => store(trx, plan, given.now));
}

async function loadStanding(db: Database): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    select customer_id as "customerId", ratio, suggested, probability, times, settled_at as "settledAt"
    from ratio_suggestions order by customer_id`.execute(db);
  return rows;
}

async function store(
  trx: Database,
  { made, withdrawn, settled, forgotten }: Renewal,
  now: Date,
): Promise<{ made: number; ended: number }> {
  await keepCustomerIds(trx);
  await sql`delete from ratio_suggestions where customer_id = any(${[...withdrawn, ...forgotten]})`.execute(
    trx,
  );
  await sql`
    update ratio_suggestions set settled_at = ${now}
    where customer_id = any(${settled}) and settled_at is null`.execute(trx);
  const { rows } = await sql<{ id: string }>`
    insert into ratio_suggestions (customer_id, ratio, suggested, probability, times, made_at)
    select g.id, g.ratio, g.suggested, g.probability, g.times, ${now}
    from unnest(${made.map(({ customerId }) => customerId)}::text[], ${made.map(({ ratio }) => ratio)}::numeric[],
      ${made.map(({ suggested }) => suggested)}::numeric[], ${made.map(({ probability }) => probability)}::float8[],
      ${made.map(({ times }) => times)}::float8[]) as g (id, ratio, suggested, probability, times)
    -- somebody may have been erased or merged since
    where exists (select from customers c where c.id = g.id and c.archived_at is null)
    on conflict (customer_id) do update set ratio = excluded.ratio, suggested = excluded.suggested,
      probability = excluded.probability, times = excluded.times, made_at = excluded.made_at, settled_at = null
    returning customer_id as id`.execute(trx);
  const { rows: ended } = await sql<{ id: string }>`
    select id from customers where id = any(${[...withdrawn, ...settled]}) and archived_at is null`.execute(
    trx,
  );
  for (const { id } of [...rows, ...ended]) await gatherEntry(trx, { kind: 'profile', customerId: id, now });
  return { made: rows.length, ended: ended.length };
}
