import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import { keepCustomerIds } from '../../../db/customer-ids.ts';
import type { WriteKind } from '../../../sync/port.ts';
import { stillOpen } from './outbox.ts';

/** An entry in hand: whatever becomes of this process, the CRM may have it from here on. */
export interface Begun {
  id: number;
  customerId: string;
  sendId: number | null;
  position: number | null;
  /** Tries so far, this one included. While it has this number, nobody else has it in hand. */
  tries: number;
  /** The CRM was last asked to take it then, and what came of it is not known; null: it surely does not have it. */
  askedAt: Date | null;
  /** What was written in an earlier try; null: nothing yet. */
  body: Record<string, unknown> | null;
}

/** How long an entry is left alone after a try of which nobody knows the end, at least and at most, in milliseconds. */
const SHORTEST_WAIT = 60_000;
const LONGEST_WAIT = 60 * 60_000;
/** When to look again at an entry of which something was just being decided, in milliseconds. */
const DECIDED_IN = 10_000;

/**
 * Takes entries that are due into hand: writes down, before anything is said to the CRM, that they are begun and when
 * to look at them again if nobody hears of this try's end. Fresh ones claim the facts that they will tell, so that each
 * is told by one entry; what is said from here on makes a new entry.
 * @param which `fresh`: never begun; `doubtful`: begun, and not settled
 */
export async function beginEntries(
  db: Database,
  given: { kind: WriteKind; which: 'fresh' | 'doubtful'; now: Date; limit: number },
): Promise<Begun[]> {
  const { kind, which, now, limit } = given;
  return await db.transaction().execute(async (trx) => {
    await keepCustomerIds(trx);
    const again = sql`${now}::timestamptz
      + least(power(4, least(tries, 10)) * ${SHORTEST_WAIT}::float8, ${LONGEST_WAIT}::float8) * interval '1 millisecond'`;
    const { rows } = await sql<Begun>`
      with picked as (
        select id from crm_entries
        where kind = ${kind} and settled_at is null and due_at <= ${now}
          and ${which === 'fresh' ? sql`begun_at is null` : sql`begun_at is not null`}
        -- who is adding to one at this moment moves its time, too
        order by due_at, id limit ${limit} for update skip locked
      )
      update crm_entries e set begun_at = coalesce(begun_at, ${now}), tries = tries + 1, due_at = ${again}
      from picked where e.id = picked.id
      returning e.id, e.customer_id as "customerId", e.send_id as "sendId", e.position, e.tries, e.asked_at as "askedAt", e.body`.execute(
      trx,
    );
    const ids = rows.map(({ id }) => id);
    const released =
      which === 'fresh' && kind === 'note' ? await claimFacts(trx, ids, now) : new Set<number>();
    if (kind === 'profile') await dropOvertaken(trx, ids, now);
    const left =
      kind === 'profile' ? await stillOpen(trx, ids) : new Set(ids.filter((id) => !released.has(id)));
    return rows.filter(({ id }) => left.has(id)).sort((a, b) => a.id - b.id);
  });
}

/**
 * An answer that is locked is being doubted at this moment, a statement that is, taken back: its entry waits until that
 * is decided, and is as if it had not been begun. Nobody waits for the lock here: whoever has it may wait for the entry.
 * @returns entries that wait
 */
async function claimFacts(trx: Database, ids: readonly number[], now: Date): Promise<Set<number>> {
  const untoldAnswers = sql`answers a
    join crm_entries e on e.send_id = a.send_id and e.position = a.position
    where e.id = any(${ids}) and a.crm_entry_id is null and a.doubted_at is null`;
  const untoldStatements = sql`statements t
    join crm_entries e on case when e.send_id is null then t.send_id is null and t.customer_id = e.customer_id
      else t.send_id = e.send_id and t.position is not distinct from e.position end
    where e.id = any(${ids}) and t.crm_entry_id is null and t.doubted_at is null`;
  await sql`
    update answers a set crm_entry_id = found.entry from (
      select a.id, e.id as entry from ${untoldAnswers} for update of a skip locked
    ) found where found.id = a.id`.execute(trx);
  await sql`
    update statements t set crm_entry_id = found.entry from (
      select t.id, e.id as entry from ${untoldStatements} for update of t skip locked
    ) found where found.id = t.id`.execute(trx);
  const { rows } = await sql<{ id: number }>`
    update crm_entries set begun_at = null, tries = tries - 1, due_at = ${new Date(now.getTime() + DECIDED_IN)}
    where id in (select e.id from ${untoldAnswers} union select e.id from ${untoldStatements})
    returning id`.execute(trx);
  const waiting = rows.map(({ id }) => id);
  if (waiting.length === 0) return new Set();
  await sql`update answers set crm_entry_id = null where crm_entry_id = any(${waiting})`.execute(trx);
  await sql`update statements set crm_entry_id = null where crm_entry_id = any(${waiting})`.execute(trx);
  return new Set(waiting);
}

/** Of one customer's profiles the newest says it all. */
async function dropOvertaken(trx: Database, ids: readonly number[], now: Date): Promise<void> {
  await sql`
    update crm_entries older set settled_at = ${now}, outcome = 'nothing', body = null
    from crm_entries newer
    where newer.id = any(${ids}) and older.kind = 'profile' and older.settled_at is null
      and older.begun_at is not null and older.customer_id = newer.customer_id and older.id < newer.id`.execute(
    trx,
  );
}
