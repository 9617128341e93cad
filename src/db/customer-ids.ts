import { type RawBuilder, sql } from 'kysely';
import type { Database } from './connect.ts';

/** Key of the advisory lock on everybody's id ("cust" in ASCII). */
const IDS_LOCK = 0x63757374;

/**
 * Keeps everybody's id as it is until the caller's transaction ends: a merge or an erasure waits for it, and finds what
 * was noted. Whoever writes down anything of a customer, or in several tables at once, calls this first, and reads the
 * id after it: what was read before may just have been merged into another one, or belong to nobody any more.
 */
export async function keepCustomerIds(trx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${IDS_LOCK})`.execute(trx);
}

/**
 * Whom something is to be noted about, by a mail of theirs or by their id: the id they have now, or null when there is
 * nobody (any more). It stays so until the caller's transaction ends (`keepCustomerIds`): call it first, and write under
 * no other id.
 */
export async function currentCustomer(
  trx: Database,
  who: { sendId: number } | { customerId: string },
): Promise<string | null> {
  await keepCustomerIds(trx);
  // a statement of its own, so that it sees what was waited for
  const { rows } = await sql<{ id: string }>`
    select id from (${'sendId' in who ? recipientOf(who.sendId) : survivorOf(who.customerId)}) found (id)
    -- a record that others were merged into may be on its way from the CRM
    where exists (select from customers c where c.id = found.id)
      or exists (select from customer_merges m where m.into_id = found.id)`.execute(trx);
  return rows[0]?.id ?? null;
}

/** Nobody notes anything under a customer's id until the caller's transaction ends; who is at it is waited for. */
export async function holdCustomerIds(trx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${IDS_LOCK})`.execute(trx);
}

/** A merge moves mails to the record that lives on, and an erasure to a pseudonym, which is nobody. */
const recipientOf = (sendId: number): RawBuilder<unknown> =>
  sql`select customer_id from sends where id = ${sendId}`;

const survivorOf = (customerId: string): RawBuilder<unknown> => sql`
  select coalesce(
    (select into_id from customer_merges m where m.id = ${customerId} and not exists (
      select from customers c where c.id = m.id and c.archived_at is null)),
    ${customerId})`;
