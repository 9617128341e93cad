import { type Kysely, sql } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { CrmReference } from './port.ts';

/**
 * What became of an event. `unknown`: of a kind that this version does not know; `ignored`: about objects that do not
 * matter here; `failed`: given up after many tries.
 */
export type EventOutcome = 'refreshed' | 'erased' | 'unknown' | 'ignored' | 'failed';

/** Something that the CRM says has happened. It is only a hint where to look: what counts is what is read then. */
export interface CrmEvent {
  /** As the CRM calls it, e.g. `contact.propertyChange`. */
  kind: string;
  occurredAt: Date | null;
  /** What to look at again. */
  records: readonly CrmReference[];
  /** The same for the same event, however often it comes. */
  dedupeKey: string;
  /** Null: to be worked off. */
  outcome: EventOutcome | null;
}

/** An event in the hands of a worker. */
export interface ClaimedEvent {
  id: number;
  kind: string;
  records: CrmReference[];
  receivedAt: Date;
  /** How often it failed while it was worked off on its own. */
  tries: number;
}

/** So long a worker has for what it claimed, in milliseconds; then its events are anybody's, because it may be dead. */
const LEASE_MS = 2 * 60_000;
const KEPT_DAYS = 7;

/**
 * Stores events in one statement; those that are there already change nothing.
 * @returns how many were new, and how many of these wait for a worker
 */
export async function keepEvents(
  db: Kysely<Tables>,
  events: readonly CrmEvent[],
  now: Date,
): Promise<{ kept: number; waiting: number }> {
  if (events.length === 0) return { kept: 0, waiting: 0 };
  const rows = events.map(({ kind, occurredAt, records, dedupeKey, outcome }) => ({
    kind,
    occurred_at: occurredAt,
    records,
    dedupe_key: dedupeKey,
    outcome,
  }));
  const { rows: kept } = await sql<{ waits: boolean }>`
    insert into crm_events (received_at, occurred_at, kind, records, dedupe_key, outcome, handled_at)
    select ${now}::timestamptz, occurred_at, kind, records, dedupe_key, outcome, case when outcome is not null then ${now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as e (kind text, occurred_at timestamptz, records jsonb, dedupe_key text, outcome text)
    -- in one order, so that two requests with the same events do not wait for each other
    order by dedupe_key
    on conflict (dedupe_key) do nothing
    returning handled_at is null as waits`.execute(db);
  return { kept: kept.length, waiting: kept.filter(({ waits }) => waits).length };
}

/**
 * Takes a group of waiting events, oldest first; nobody else gets them until they are settled, put off, or the lease
 * ends. A group that failed is taken in halves, in its turn: those in it that are innocent must not wait for ever where
 * there are always new ones. Those that failed alone come last.
 */
export async function claimEvents(db: Kysely<Tables>, now: Date): Promise<ClaimedEvent[]> {
  const lease = new Date(now.getTime() + LEASE_MS);
  const { rows } = await sql<ClaimedEvent>`
    with size as (
      select together from crm_events where handled_at is null and due_at <= ${now}
      order by tries > 0, id limit 1
    ), picked as (
      select id from crm_events
      where handled_at is null and due_at <= ${now} and together = (select together from size)
      order by id limit (select together from size) for update skip locked
    )
    update crm_events e set due_at = ${lease} from picked where e.id = picked.id
    returning e.id, e.kind, e.records, e.received_at as "receivedAt", e.tries`.execute(db);
  return rows.sort((a, b) => a.id - b.id);
}

/** These are done with. */
export async function settleEvents(
  db: Kysely<Tables>,
  events: readonly ClaimedEvent[],
  outcome: EventOutcome,
  now: Date,
): Promise<void> {
  await db
    .updateTable('crm_events')
    .set({ handled_at: now, outcome })
    .where(
      'id',
      'in',
      events.map(({ id }) => id),
    )
    .execute();
}

/** Puts a group off as it is. */
export async function putOff(
  db: Kysely<Tables>,
  events: readonly ClaimedEvent[],
  until: Date,
): Promise<void> {
  await db
    .updateTable('crm_events')
    .set({ due_at: until })
    .where(
      'id',
      'in',
      events.map(({ id }) => id),
    )
    .execute();
}

/**
 * A group failed, and nobody knows because of which one: each half is tried on its own, until the one is found.
 * @param until when a single one is tried again; halves of a group are due at once
 */
export async function splitUp(
  db: Kysely<Tables>,
  events: readonly ClaimedEvent[],
  until: Date,
): Promise<void> {
  const alone = events.length === 1;
  await sql`
    update crm_events set together = ${Math.max(1, Math.floor(events.length / 2))},
      tries = tries + ${alone ? 1 : 0}, due_at = ${alone ? until : new Date(0)}
    where id = any(${events.map(({ id }) => id)}::bigint[])`.execute(db);
}

/** Whether events wait that a worker could take now. */
export async function eventsAreDue(db: Kysely<Tables>, now: Date): Promise<boolean> {
  const due = await db
    .selectFrom('crm_events')
    .select('id')
    .where('handled_at', 'is', null)
    .where('due_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return due !== undefined;
}

/** Deletes what was dealt with a week ago; until then, the same event is recognised when it comes again. */
export async function forgetEvents(db: Kysely<Tables>, now: Date): Promise<void> {
  await db
    .deleteFrom('crm_events')
    .where('handled_at', '<', new Date(now.getTime() - KEPT_DAYS * 86_400_000))
    .execute();
}
