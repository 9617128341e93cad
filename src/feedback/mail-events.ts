import { type Selectable, sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { keepCustomerIds } from '../db/customer-ids.ts';
import { inTransaction } from '../db/in-transaction.ts';
import type { Tables } from '../db/schema.ts';
import type { MailReport } from './mail-report.ts';
import { softBounceRun } from './soft-run.ts';
import { findSuppression, suppress } from './suppressions.ts';

/** What became of a report. */
export interface Recorded {
  /** False: it was known already, and nothing happened. */
  recorded: boolean;
  /** The address is not written to any more, because of this report. */
  suppressed: boolean;
}

type AboutSend = Pick<Selectable<Tables['sends']>, 'id' | 'campaign_id' | 'email_key'> & {
  todays: string | null;
};

/**
 * Writes down what came back about a mail, and acts on it: a hard bounce or a complaint stops all mail to the
 * address at once, a soft bounce when it is the last of `softBounces` in a row (soft-run.ts).
 *
 * When the send is known, the address is the one it went to, never the one that the report names: reports are written
 * by strangers, and about forwarded mails they name somebody else. A complaint comes from a person, so the customer's
 * address of today is stopped too. For one send each kind counts once, whoever reports it.
 */
export async function recordReport(
  db: Database,
  report: MailReport,
  given: { softBounces: number; now: Date },
): Promise<Recorded> {
  return await db.transaction().execute(async (tx) => {
    // an erasure waits, or has taken the address before it is read here
    await keepCustomerIds(tx);
    const send = report.sendId === null ? null : await findSend(tx, report.sendId);
    const address = send ? send.email_key : await unlessErased(tx, keyOf(report.address));
    // Of two bounces at the same moment the second must see the first, or neither completes the run.
    if (address) await sql`select pg_advisory_xact_lock(hashtextextended(${address}, 0))`.execute(tx);
    // who was erased is not written down again by what a server says of them
    const words = address === null ? null : withoutAddresses(report.detail).slice(0, 500);
    if (!(await insertEvent(tx, report, { send, address, words })))
      return { recorded: false, suppressed: false };

    const { softBounces, now } = given;
    if (report.kind === 'soft_bounce') {
      if (!address || softBounceRun(await pastMails(tx, address), now) < softBounces) {
        return { recorded: true, suppressed: false };
      }
    }
    const reason = report.kind === 'complaint' ? 'complained' : 'bounced';
    const addresses = report.kind === 'complaint' ? [address, send?.todays ?? null] : [address];
    const detail = [send && `send ${send.id}`, report.status, words].filter(Boolean).join(': ').slice(0, 500);
    let suppressed = false;
    for (const each of new Set(addresses)) {
      if (each && (await suppress(tx, { address: each, reason, detail, now }))) suppressed = true;
    }
    return { recorded: true, suppressed };
  });
}

/** Writes down that somebody unsubscribed through this send's mail. Again changes nothing. */
export async function recordUnsubscribe(db: Database, sendId: number, now: Date): Promise<void> {
  await inTransaction(db, async (tx) => {
    await keepCustomerIds(tx);
    // a statement of its own: after waiting for an erasure it finds no address
    await sql`
      insert into mail_events (send_id, campaign_id, email_key, kind, source, occurred_at, dedupe_key)
      select id, campaign_id, email_key, 'unsubscribe', 'link', ${now}, ${unsubscribeKey(sendId)}
      from sends where id = ${sendId}
      on conflict (dedupe_key) do nothing`.execute(tx);
  });
}

/** Takes back what `recordUnsubscribe` wrote: it was a slip. */
export async function forgetUnsubscribe(db: Database, sendId: number): Promise<void> {
  await db.deleteFrom('mail_events').where('dedupe_key', '=', unsubscribeKey(sendId)).execute();
}

/** A server's words for people: without addresses, which stay in `email_key` where erasure finds them. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>()"',;:]{1,64}@[^\s<>()"',;:]{1,255}/g, '…');
}

const unsubscribeKey = (sendId: number) => `unsubscribe:${sendId}`;

const keyOf = (address: string | null) => address?.trim().toLowerCase() || null;

/** The address of an erased person is not written down again; it is suppressed for good as it is. */
async function unlessErased(db: Database, address: string | null): Promise<string | null> {
  if (address === null) return null;
  return (await findSuppression(db, address))?.reason === 'erased' ? null : address;
}

async function findSend(db: Database, id: number): Promise<AboutSend | null> {
  const send = await db
    .selectFrom('sends')
    .leftJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['sends.id', 'sends.campaign_id', 'sends.email_key', 'customers.email_key as todays'])
    .where('sends.id', '=', id)
    .executeTakeFirst();
  return send ?? null;
}

/** @returns false when this is known already */
async function insertEvent(
  db: Database,
  report: MailReport,
  about: { send: AboutSend | null; address: string | null; words: string | null },
): Promise<boolean> {
  const { send, address, words } = about;
  if (send) {
    const known = await db
      .selectFrom('mail_events')
      .select('id')
      .where('send_id', '=', send.id)
      .where('kind', '=', report.kind)
      .executeTakeFirst();
    if (known) return false;
  }
  const inserted = await db
    .insertInto('mail_events')
    .values({
      send_id: send?.id ?? null,
      campaign_id: send?.campaign_id ?? null,
      kind: report.kind,
      email_key: address,
      status: report.status,
      detail: words,
      source: report.source,
      occurred_at: report.occurredAt,
      dedupe_key: report.dedupeKey,
    })
    .onConflict((oc) => oc.column('dedupe_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** The newest mails to an address, and bounces of mails that are not in the ledger. */
async function pastMails(db: Database, address: string) {
  const { rows } = await sql<{ at: Date; softBounced: boolean }>`
    (select sending_at as at, soft as "softBounced"
     from sends cross join lateral (
       select exists (select 1 from mail_events e where e.send_id = sends.id and e.kind = 'soft_bounce') as soft)
     where email_key = ${address} and sending_at is not null and (state = 'sent' or soft)
     order by sending_at desc limit 200)
    union all
    (select occurred_at, true from mail_events
     where email_key = ${address} and send_id is null and kind = 'soft_bounce'
     order by occurred_at desc limit 200)`.execute(db);
  return rows;
}
