import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { suppressAll } from '../db/suppress.ts';
import { addressForms } from '../domain/address-forms.ts';
import type { SuppressionReason } from '../domain/send.ts';

/**
 * Stops all mail to an address, as `suppressAll` does for many.
 * @returns true when the address was free until now
 */
export async function suppress(
  db: Database,
  entry: { address: string; reason: SuppressionReason; detail: string | null; now: Date },
): Promise<boolean> {
  const { now: since, ...rest } = entry;
  return (await suppressAll(db, [{ ...rest, since }])) === 1;
}

/** An entry as it is kept. */
export interface Suppression {
  hash: string;
  /** Null when the person was erased, or is known by hash alone. */
  address: string | null;
  reason: SuppressionReason;
  detail: string | null;
  since: Date;
}

const columns = [
  'email_hash as hash',
  'email_key as address',
  'reason',
  'detail',
  'created_at as since',
] as const;

/** The entry of an address, also when the address itself is not kept; null when it may be written to. */
export async function findSuppression(db: Database, address: string): Promise<Suppression | null> {
  const found = await db
    .selectFrom('suppressions')
    .select(columns)
    .where('email_hash', '=', sql<string>`address_hash(${address})`)
    .executeTakeFirst();
  return found ?? null;
}

/** The newest entries first. */
export async function listSuppressions(
  db: Database,
  given: { reason?: SuppressionReason | undefined; limit: number; offset?: number | undefined },
): Promise<Suppression[]> {
  let query = db.selectFrom('suppressions').select(columns);
  if (given.reason) query = query.where('reason', '=', given.reason);
  return await query
    .orderBy('created_at', 'desc')
    .orderBy('email_hash')
    .limit(given.limit)
    .offset(given.offset ?? 0)
    .execute();
}

/** How many entries there are of each reason; reasons without any are missing. */
export async function countSuppressions(db: Database): Promise<Partial<Record<SuppressionReason, number>>> {
  const rows = await db
    .selectFrom('suppressions')
    .select(['reason', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('reason')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.reason, row.count]));
}

/** All entries, page by page in the order of their hashes: the list may be long. */
export async function* eachSuppression(
  db: Database,
  reason?: SuppressionReason | undefined,
): AsyncGenerator<Suppression> {
  for (let after = ''; ; ) {
    let query = db.selectFrom('suppressions').select(columns).where('email_hash', '>', after);
    if (reason) query = query.where('reason', '=', reason);
    const page = await query.orderBy('email_hash').limit(5000).execute();
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.hash;
  }
}

/**
 * Lets an address be written to again, in every form, if its entry still has this reason: a complaint that came in
 * meanwhile stays.
 * @returns false when there was no such entry
 */
export async function removeSuppression(
  db: Database,
  entry: Pick<Suppression, 'hash' | 'address' | 'reason'>,
): Promise<boolean> {
  const forms = entry.address === null ? [] : addressForms(entry.address);
  const gone = await db
    .deleteFrom('suppressions')
    .where(sql<boolean>`(email_hash = ${entry.hash} or email_key = any(${forms}))`)
    .where('reason', '=', entry.reason)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
