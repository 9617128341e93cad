import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import { cut } from '../../../domain/cut.ts';
import { maskAddresses } from '../../../domain/mask.ts';
import type { WriteKind } from '../../../sync/port.ts';

/** A refusal is asked again after minutes, then hours, then every day; at this try, within a week, it is final. */
const LAST_TRY = 12;
const DAY = 86_400_000;
/** Days in which a doubt may end by itself. */
const DOUBTED_DAYS = 7;
/** How long after a call's end an entry is left alone: what it does in the CRM may come to light late. Milliseconds. */
const LEFT_ALONE = 60_000;
/** Days for which it is kept that and when something was told. */
const KEPT_DAYS = 400;
/** Characters of the CRM's words that are kept. */
const MOST_WORDS = 500;

/** Of which kinds something is due. */
export async function dueKinds(db: Database, now: Date): Promise<WriteKind[]> {
  const { rows } = await sql<{ kind: WriteKind }>`
    select distinct kind from crm_entries where settled_at is null and due_at <= ${now}`.execute(db);
  return rows.map(({ kind }) => kind);
}

/** Settles what is due of kinds that nobody wants told: it does not pile up. @returns how many */
export async function settleUnwanted(db: Database, kinds: readonly WriteKind[], now: Date): Promise<number> {
  const settled = await sql`
    update crm_entries set settled_at = ${now}, outcome = 'not_wanted', body = null
    where settled_at is null and due_at <= ${now} and kind = any(${kinds})`.execute(db);
  return Number(settled.numAffectedRows ?? 0);
}

/** Settles entries of which there is nothing to tell, or nobody to tell it of. */
export async function settleUntold(
  db: Database,
  ids: readonly number[],
  outcome: 'nothing' | 'gone',
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update crm_entries set settled_at = ${now}, outcome = ${outcome}, body = null
    where id = any(${ids}) and settled_at is null`.execute(db);
}

/** Which of these may still be told: a person may have been erased a moment ago. */
export async function stillOpen(db: Database, ids: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from crm_entries where id = any(${[...ids]}) and settled_at is null`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Fixes what is going to be said, so that each try says the same.
 * @returns those that the database can't store
 */
export async function fixBodies(
  db: Database,
  bodies: readonly { id: number; body: object }[],
): Promise<{ id: number; why: string }[]> {
  if (bodies.length === 0) return [];
  try {
    await sql`
      update crm_entries e set body = given.body::jsonb
      from unnest(${bodies.map(({ id }) => id)}::bigint[], ${bodies.map(({ body }) => JSON.stringify(body))}::text[])
        as given (id, body)
      where e.id = given.id and e.settled_at is null`.execute(db);
    return [];
  } catch (error) {
    // class 22: something is wrong with the data, and not with the database
    const { code, message } = error as { code?: string; message: string };
    if (!code?.startsWith('22')) throw error;
    if (bodies.length === 1) return bodies.map(({ id }) => ({ id, why: `It can't be stored: ${message}` }));
  }
  const failed = [];
  for (const body of bodies) failed.push(...(await fixBodies(db, [body])));
  return failed;
}

/**
 * Writes down, right before something leaves for the CRM, that it does, and that it is left alone until well after the
 * call: a process that dies while it waits for the answer must not be followed by one that finds nothing yet.
 * @param entries with the tries that they had when they were begun
 * @returns those that this process still has in hand: another one may have begun them since, or they are settled
 */
export async function claimCall(
  db: Database,
  entries: readonly { id: number; tries: number }[],
  { now, longestMs }: { now: Date; longestMs: number },
): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    update crm_entries e set asked_at = ${now},
      due_at = greatest(e.due_at, ${new Date(now.getTime() + longestMs + LEFT_ALONE)})
    from ${inHand(entries)} where ${STILL_IN_HAND}
    returning e.id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Writes down what the CRM has. Of the text only `told` is kept, by which the next entry knows what is new. */
export async function noteWritten(
  db: Database,
  written: readonly { id: number; crmId: string }[],
  now: Date,
): Promise<void> {
  if (written.length === 0) return;
  await sql`
    update crm_entries e set settled_at = ${now}, outcome = 'written', crm_id = given.crm_id, refusal = null,
      body = case when body ? 'told' then jsonb_build_object('told', body -> 'told') end
    from unnest(${written.map(({ id }) => id)}::bigint[], ${written.map(({ crmId }) => crmId)}::text[])
      as given (id, crm_id)
    where e.id = given.id and e.settled_at is null`.execute(db);
}

/**
 * Writes down what the CRM refused, which it surely does not have.
 * @returns how many are given up with it
 */
export async function noteRefused(
  db: Database,
  refused: readonly { id: number; tries: number; message: string }[],
  now: Date,
): Promise<number> {
  if (refused.length === 0) return 0;
  const words = refused.map(({ message }) => cut(maskAddresses(message).replaceAll('\0', ' '), MOST_WORDS));
  const { rows } = await sql<{ over: boolean }>`
    update crm_entries e set refusal = given.words, asked_at = null,
      settled_at = case when e.tries >= ${LAST_TRY} then ${now}::timestamptz end,
      outcome = case when e.tries >= ${LAST_TRY} then 'refused' end,
      body = case when e.tries < ${LAST_TRY} then body end,
      due_at = ${now}::timestamptz
        + least(power(4, least(e.tries, 10)) * 15000, ${DAY}::float8) * interval '1 millisecond'
    from ${inHand(refused, words)} where ${STILL_IN_HAND}
    returning e.settled_at is not null as over`.execute(db);
  return rows.filter(({ over }) => over).length;
}

/**
 * Ends doubts that nothing has ended in a week of looking: whether the CRM has it, nobody will know. Time in which the
 * CRM took nothing at all counts for no tries.
 * @returns how many
 */
export async function giveUpDoubts(db: Database, kind: WriteKind, now: Date): Promise<number> {
  const settled = await sql`
    update crm_entries set settled_at = ${now}, outcome = 'refused', body = null,
      refusal = ${'Nobody knows whether it stands in the CRM.'}
    where kind = ${kind} and settled_at is null and due_at <= ${now} and asked_at is not null
      and tries >= ${LAST_TRY} and begun_at <= ${new Date(now.getTime() - DOUBTED_DAYS * DAY)}`.execute(db);
  return Number(settled.numAffectedRows ?? 0);
}

/** Puts off entries that the CRM could not take for a reason that lies not in them: such a try does not count. */
export async function postpone(
  db: Database,
  entries: readonly { id: number; tries: number }[],
  until: Date,
): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    update crm_entries e set due_at = ${until}, tries = greatest(e.tries - 1, 0)
    from ${inHand(entries)} where ${STILL_IN_HAND}`.execute(db);
}

/** Entries as they were begun. */
const inHand = (entries: readonly { id: number; tries: number }[], words: readonly string[] = []) => sql`
  unnest(${entries.map(({ id }) => id)}::bigint[], ${entries.map(({ tries }) => tries)}::int[], ${[...words]}::text[])
    as given (id, tries, words)`;
const STILL_IN_HAND = sql`e.id = given.id and e.tries = given.tries and e.settled_at is null`;

/** Forgets old entries. */
export async function forgetEntries(db: Database, now: Date): Promise<void> {
  await sql`
    delete from crm_entries where settled_at < ${new Date(now.getTime() - KEPT_DAYS * DAY)}`.execute(db);
}
