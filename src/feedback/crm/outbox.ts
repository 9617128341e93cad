import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { CrmSubscriptions } from '../../domain/crm-subscriptions.ts';
import type { ConsentAnswer } from '../../sync/port.ts';
import { UNDO_MINUTES } from '../unsubscribe.ts';

/**
 * What of the suppressions the CRM is still to be told: what people said themselves, here and about this address.
 * Addresses that bounced are no objection, and of erased people nothing is left to tell.
 */
const UNTOLD = sql<boolean>`(crm_outcome is null and email_key is not null
  and reason in ('unsubscribed', 'complained'))`;

/** Milliseconds in which an objection counts as fresh: longer than it can be taken back (unsubscribe.ts). */
const FRESH = 90 * 60_000;
/** How often the CRM is asked again about what it refused, at most, in milliseconds. */
const LONGEST_WAIT = 86_400_000;

/** An objection that the CRM is to be told. */
export interface Objection {
  hash: string;
  address: string;
  /** It may still be taken back by whoever made it. */
  undoable: boolean;
  /** The CRM has perhaps been told of it: what to restore is noted already. */
  tried: boolean;
}

/** Whether anything waits to be told: one look, for every ten seconds. */
export async function isAnythingUntold(db: Database, now: Date): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from suppressions where ${UNTOLD} and crm_try_at <= ${now})
      or exists (select from crm_take_backs) as waits`.execute(db);
  return rows[0]?.waits ?? false;
}

/** Entries that wait, and those that the CRM has refused so far. */
export async function countUntold(db: Database): Promise<{ waiting: number; refused: number }> {
  const { rows } = await sql<{ waiting: number; refused: number }>`
    select count(*) as waiting, count(*) filter (where crm_tries > 0) as refused
    from suppressions s where ${UNTOLD} and ${isKnown()}`.execute(db);
  return rows[0] ?? { waiting: 0, refused: 0 };
}

/**
 * Settles what needs no call. Addresses that no customer has are not told: the CRM would learn of people whom it does
 * not know (GDPR Art. 5(1)(c)); they are looked at again every day. Old entries of those whom the CRM has opted out
 * itself are done.
 */
export async function settleWithoutCalls(db: Database, source: string, now: Date): Promise<void> {
  const due = sql<boolean>`${UNTOLD} and s.crm_try_at <= ${now}`;
  await sql`
    update suppressions s set crm_try_at = ${new Date(now.getTime() + LONGEST_WAIT)}
    where ${due} and not ${isKnown(source)}`.execute(db);
  await sql`
    update suppressions s set crm_told_at = ${now}, crm_outcome = 'known'
    where ${due} and created_at <= ${freshSince(now)} and (
      select bool_and(c.opted_out) from customers c
      where c.email_key = s.email_key and c.archived_at is null and c.source = ${source})`.execute(db);
}

/**
 * The next objections to tell: fresh ones, the oldest first, then a few of the others, the newest first, so that a
 * long list (of an import, or of the time before the CRM was told anything) keeps nobody waiting.
 */
export async function nextObjections(
  db: Database,
  given: { source: string; now: Date; fresh: number; others: number },
): Promise<Objection[]> {
  const { source, now, fresh, others } = given;
  const columns = sql`s.email_hash as hash, s.email_key as address, s.crm_before is not null as tried`;
  const due = sql`${UNTOLD} and s.crm_try_at <= ${now} and ${isKnown(source)}`;
  const { rows } = await sql<Objection>`
    (select ${columns}, s.reason = 'unsubscribed' as undoable from suppressions s
     where ${due} and s.created_at > ${freshSince(now)} order by s.created_at, s.email_hash limit ${fresh})
    union all
    (select ${columns}, false from suppressions s
     where ${due} and s.created_at <= ${freshSince(now)}
     order by s.created_at desc, s.email_hash limit ${others})`.execute(db);
  return rows;
}

/**
 * Writes down, before the CRM is told, what to restore if the person takes it back: from here on it may know.
 * @returns false when the person has taken it back already
 */
export async function noteBefore(db: Database, hash: string, before: CrmSubscriptions): Promise<boolean> {
  const noted = await sql`
    update suppressions set crm_before = ${JSON.stringify(before)}
    where email_hash = ${hash} and ${UNTOLD}`.execute(db);
  return noted.numAffectedRows === 1n;
}

/** Writes down what the CRM answered. What it refused is asked again: after minutes, then hours, then every day. */
export async function noteAnswer(
  db: Database,
  { hash, address }: Objection,
  { outcome }: ConsentAnswer,
  now: Date,
): Promise<void> {
  if (outcome === 'refused') {
    await sql`
      update suppressions set crm_tries = crm_tries + 1, crm_before = null,
        crm_try_at = ${now}::timestamptz + least(power(4, least(crm_tries, 10)) * 60000, ${LONGEST_WAIT}::float8)
          * interval '1 millisecond'
      where email_hash = ${hash}`.execute(db);
  } else {
    await sql`
      update suppressions set crm_told_at = ${now}, crm_outcome = ${outcome},
        crm_before = case when ${outcome} = 'told' then crm_before end
      where email_hash = ${hash} and crm_outcome is null`.execute(db);
  }
  // Taken back while the CRM was asked, which changed nothing: what stands there is not ours to change.
  if (outcome !== 'told') await forgetTakeBack(db, address);
}

/** Whether the CRM has this address as one of its customers'. */
const isKnown = (source?: string): RawBuilder<boolean> => sql<boolean>`exists (
  select from customers c where c.email_key = s.email_key and c.archived_at is null
    ${source === undefined ? sql`` : sql`and c.source = ${source}`})`;

const freshSince = (now: Date): Date => new Date(now.getTime() - FRESH);

/** An unsubscribe that the CRM knows of, and that was taken back. */
export interface TakeBack {
  address: string;
  before: CrmSubscriptions;
  /** Whom a person has to look for, should the CRM refuse it. */
  customers: string[];
}

/**
 * Drops what was taken back by people who have objected again since then, or were erased; a bounce or a colleague's
 * entry says nothing about what the person wants. If it is taken back once more, the same is to be restored: what
 * stands in the CRM now is our own doing.
 */
export async function dropOvertaken(db: Database): Promise<void> {
  // Locked first: an entry that is being taken back at this moment is waited for, and then is none.
  await sql`
    with objected as (
      select s.email_hash, t.email_key as address, t.before
      from crm_take_backs t join suppressions s on s.email_hash = address_hash(t.email_key)
      where s.reason in ('unsubscribed', 'complained', 'erased')
      for update of s
    ), kept as (
      update suppressions s set crm_before = o.before from objected o
      where s.email_hash = o.email_hash and s.crm_before is null and s.reason = 'unsubscribed' and ${UNTOLD}
    )
    delete from crm_take_backs t using objected o where t.email_key = o.address`.execute(db);
}

/** What was taken back, the oldest first. */
export async function nextTakeBacks(db: Database, limit: number): Promise<TakeBack[]> {
  await dropOvertaken(db);
  const { rows } = await sql<TakeBack>`
    select email_key as address, before, array(
      select id from customers c where c.email_key = t.email_key and c.archived_at is null order by id) as customers
    from crm_take_backs t order by taken_back_at, email_key limit ${limit}`.execute(db);
  return rows;
}

export async function forgetTakeBack(db: Database, address: string): Promise<void> {
  await db.deleteFrom('crm_take_backs').where('email_key', '=', address).execute();
}

/** Forgets what to restore of those who can't take it back any more; a minute later, for who is doing so just now. */
export async function forgetBefore(db: Database, now: Date): Promise<void> {
  await sql`
    update suppressions set crm_before = null
    where crm_before is not null and created_at < ${new Date(now.getTime() - (UNDO_MINUTES + 1) * 60_000)}`.execute(
    db,
  );
}
