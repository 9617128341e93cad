import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { holdCustomerIds } from '../db/customer-ids.ts';
import { suppressAll } from '../db/suppress.ts';
import type { Person as Actor } from '../domain/person.ts';
import type { FailReason } from '../domain/reasons.ts';
import { statesBefore } from '../ledger/transitions.ts';
import { ERASED_SUBJECT, recordAct } from '../people/audit.ts';
import { customerHash } from '../sync/erased.ts';
import { STORE_LOCK } from '../sync/store.ts';
import { SYNC_LOCK } from '../sync/sync.ts';
import { ErasureError, findPerson, type Person } from './person.ts';
import { belongsTo, namesContact, ownAddresses, type Traces, tracesOf } from './traces.ts';

const ERASED: FailReason = 'erased';

/** What is of no use without the person. An entry that is being written to the CRM finds nothing left to settle. */
const OWN_TABLES = [
  'purchases',
  'ratio_accounts',
  'statements',
  'preferences',
  'product_use',
  'ratio_suggestions',
  'crm_entries',
  'dry_run_customers',
] as const;

/**
 * Erases a person (GDPR Art. 17): everything that was found goes, in one transaction. What was sent and answered
 * stays as counts, under a pseudonym that nothing leads back from; the addresses stay suppressed as hashes; a sync
 * does not bring the CRM records back. Mails that have not gone out yet are skipped.
 *
 * @param by whose act it is, for the audit log; left out: nobody's of the console
 * @returns what went, or null when there is nothing about this id or address
 * @throws ErasureError when a mail is on its way to this person, or customers are being read or planned, right now
 */
export async function erasePerson(
  db: Database,
  idOrAddress: string,
  now: Date,
  by?: Actor,
): Promise<{ person: Person; erased: Traces } | null> {
  return db.transaction().execute(async (tx) => {
    await keepOthersOut(tx);
    const person = await findPerson(tx, idOrAddress);
    if (!person) return null;
    const erased = await tracesOf(tx, person);
    await skipOpenMails(tx, person, now);
    await remove(tx, person, now);
    await forgetInEvents(tx, person, now);
    await blurReports(tx, person);
    await forgetInWords(tx, person);
    await pseudonymise(tx, person);
    await suppressAll(
      tx,
      person.addresses.map((address) => ({ address, reason: 'erased', detail: null, since: now })),
    );
    await sql`
      insert into erasures (customer_hash, erased_at)
      select ${customerHash(sql.ref('id'))}, ${now} from unnest(${person.ids}::text[]) as id
      on conflict do nothing`.execute(tx);
    if (by)
      for (const id of person.ids) await recordAct(tx, by, { action: 'customer_erased', subject: id, now });
    await forgetInLog(tx, person);
    return { person, erased };
  });
}

/** A sync and a planner have customers in hand, and would write down again what is erased here. */
async function keepOthersOut(tx: Database): Promise<void> {
  const { rows } = await sql<{ free: boolean }>`
    select pg_try_advisory_xact_lock(${SYNC_LOCK}) as free`.execute(tx);
  if (!rows[0]?.free) {
    throw new ErasureError(
      'A sync is reading customers from the CRM right now. Nothing was erased; try again when it is done.',
    );
  }
  // Single records are read at any time: whoever stores some is waited for, and finds afterwards who was erased.
  await sql`select pg_advisory_xact_lock(${STORE_LOCK})`.execute(tx);
  // Whoever notes something that this person says is waited for, and finds nobody afterwards.
  await holdCustomerIds(tx);
  // No campaign begins to plan until this is committed, and no dry run to look at customers.
  await sql`lock table campaigns in share row exclusive mode`.execute(tx);
  await sql`lock table dry_runs in share row exclusive mode`.execute(tx);
  const planning = await tx
    .selectFrom('campaigns')
    .select('id')
    .where('state', '=', 'planning')
    .executeTakeFirst();
  if (planning) {
    throw new ErasureError(
      `Campaign "${planning.id}" is being planned right now. Nothing was erased; try again when it is running.`,
    );
  }
}

async function skipOpenMails(tx: Database, person: Person, now: Date): Promise<void> {
  const theirs = belongsTo(person).byCustomer;
  await tx
    .updateTable('sends')
    .set({ state: 'skipped', reason: ERASED, settled_at: now })
    .where(theirs)
    .where('state', 'in', statesBefore('skipped', 'person'))
    .execute();
  // After the update, which has waited for whoever was about to send one of them.
  const sending = await tx
    .selectFrom('sends')
    .select('id')
    .where(theirs)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  if (sending) {
    throw new ErasureError(
      'A mail to this person is on its way at this moment. Nothing was erased; try again in a minute.',
    );
  }
}

async function remove(tx: Database, person: Person, now: Date): Promise<void> {
  const belongs = belongsTo(person);
  await sql`delete from mailbox where ${belongs.mailbox}`.execute(tx);
  await sql`delete from unread_reports where ${belongs.unreadReports}`.execute(tx);
  for (const table of OWN_TABLES) {
    await sql`delete from ${sql.table(table)} where ${belongs.byCustomer}`.execute(tx);
  }
  await sql`delete from customers where ${belongs.customers}`.execute(tx);
  await forgetInDryRuns(tx, person, now);
  await sql`delete from customer_merges where ${belongs.merges}`.execute(tx);
  await sql`delete from sync_seen where object = 'customers' and ${belongs.customers}`.execute(tx);
  await sql`delete from crm_reads where object = 'customers' and ${belongs.customers}`.execute(tx);
  await sql`delete from crm_take_backs where email_key = any(${person.addresses})`.execute(tx);
  await sql`update suppressions set crm_before = null where email_key = any(${person.addresses})`.execute(tx);
}

/**
 * A dry run under way keeps in memory what it found in whose mail, and would write it down again: it ends here, and
 * whoever wants one begins another. A run that shows this person's mail as its example of a fault says what stands in
 * it, and goes as a whole.
 */
async function forgetInDryRuns(tx: Database, person: Person, now: Date): Promise<void> {
  await sql`update dry_runs set finished_at = ${now}, error = 'stopped' where finished_at is null`.execute(
    tx,
  );
  await sql`delete from dry_run_customers where ${belongsTo(person).byCustomer}`.execute(tx);
  await sql`
    delete from dry_runs where exists (
      select from jsonb_array_elements(summary->'findings') f where f->>'customerId' = any(${person.ids}))`.execute(
    tx,
  );
}

/** What the CRM's webhooks said of them; what the same events say of others is still looked at. */
async function forgetInEvents(tx: Database, person: Person, now: Date): Promise<void> {
  const theirs = namesContact(person.ids);
  await sql`
    update crm_events set records = (
      select coalesce(jsonb_agg(r order by place), '[]')
      from jsonb_array_elements(records) with ordinality as e (r, place) where not (${theirs}))
    where ${belongsTo(person).crmEvents}`.execute(tx);
  await sql`
    update crm_events set handled_at = ${now}, outcome = 'erased'
    where handled_at is null and records = '[]'`.execute(tx);
}

/** Bounces and complaints stay as counts. Mails that other records got at an address of this person lose it, too. */
async function blurReports(tx: Database, person: Person): Promise<void> {
  await sql`
    update mail_events set email_key = null, detail = null,
      dedupe_key = case when position(email_key in lower(dedupe_key)) > 0 then null else dedupe_key end
    where ${belongsTo(person).mailEvents}`.execute(tx);
  await sql`
    update sends set email_key = null, detail = null, smtp_response = null
    where email_key = any(${ownAddresses(person)})`.execute(tx);
}

/** Where the program keeps words: what a server said, what a sync found wrong, how far it came. */
async function forgetInWords(tx: Database, person: Person): Promise<void> {
  for (const address of ownAddresses(person)) {
    const literally = address.replace(/[!-/:-@[-`{-~]/g, '\\$&');
    const without = (column: string) => sql`regexp_replace(${sql.ref(column)}, ${literally}, '…', 'gi')`;
    await sql`update campaigns set attention = ${without('attention')} where attention ~* ${literally}`.execute(
      tx,
    );
    await sql`update domain_backoff set reply = ${without('reply')} where reply ~* ${literally}`.execute(tx);
  }
  const { ids } = person;
  await sql`update campaigns set planned_up_to = null where planned_up_to = any(${ids})`.execute(tx);
  // A sync that is done needs its position no more.
  await sql`update sync_runs set progress = '{}' where finished_at is not null and progress <> '{}'`.execute(
    tx,
  );
  const records = ids.map((id) => `customer ${id}`);
  await sql`
    update sync_runs set counts = jsonb_set(counts, '{problems}', (
      select coalesce(jsonb_agg(problem order by place), '[]')
      from jsonb_array_elements(counts -> 'problems') with ordinality as p (problem, place)
      where problem ->> 'record' <> all(${records})))
    where exists (
      select from jsonb_array_elements(counts -> 'problems') problem where problem ->> 'record' = any(${records}))`.execute(
    tx,
  );
}

/**
 * Who did it stays in the audit log, but to whom only as the beginning of the hash that `erasures` has: whoever asks
 * about an id that they know can be answered, and nobody finds the id.
 */
async function forgetInLog(tx: Database, { ids }: Person): Promise<void> {
  await sql`
    update audit_log set subject = ${ERASED_SUBJECT} || left(${customerHash(sql.ref('subject'))}, 16)
    where subject = any(${ids}) and (action like 'customer\\_%' or action like 'suppression\\_%')`.execute(
    tx,
  );
}

/** What was sent stays true as a count: under a pseudonym, without what was said to whom. */
async function pseudonymise(tx: Database, { ids }: Person): Promise<void> {
  const renamed = sql`unnest(${ids}::text[], ${ids.map(() => `erased-${randomUUID()}`)}::text[]) as p (id, pseudonym)`;
  await sql`
    update visits set user_agent = null
    from sends s where s.id = visits.send_id and s.customer_id = any(${ids})`.execute(tx);
  await sql`
    update sends set customer_id = p.pseudonym, email_key = null, subject = null, detail = null, smtp_response = null,
      -- still needed to find out what became of it
      message_id = case when state = 'in_doubt' then message_id end,
      former_id = case when former_id is not null then p.pseudonym end,
      -- the seed begins with the customer's id
      composition = composition || '{"left": [], "seed": ""}',
      -- a worker that comes back and knows what became of it would write down the server's words
      worker = null
    from ${renamed} where customer_id = p.id`.execute(tx);
  for (const table of ['shown_blocks', 'answers', 'held_out']) {
    await sql`update ${sql.table(table)} set customer_id = p.pseudonym from ${renamed} where customer_id = p.id`.execute(
      tx,
    );
  }
  await sql`update answers set crm_entry_id = null
    from ${renamed} where customer_id = p.pseudonym and crm_entry_id is not null`.execute(tx);
}
