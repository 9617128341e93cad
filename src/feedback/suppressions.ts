import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { addressForms } from '../domain/address-forms.ts';
import type { SuppressionReason } from '../domain/send.ts';

/**
 * Reasons from the weakest to the strongest: what a machine found out, what a colleague decided, what the recipient
 * said, what the law says. Removing an entry asks for the more care, the stronger its reason is.
 */
export const REASONS_BY_STRENGTH: readonly SuppressionReason[] = [
  'bounced',
  'manual',
  'unsubscribed',
  'complained',
  'erased',
];

/** An entry to be: known by its address, or by its hash alone. */
export type NewSuppression = ({ address: string } | { hash: string }) & {
  reason: SuppressionReason;
  /** For people, e.g. `send 42`; without addresses. */
  detail: string | null;
  since: Date;
};

/**
 * Stops all mail to an address. An address has one entry: the first one's date stays, the strongest reason wins, and
 * every other reason is added to the detail, so that taking one back never lets another be forgotten. An erased
 * person's entry never learns anything again, neither address nor reason.
 * @returns true when the address was free until now
 */
export async function suppress(
  db: Database,
  entry: { address: string; reason: SuppressionReason; detail: string | null; now: Date },
): Promise<boolean> {
  const { now: since, ...rest } = entry;
  return (await suppressAll(db, [{ ...rest, since }])) === 1;
}

/**
 * The same for many addresses at once, in a few statements, whatever their number. Of several entries for one address
 * the strongest counts. An address that can be written in two ways is stopped in both.
 * @returns how many were free until now, as they were given
 */
export async function suppressAll(db: Database, entries: NewSuppression[]): Promise<number> {
  const added = await store(db, entries);
  await store(db, entries.flatMap(inOtherForms));
  return added;
}

function inOtherForms(entry: NewSuppression): NewSuppression[] {
  if (!('address' in entry)) return [];
  return addressForms(entry.address)
    .slice(1)
    .map((address) => ({ ...entry, address }));
}

async function store(db: Database, entries: NewSuppression[]): Promise<number> {
  if (entries.length === 0) return 0;
  const given = sql`given as (
    select distinct on (email_hash) *
    from (
      select coalesce(hash, address_hash(address)) as email_hash,
        case when reason <> 'erased' then lower(btrim(address)) end as email_key,
        reason, case when reason <> 'erased' then left(detail, 500) end as detail, since,
        array_position(${REASONS_BY_STRENGTH}::text[], reason) as strength
      from unnest(
        ${entries.map((e) => ('address' in e ? e.address : null))}::text[],
        ${entries.map((e) => ('hash' in e ? e.hash : null))}::text[],
        ${entries.map((e) => e.reason)}::text[],
        ${entries.map((e) => e.detail)}::text[],
        ${entries.map((e) => e.since)}::timestamptz[]) as e (address, hash, reason, detail, since)
    ) e
    order by email_hash, strength desc)`;
  const added = await sql`
    with ${given}
    insert into suppressions (email_hash, email_key, reason, detail, created_at)
    select email_hash, email_key, reason, detail, since from given
    on conflict do nothing`.execute(db);
  // The row's own columns, not a second look at the table: after waiting for another process they are the new ones.
  const stronger = sql`g.strength > array_position(${REASONS_BY_STRENGTH}::text[], s.reason)`;
  // Entries made just now have the same reason, so this leaves them alone.
  await sql`
    with ${given}
    update suppressions s set
      reason = case when ${stronger} then g.reason else s.reason end,
      email_key = case when g.reason <> 'erased' then s.email_key end,
      detail = case when g.reason <> 'erased' then left(
        case when ${stronger} then concat_ws('; ', g.detail, 'also ' || s.reason, s.detail)
        else concat_ws('; ', s.detail, 'also ' || g.reason, g.detail) end, 500) end
    from given g
    where s.email_hash = g.email_hash and s.reason <> g.reason and s.reason <> 'erased'
      and coalesce(position('also ' || g.reason in s.detail), 0) = 0`.execute(db);
  return Number(added.numAffectedRows ?? 0n);
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
