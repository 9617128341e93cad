import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import { maskAddresses } from '../../../domain/mask.ts';
import type { WriteKind, Written } from '../../../sync/port.ts';

/** A refusal is asked again after minutes, then hours, then every day; at this try, within a week, it is final. */
const LAST_TRY = 12;
const DAY = 86_400_000;
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

/** Fixes what is going to be said, so that each try says the same. */
export async function fixBodies(
  db: Database,
  bodies: readonly { id: number; body: object }[],
): Promise<void> {
  if (bodies.length === 0) return;
  await sql`
    update crm_entries e set body = given.body::jsonb
    from unnest(${bodies.map(({ id }) => id)}::bigint[], ${bodies.map(({ body }) => JSON.stringify(body))}::text[])
      as given (id, body)
    where e.id = given.id and e.settled_at is null`.execute(db);
}

/**
 * Writes down what the CRM answered. What it has is not kept twice: of the text only `told` stays, by which the next
 * entry knows what is new.
 */
export async function noteWritten(db: Database, answers: readonly Written[], now: Date): Promise<void> {
  const written = answers.filter((each) => each.outcome === 'written');
  const refused = answers.filter((each) => each.outcome === 'refused');
  await settleUntold(
    db,
    answers.filter(({ outcome }) => outcome === 'gone').map(({ id }) => id),
    'gone',
    now,
  );
  if (written.length > 0) {
    await sql`
      update crm_entries e set settled_at = ${now}, outcome = 'written', crm_id = given.crm_id, refusal = null,
        body = case when body ? 'told' then jsonb_build_object('told', body -> 'told') end
      from unnest(${written.map(({ id }) => id)}::bigint[], ${written.map(({ crmId }) => crmId)}::text[])
        as given (id, crm_id)
      where e.id = given.id and e.settled_at is null`.execute(db);
  }
  if (refused.length > 0) {
    const words = refused.map(({ message }) => maskAddresses(message).slice(0, MOST_WORDS));
    await sql`
      update crm_entries e set refusal = given.words,
        settled_at = case when tries >= ${LAST_TRY} then ${now}::timestamptz end,
        outcome = case when tries >= ${LAST_TRY} then 'refused' end,
        body = case when tries < ${LAST_TRY} then body end,
        due_at = ${now}::timestamptz
          + least(power(4, least(tries, 10)) * 15000, ${DAY}::float8) * interval '1 millisecond'
      from unnest(${refused.map(({ id }) => id)}::bigint[], ${words}::text[]) as given (id, words)
      where e.id = given.id and e.settled_at is null`.execute(db);
  }
}

/** Puts off entries that the CRM could not take for a reason that lies not in them: such a try does not count. */
export async function postpone(db: Database, ids: readonly number[], until: Date): Promise<void> {
  await sql`
    update crm_entries set due_at = ${until}, tries = greatest(tries - 1, 0)
    where id = any(${ids}) and settled_at is null`.execute(db);
}

/** Forgets old entries. */
export async function forgetEntries(db: Database, now: Date): Promise<void> {
  await sql`
    delete from crm_entries where settled_at < ${new Date(now.getTime() - KEPT_DAYS * DAY)}`.execute(db);
}
