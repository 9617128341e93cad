import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { mentionedIn } from './mentioned.ts';
import type { Person } from './person.ts';

/** How much is known about a person, by kind. */
export interface Traces {
  /** CRM records. */
  customers: number;
  purchases: number;
  /** Mails of any state; `open` ones have not gone out yet, `sending` ones are on their way at this moment. */
  mails: number;
  open: number;
  sending: number;
  answers: number;
  /** Links of mails that were opened, by the person or by programs. */
  visits: number;
  /** What they said to further questions, themselves or through their salesperson. */
  statements: number;
  /** Wishes of their preferences page, one set for each record. */
  preferences: number;
  /** Products that they said they use, or use no more. */
  corrections: number;
  /** What the CRM was told of the conversation, or is to be told. */
  crmEntries: number;
  /** Mails that were left out because they are in the comparison group. */
  heldOut: number;
  /** Bounces, complaints, unsubscribes. */
  reports: number;
  /** Copies of mails in the embedded inbox. */
  inbox: number;
  /** Reports that nobody could read, with the address in them. */
  unreadReports: number;
}

/** Conditions that pick what belongs to a person out of the tables, for everything that reads or erases it. */
export interface Belongs {
  customers: RawBuilder<boolean>;
  /** Whatever has a `customer_id`: purchases, sends, answers, statements, preferences … */
  byCustomer: RawBuilder<boolean>;
  /** visits: by the mail. */
  visits: RawBuilder<boolean>;
  merges: RawBuilder<boolean>;
  mailEvents: RawBuilder<boolean>;
  mailbox: RawBuilder<boolean>;
  unreadReports: RawBuilder<boolean>;
  crmEvents: RawBuilder<boolean>;
}

/**
 * What belongs to a person. What is known by an address alone does so only when no other CRM record has the address.
 */
export function belongsTo(person: Person): Belongs {
  const { ids } = person;
  const own = ownAddresses(person);
  const sends = sql`select id from sends where customer_id = any(${ids})`;
  const messageIds = sql`select message_id from sends where customer_id = any(${ids}) and message_id is not null`;
  // by the index
  const named = ids.map((id) => sql`records @> ${JSON.stringify([{ type: 'contacts', id }])}::jsonb`);
  // Bytes as text, whatever they are: `escape` leaves ASCII as it is.
  const raw = sql`lower(encode(raw, 'escape'))`;
  return {
    customers: sql`id = any(${ids})`,
    byCustomer: sql`customer_id = any(${ids})`,
    visits: sql`send_id in (${sends})`,
    merges: sql`(id = any(${ids}) or into_id = any(${ids}))`,
    mailEvents: sql`(send_id in (${sends}) or email_key = any(${own}))`,
    mailbox: sql`(lower(rcpt_to::text)::text[] && ${own}::text[] or message_id in (${messageIds}))`,
    unreadReports: sql`(${mentionedIn(own)}
      or exists (${messageIds} and position(lower(message_id) in ${raw}) > 0))`,
    crmEvents: named.length === 0 ? sql`false` : sql`(${sql.join(named, sql` or `)})`,
  };
}

/** Whether `r`, one of the records that an event of the CRM names, is one of these contacts. */
export const namesContact = (ids: readonly string[]): RawBuilder<boolean> =>
  sql`(r ->> 'type' = 'contacts' and r ->> 'id' = any(${ids}))`;

/** Addresses that no other CRM record has. */
export function ownAddresses({ addresses, shared }: Person): string[] {
  return addresses.filter((address) => !shared.includes(address));
}

/** Counts what belongs to a person. */
export async function tracesOf(db: Database, person: Person): Promise<Traces> {
  const belongs = belongsTo(person);
  const count = (table: string, condition: RawBuilder<boolean>) =>
    sql`(select count(*) from ${sql.table(table)} where ${condition})`;
  const { rows } = await sql<Traces>`
    select
      ${count('customers', belongs.customers)} as customers,
      ${count('purchases', belongs.byCustomer)} as purchases,
      ${count('sends', belongs.byCustomer)} as mails,
      ${count('sends', sql`${belongs.byCustomer} and state in ('planned', 'queued')`)} as open,
      ${count('sends', sql`${belongs.byCustomer} and state = 'sending'`)} as sending,
      ${count('answers', belongs.byCustomer)} as answers,
      ${count('visits', belongs.visits)} as visits,
      ${count('statements', belongs.byCustomer)} as statements,
      ${count('preferences', belongs.byCustomer)} as preferences,
      ${count('product_use', belongs.byCustomer)} as corrections,
      ${count('crm_entries', belongs.byCustomer)} as "crmEntries",
      ${count('held_out', belongs.byCustomer)} as "heldOut",
      ${count('mail_events', belongs.mailEvents)} as reports,
      ${count('mailbox', belongs.mailbox)} as inbox,
      ${count('unread_reports', belongs.unreadReports)} as "unreadReports"`.execute(db);
  return rows[0] as Traces;
}
