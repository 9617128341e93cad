import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { keepCustomerIds } from '../db/customer-ids.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { suppressAll } from '../db/suppress.ts';
import { addressForms } from '../domain/address-forms.ts';
import { forgetUnsubscribe, recordUnsubscribe } from './mail-events.ts';

/** How long the page's "undo" works: long enough to notice a slip, too short for an old mail in other hands. */
export const UNDO_MINUTES = 60;

export type Unsubscribed =
  /** `undoable`: this send's link made the entry just now, so its page may offer to take it back. */
  { ok: true; undoable: boolean } | { ok: false; reason: 'unknown_send' };

/** What the page shows before anything happens. */
export interface StopStatus {
  /** The address, so much of it that its owner recognises it. Null when none is known any more. */
  addressHint: string | null;
  /** Nobody writes to this address already. */
  stopped: boolean;
}

/**
 * Stops all mail to a customer, at once: for the address the mail went to, and for the customer's address of
 * today if that is another one. Doing it again changes nothing.
 */
export async function unsubscribe(db: Database, sendId: number, now: Date): Promise<Unsubscribed> {
  const keys = await addressesOf(db, sendId);
  if (keys === null) return { ok: false, reason: 'unknown_send' };
  // first and by itself: whatever happens to the record of it, the mail stops
  await suppressAll(
    db,
    keys.map((address) => ({ address, reason: 'unsubscribed', detail: detailOf(sendId), since: now })),
  );
  await recordUnsubscribe(db, sendId, now);
  return { ok: true, undoable: (await ownEntries(db, sendId, keys, now)).length > 0 };
}

/**
 * Takes an unsubscription back: only one that this very send's link made within the last hour, so that nobody
 * is signed on again by an old mail, and never an entry that another reason (bounce, complaint, by hand) has joined.
 */
export async function resubscribe(db: Database, sendId: number, now: Date): Promise<{ restored: boolean }> {
  const entries = await ownEntries(db, sendId, (await addressesOf(db, sendId)) ?? [], now);
  if (entries.length === 0) return { restored: false };
  const restored = await inTransaction(db, async (tx) => {
    // an erasure waits, and finds the address that the CRM is to be told
    await keepCustomerIds(tx);
    // What the CRM may have been told is taken back there, too.
    const { rows } = await sql<{ gone: number }>`
      with gone as (
        delete from suppressions
        where email_hash = any(${entries}) and reason = 'unsubscribed' and detail = ${detailOf(sendId)}
        returning email_key, crm_before
      ), told as (
        insert into crm_take_backs (email_key, before, taken_back_at)
        select email_key, crm_before, ${now} from gone where email_key is not null and crm_before is not null
        on conflict (email_key) do nothing
      )
      select count(*) as gone from gone`.execute(tx);
    return (rows[0]?.gone ?? 0) > 0;
  });
  if (restored) await forgetUnsubscribe(db, sendId);
  return { restored };
}

/** Whether `resubscribe` would do something. */
export async function isUndoable(db: Database, sendId: number, now: Date): Promise<boolean> {
  return (await ownEntries(db, sendId, (await addressesOf(db, sendId)) ?? [], now)).length > 0;
}

/** Null when the ledger knows no such send. */
export async function stopStatus(db: Database, sendId: number): Promise<StopStatus | null> {
  const keys = await addressesOf(db, sendId);
  if (keys === null) return null;
  if (keys.length === 0) return { addressHint: null, stopped: false };
  const rows = await db
    .selectFrom('suppressions')
    .select('email_hash')
    .where('email_hash', 'in', keys.map(hashOf))
    .execute();
  return { addressHint: addressHint(keys[0] ?? ''), stopped: rows.length === keys.length };
}

/** `k.weidle@orvelin.example` → `k…@orvelin.example`: its owner knows it, others learn little. */
export function addressHint(address: string): string {
  const at = address.lastIndexOf('@');
  // the joiner keeps it in one line
  return at < 1 ? '…' : `${Array.from(address)[0]}…\u2060${address.slice(at)}`;
}

const detailOf = (sendId: number): string => `send ${sendId}`;

const hashOf = (address: string) => sql<string>`address_hash(${address})`;

/** Hashes of the entries that this send's link made just now, and that say nothing else. */
async function ownEntries(db: Database, sendId: number, keys: string[], now: Date): Promise<string[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .selectFrom('suppressions')
    .select('email_hash')
    .where('email_hash', 'in', keys.map(hashOf))
    .where('reason', '=', 'unsubscribed')
    .where('detail', '=', detailOf(sendId))
    .where('created_at', '>', new Date(now.getTime() - UNDO_MINUTES * 60_000))
    .execute();
  return rows.map((row) => row.email_hash);
}

/** The address written to comes first, then the customer's address of today, each in all its forms. Null: no such send. */
async function addressesOf(db: Database, sendId: number): Promise<string[] | null> {
  const row = await db
    .selectFrom('sends')
    .leftJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['sends.email_key as sentTo', 'customers.email_key as today'])
    .where('sends.id', '=', sendId)
    .executeTakeFirst();
  if (!row) return null;
  const keys = [row.sentTo, row.today].filter((key) => key !== null);
  return [...new Set(keys.flatMap(addressForms))];
}
