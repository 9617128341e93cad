import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { customerHash } from './erased.ts';
import { holdLedger, moveHistory } from './follow/history.ts';
import { type Move, passOnObjections } from './follow/objections.ts';
import { resolveMerges } from './follow/resolve.ts';
import type { Merge, Problem } from './port.ts';

type Trx = Transaction<Tables>;

/** What following merges came to. */
export interface Followed {
  /** Merged records that were alive here until now, and are archived. */
  archived: number;
  /** What a person should look at. */
  problems: Problem[];
}

/**
 * Lets people's history and objections follow them into the record that they were merged into, which need not be here
 * yet. To be called when the batch's customers have been stored, last of all in the transaction: nobody else writes to
 * the ledger from here to its end. Of merges that are known it does nothing, so an objection that was taken off the
 * list by hand since is not put back.
 */
export async function followMerges(trx: Trx, merges: readonly Merge[], now: Date): Promise<Followed> {
  if (merges.length === 0) return { archived: 0, problems: [] };
  const { allowed, intoErased, problems } = await apartFromErased(trx, merges);
  const { set, forget } = resolveMerges(await knownMerges(trx, allowed), allowed);
  await remember(trx, set, forget, now);
  const archived = await archive(trx, allowed, intoErased, now);
  // A record that was taken for alive again, because an older answer of the CRM said so, may have history again.
  const ids = [...new Set([...set.map(({ id }) => id), ...archived])];
  const { rows: moves } = await sql<Merge & { address: string | null }>`
    select m.id, m.into_id as into, c.email_key as address
    from customer_merges m left join customers c on c.id = m.into_id
    where m.id = any(${ids}::text[])`.execute(trx);
  if (moves.length > 0) {
    await holdLedger(trx);
    const reached = moves.flatMap(({ id, address }) =>
      address === null ? [] : [{ formerId: id, address, merged: true }],
    );
    await passOnObjections(trx, reached, now);
    await moveHistory(trx, moves, now);
  }
  return { archived: archived.length, problems };
}

/**
 * Lets objections follow customers to their new addresses. To be called before the batch's customers are stored: what
 * is stored is compared with what is to be.
 */
export async function followAddresses(
  trx: Trx,
  rows: readonly { id: string; email: string | null }[],
  now: Date,
): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const { rows: changed } = await sql<{ id: string; address: string; before: string | null }>`
    with stored as materialized (select id, email_key from customers where id = any(${ids}::text[]))
    select given.id, given.address, stored.email_key as before
    from (
      select id, nullif(lower(btrim(email)), '') as address
      from unnest(${ids}::text[], ${rows.map(({ email }) => email)}::text[]) as row (id, email)
    ) given
    left join stored on stored.id = given.id
    where given.address is not null and stored.email_key is distinct from given.address`.execute(trx);
  const moves: Move[] = changed
    .filter(({ before }) => before !== null)
    .map(({ id, address }) => ({ formerId: id, address, merged: false }));
  // Had no address until now: what was merged into it, or what it had once, could not pass anything on.
  const reached = new Map(
    changed.flatMap(({ id, address, before }) => (before === null ? [[id, address]] : [])),
  );
  const { rows: before } = await sql<{ id: string; formerId: string; merged: boolean }>`
    select into_id as id, id as "formerId", true as merged
    from customer_merges where into_id = any(${[...reached.keys()]}::text[])
    union
    select customer_id, customer_id, false from sends where customer_id = any(${[...reached.keys()]}::text[])`.execute(
    trx,
  );
  for (const { id, ...former } of before) {
    const address = reached.get(id);
    if (address !== undefined) moves.push({ ...former, address });
  }
  await passOnObjections(trx, moves, now);
}

/**
 * People who were erased on request do not come back by a merge. One that the CRM has merged into a living record is
 * known by the hash that is kept anyway; nothing is written down under an id that was erased.
 */
async function apartFromErased(
  trx: Trx,
  merges: readonly Merge[],
): Promise<{ allowed: Merge[]; intoErased: string[]; problems: Problem[] }> {
  const ids = [...new Set(merges.flatMap(({ id, into }) => [id, into]))];
  const { rows } = await sql<{ id: string; hash: string }>`
    select g.id, e.customer_hash as hash
    from unnest(${ids}::text[]) as g (id) join erasures e on e.customer_hash = ${customerHash(sql.ref('g.id'))}
    where exists (select from erasures)`.execute(trx);
  if (rows.length === 0) return { allowed: [...merges], intoErased: [], problems: [] };

  const erased = new Map(rows.map(({ id, hash }) => [id, hash]));
  const allowed = merges
    .filter(({ into }) => !erased.has(into))
    .map(({ id, into }) => ({ id: erased.get(id) ?? id, into }));
  const intoErased = merges.filter(({ id, into }) => erased.has(into) && !erased.has(id)).map(({ id }) => id);
  const here = await trx
    .selectFrom('customers')
    .select('id')
    .where(sql<boolean>`id = any(${intoErased}::text[])`)
    .execute();
  const problems = here.map(({ id }) => ({
    record: `customer ${id}`,
    code: 'merged_into_erased',
    message:
      'The CRM has merged this contact into one that was erased on request. Nothing is written to it any more, ' +
      `but its history is still here: spielbein customer erase ${id}`,
  }));
  return { allowed, intoErased, problems };
}

async function knownMerges(trx: Trx, merges: readonly Merge[]): Promise<Merge[]> {
  const ids = [...new Set(merges.flatMap(({ id, into }) => [id, into]))];
  const { rows } = await sql<Merge>`
    select id, into_id as into from customer_merges
    where id = any(${ids}::text[]) or into_id = any(${ids}::text[])`.execute(trx);
  return rows;
}

async function archive(trx: Trx, merged: Merge[], intoErased: string[], now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update customers c set archived_at = ${now}
    where c.archived_at is null and (c.id = any(${intoErased}::text[])
      or c.id = any(${merged.map(({ id }) => id)}::text[])
        and exists (select from customer_merges m where m.id = c.id))
    returning c.id`.execute(trx);
  return rows.map(({ id }) => id);
}

async function remember(trx: Trx, set: readonly Merge[], forget: string[], now: Date): Promise<void> {
  if (set.length === 0) return;
  await sql`delete from customer_merges where id = any(${forget}::text[])`.execute(trx);
  await sql`
    insert into customer_merges as known (id, into_id, merged_at)
    select m.id, m.into_id, ${now}
    from unnest(${set.map(({ id }) => id)}::text[], ${set.map(({ into }) => into)}::text[]) as m (id, into_id)
    on conflict (id) do update set into_id = excluded.into_id`.execute(trx);
}
