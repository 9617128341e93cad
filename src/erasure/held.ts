import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Composition } from '../domain/composition.ts';
import type { CrmSubscriptions } from '../domain/crm-subscriptions.ts';
import type { Language } from '../domain/customer.ts';
import type { MailEventKind, SendState, SuppressionReason } from '../domain/send.ts';
import { type ConversationHeld, readConversation } from './conversation/held.ts';
import type { Person } from './person.ts';
import { belongsTo, namesContact } from './traces.ts';

/** A customer's row, names beside ids. Keys are those of the document. */
export interface RecordHeld {
  id: string;
  source: string;
  email: string | null;
  salutation: string | null;
  title: string | null;
  firstName: string | null;
  lastName: string | null;
  company: string | null;
  salesperson: string | null;
  language: Language;
  country: string | null;
  consent: string;
  optedOut: boolean;
  bounced: boolean;
  innovationRatio: number | null;
  createdAt: Date | null;
  archivedAt: Date | null;
}

export interface MailHeld {
  id: number;
  record: string;
  campaign: string;
  state: SendState;
  reason: string | null;
  address: string | null;
  subject: string | null;
  messageId: string | null;
  plannedAt: Date;
  sentAt: Date | null;
  settledAt: Date | null;
  /** The server's enhanced status code (RFC 3463) and its words. */
  serverStatus: string | null;
  serverSaid: string | null;
  /** What else is noted about what became of it. */
  note: string | null;
  composition: Composition | null;
}

/** Everything that is held about one person, as it stands in the tables. */
export interface Held extends ConversationHeld {
  records: RecordHeld[];
  /** Records of the CRM that were merged: `record` lives on in `into`. */
  merges: { record: string; into: string; at: Date }[];
  purchases: {
    id: string;
    record: string;
    product: string;
    quantity: number;
    purchasedOn: string;
    status: 'kept' | 'returned' | 'cancelled';
  }[];
  mails: MailHeld[];
  reports: {
    mail: number | null;
    kind: MailEventKind;
    status: string | null;
    detail: string | null;
    source: string;
    at: Date;
  }[];
  suppressions: {
    address: string;
    reason: SuppressionReason;
    detail: string | null;
    since: Date;
    /** When the CRM was told of it. */
    crmToldAt: Date | null;
    /** What of the CRM's own mail was subscribed to before that. */
    crmBefore: CrmSubscriptions | null;
  }[];
  /** Unsubscribes that were taken back, of which the CRM is still to be told. */
  takeBacks: { address: string; at: Date; crmBefore: CrmSubscriptions }[];
  /** In 1/10,000 blocks, but `given` in blocks. */
  accounts: { record: string; wanted: number; given: number; forgiven: number }[];
  /** Other innovation ratios that their answers suggest; settled once another one was set. */
  suggestions: {
    record: string;
    ratio: number;
    suggested: number;
    probability: number;
    timesAsOften: number;
    madeAt: Date;
    settledAt: Date | null;
  }[];
  inbox: {
    receivedAt: Date;
    from: string | null;
    to: string | null;
    subject: string | null;
    bytes: number;
  }[];
  unreadReports: { receivedAt: Date; problem: string; bytes: number }[];
  /** What the CRM told by itself about a record. */
  crmEvents: { record: string; kind: string; at: Date | null; receivedAt: Date }[];
}

/** Reads all that belongs to a person, from one moment's state of the database. */
export async function readHeld(db: Database, person: Person): Promise<Held> {
  const belongs = belongsTo(person);
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const rows = async <T>(query: RawBuilder<T>): Promise<T[]> => (await query.execute(tx)).rows;
      return {
        ...(await readConversation(rows, belongs)),
        records: await rows(sql<RecordHeld>`
          select c.id, c.source, c.email, c.salutation, c.title, c.first_name as "firstName", c.last_name as "lastName",
            co.name as company, o.name as salesperson, c.language, c.country, c.consent, c.opted_out as "optedOut",
            c.bounced, c.innovation_ratio as "innovationRatio", c.created_at as "createdAt",
            c.archived_at as "archivedAt"
          from (select * from customers where ${belongs.customers}) c
          left join companies co on co.id = c.company_id
          left join owners o on o.id = c.owner_id
          order by c.id`),
        // one that was erased is known by a hash, which says nothing to anybody
        merges: await rows(sql<Held['merges'][number]>`
          select id as record, into_id as "into", merged_at as at
          from customer_merges
          where ${belongs.merges} and not exists (select from erasures where customer_hash = id)
          order by merged_at, id`),
        purchases: await rows(sql<Held['purchases'][number]>`
          select b.id, b.customer_id as record, coalesce(p.name, b.product_id) as product, b.quantity,
            b.purchased_on as "purchasedOn", b.status
          from (select * from purchases where ${belongs.byCustomer}) b
          left join products p on p.id = b.product_id
          order by b.purchased_on, b.id`),
        mails: await rows(sql<MailHeld>`
          select s.id, s.customer_id as record, c.name as campaign, s.state, s.reason, s.email_key as address,
            s.subject, s.message_id as "messageId", s.planned_at as "plannedAt", s.sending_at as "sentAt",
            s.settled_at as "settledAt", s.smtp_status as "serverStatus", s.smtp_response as "serverSaid", s.detail as note,
            s.composition
          from (select * from sends where ${belongs.byCustomer}) s
          join campaigns c on c.id = s.campaign_id
          order by s.planned_at, s.id`),
        reports: await rows(sql<Held['reports'][number]>`
          select send_id as mail, kind, status, detail, source, occurred_at as at
          from mail_events where ${belongs.mailEvents} order by occurred_at, id`),
        // by hash: of an address that was erased before, nothing else is there
        suppressions: await rows(sql<Held['suppressions'][number]>`
          select a as address, reason, detail, created_at as since, crm_told_at as "crmToldAt",
            crm_before as "crmBefore"
          from suppressions join unnest(${person.addresses}::text[]) a on email_hash = address_hash(a)
          order by created_at`),
        takeBacks: await rows(sql<Held['takeBacks'][number]>`
          select email_key as address, taken_back_at as at, before as "crmBefore"
          from crm_take_backs where email_key = any(${person.addresses}) order by taken_back_at, email_key`),
        accounts: await rows(sql<Held['accounts'][number]>`
          select customer_id as record, wanted, given, forgiven
          from ratio_accounts where ${belongs.byCustomer} order by customer_id`),
        suggestions: await rows(sql<Held['suggestions'][number]>`
          select customer_id as record, ratio, suggested, probability, times as "timesAsOften", made_at as "madeAt",
            settled_at as "settledAt"
          from ratio_suggestions where ${belongs.byCustomer} order by customer_id`),
        inbox: await rows(sql<Held['inbox'][number]>`
          select received_at as "receivedAt", header_from as "from", header_to as "to", subject,
            octet_length(raw) as bytes
          from mailbox where ${belongs.mailbox} order by received_at, id`),
        unreadReports: await rows(sql<Held['unreadReports'][number]>`
          select received_at as "receivedAt", problem, octet_length(raw) as bytes
          from unread_reports where ${belongs.unreadReports} order by received_at, id`),
        crmEvents: await rows(sql<Held['crmEvents'][number]>`
          select r ->> 'id' as record, kind, occurred_at as at, received_at as "receivedAt"
          from crm_events cross join jsonb_array_elements(records) r
          where ${belongs.crmEvents} and ${namesContact(person.ids)} order by received_at, crm_events.id`),
      };
    });
}
