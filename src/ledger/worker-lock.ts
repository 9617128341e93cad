import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import type { Database } from '../db/connect.ts';

/** First key of the advisory locks by which workers show that they live. */
const LOCK_SPACE = 1_397_770_306;

/** A process that sends. Its number stands in the sends it has in hand. */
export interface WorkerLock {
  number: number;
  /** False while the connection that holds the lock is gone: then nothing new may be claimed. */
  held(): boolean;
  release(): Promise<void>;
}

/**
 * Holds an advisory lock in PostgreSQL on a connection of its own for as long as the process lives. The
 * server lets go of it the moment the process dies, however it dies: no heartbeat, no time-out to tune.
 */
export async function holdWorkerLock(databaseUrl: string): Promise<WorkerLock> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'spielbein worker',
    keepAlive: true,
  });
  let held = false;
  const lost = () => {
    held = false;
  };
  client.on('error', lost);
  client.on('end', lost);
  await client.connect();
  for (;;) {
    const number = randomInt(1, 2 ** 31 - 1);
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as got', [LOCK_SPACE, number]);
    if (!rows[0]?.got) continue;
    held = true;
    return { number, held: () => held, release: () => client.end() };
  }
}

/**
 * Sends that were on their way when their worker died become `in_doubt`: the server may or may not have
 * them, so they are held for a person and not sent again (DESIGN §7.8).
 * @returns how many there were
 */
export async function holdOrphans(db: Database): Promise<number> {
  const { numAffectedRows } = await sql`
    update sends set state = 'in_doubt', reason = 'worker_died',
      detail = 'The worker died while this mail was on its way. The server may or may not have it.'
    where state = 'sending' and not exists (
      select from pg_locks
      where locktype = 'advisory' and classid = ${LOCK_SPACE}::oid and objid = sends.worker::oid
        and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database()))`.execute(db);
  return Number(numAffectedRows ?? 0);
}
