import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { addressForms } from '../domain/address-forms.ts';
import { customerHash } from '../sync/erased.ts';
import { cameFrom } from '../sync/follow/objections.ts';
import { mentionedIn } from './mentioned.ts';

/** One person as this installation knows them: by CRM records, by addresses, or both. */
export interface Person {
  /** CRM records; several when they have the same address, or were merged: then with the ids of before. */
  ids: string[];
  /** Addresses, lower-case: those of today, and those that were written to. */
  addresses: string[];
  /** Of these, addresses that other CRM records have as well: what is known by them may be about somebody else. */
  shared: string[];
}

/** Nobody here has this id or address, or what was asked can't be done now. The message is for people. */
export class ErasureError extends Error {
  override name = 'ErasureError';
}

/**
 * Finds everything that belongs to a CRM id, or to an e-mail address: then all records that have it today.
 * @returns null when there is nothing (any more)
 */
export async function findPerson(db: Database, idOrAddress: string): Promise<Person | null> {
  const byId = await recordsOf(db, {
    customers: sql`id = ${idOrAddress}`,
    sends: sql`customer_id = ${idOrAddress}`,
    merges: sql`m.id = ${idOrAddress}`,
  });
  if (byId.length > 0) return withAddresses(db, byId, []);
  const asked = formsOf(idOrAddress);
  if (asked === null) return null;
  // Mails to the address whose record is gone or has another address now: the record's own if it is gone.
  const gone = sql`email_key = any(${asked}) and not exists (select from customers c where c.id = customer_id)`;
  const byAddress = { customers: sql`email_key = any(${asked})`, sends: gone, merges: sql`false` };
  const person = await withAddresses(db, await recordsOf(db, byAddress), asked);
  return person.ids.length > 0 || (await isMentioned(db, asked)) ? person : null;
}

/**
 * When this id was erased, or since when this address is kept as a hash alone.
 * @returns null when it never was
 */
export async function erasedAt(db: Database, idOrAddress: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select erased_at as at from erasures where customer_hash = ${customerHash(sql`${idOrAddress}`)}
    union all
    select created_at from suppressions where email_hash = address_hash(${idOrAddress}) and reason = 'erased'`.execute(
    db,
  );
  return rows[0]?.at ?? null;
}

/** A record that was merged belongs to the person that it lives on in, unless the CRM shows it alive again. */
async function recordsOf(
  db: Database,
  of: { customers: RawBuilder<unknown>; sends: RawBuilder<unknown>; merges: RawBuilder<unknown> },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with merges as materialized (
      select m.id, m.into_id from customer_merges m
      where not exists (select from customers c where c.id = m.id and c.archived_at is null)
        and not exists (select from erasures where customer_hash = m.id)
    ),
    found as (
      select id from customers where ${of.customers}
      union select customer_id from sends where ${of.sends}
      union select m.id from merges m where ${of.merges}
    ),
    living as (select coalesce(m.into_id, f.id) as id from found f left join merges m on m.id = f.id)
    select id from found union select id from living
    union select m.id from merges m join living l on l.id = m.into_id
    order by 1`.execute(db);
  return rows.map(({ id }) => id);
}

async function withAddresses(db: Database, ids: string[], asked: string[]): Promise<Person> {
  const { rows: known } = await sql<{ address: string; current: boolean }>`
    select address, bool_or(current) as current
    from (
      select email_key as address, not exists (select from customer_merges m where m.id = customers.id) as current
      from customers where id = any(${ids})
      union all
      select email_key, false from sends where customer_id = any(${ids})
      union all
      select email_key, false from suppressions join unnest(${ids}::text[]) id on ${cameFrom(sql.ref('id'))}
      union all
      select unnest(${asked}::text[]), true
    ) known
    where address is not null
    group by address order by address`.execute(db);
  const { rows: others } = await sql<{ address: string }>`
    select distinct email_key as address from customers
    where email_key = any(${inAllForms(known)}) and id <> all(${ids})`.execute(db);
  const sharedForms = inAllForms(others);
  const shared = ({ address }: { address: string }) => sharedForms.includes(address);
  // An address of earlier that is somebody else's today is not this person's.
  const theirs = known.filter((each) => each.current || !shared(each));
  return { ids, addresses: inAllForms(theirs), shared: inAllForms(theirs.filter(shared)) };
}

/** Providers report about an address in another form than the CRM knows. */
function inAllForms(found: { address: string }[]): string[] {
  return [...new Set(found.flatMap(({ address }) => addressForms(address)))];
}

/** Whether an address that no record has is known all the same: suppressed by hand, reported about, in the inbox. */
async function isMentioned(db: Database, forms: string[]): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    select exists (select from suppressions where email_key = any(${forms}))
      or exists (select from mail_events where email_key = any(${forms}))
      or exists (select from sends where email_key = any(${forms}))
      or exists (select from crm_take_backs where email_key = any(${forms}))
      or exists (select from unread_reports where ${mentionedIn(forms)})
      or exists (select from mailbox where lower(rcpt_to::text)::text[] && ${forms}::text[]) as known`.execute(
    db,
  );
  return rows[0]?.known ?? false;
}

/** `Anna.Adler@Kunde.example ` → as it is compared; null for what is no address. */
const formsOf = (text: string) => (text.includes('@') ? addressForms(text) : null);
