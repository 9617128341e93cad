import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** How often the connection is asked whether it lives, and how long it may take to answer, in milliseconds. */
const PULSE = 5000;
/** Longest pause between two tries to get a lost lock back, in milliseconds. */
const MAX_PAUSE = 5000;

/**
 * Holds an advisory lock in PostgreSQL on a connection of its own for as long as the process lives. The
 * server lets go of it the moment the process dies, however it dies: no heartbeat, no time-out to tune.
 *
 * When only the connection is lost (PostgreSQL restarted, failed over), the same number is taken again, so
 * that what this worker had in hand can still be settled by it.
 */
export async function holdWorkerLock(
  databaseUrl: string,
  log: (line: string) => void = () => {},
): Promise<WorkerLock> {
  let client: pg.Client | null = null;
  let released = false;
  let number = 0;

  /** @returns whether the lock of this number is held now */
  async function take(wanted: number): Promise<boolean> {
    const fresh = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'spielbein worker',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      // What ends a worker's claim to its mails must be known on both sides.
      query_timeout: PULSE,
    });
    fresh.on('error', () => {});
    await fresh.connect();
    const { rows } = await fresh.query('select pg_try_advisory_lock($1, $2) as got', [LOCK_SPACE, wanted]);
    if (!rows[0]?.got) {
      await fresh.end();
      return false;
    }
    client = fresh;
    // A connection may be cut without anybody saying so: then only a question finds out.
    const pulse = setInterval(() => {
      fresh.query('select 1').catch(() => fresh.end().catch(() => {}));
    }, PULSE);
    pulse.unref();
    fresh.once('end', () => {
      clearInterval(pulse);
      if (client !== fresh) return;
      client = null;
      if (!released) void comeBack();
    });
    return true;
  }

  async function comeBack(): Promise<void> {
    log('The connection that shows that this worker lives is lost. Nothing is sent until it is back.');
    for (let pause = 200; !released; pause = Math.min(pause * 2, MAX_PAUSE)) {
      await sleep(pause);
      if (released) return;
      // Refused while the server still believes in the old connection, or is not up yet.
      if (await take(number).catch(() => false)) {
        log('This worker is back and goes on sending.');
        return;
      }
    }
  }

  do {
    number = randomInt(1, 2 ** 31 - 1);
  } while (!(await take(number)));
  return {
    number,
    held: () => client !== null,
    async release() {
      released = true;
      const last = client;
      client = null;
      await last?.end();
    },
  };
}

/**
 * Sends that were on their way when their worker died become `in_doubt`: the server may or may not have
 * them, so they are held for a person and not sent again (docs/architecture.md).
 * @returns how many there were
 */
export async function holdOrphans(db: Database): Promise<number> {
  const { numAffectedRows } = await sql`
    update sends set state = 'in_doubt', reason = 'worker_died', held_at = clock_timestamp(),
      detail = 'The worker died while this mail was on its way. The server may or may not have it.'
    where state = 'sending' and not exists (
      select from pg_locks
      where locktype = 'advisory' and classid = ${LOCK_SPACE}::oid and objid = sends.worker::oid
        and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database()))`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** The processes that send, each with the moment since which it holds its lock; the longest at work first. */
export async function livingWorkers(db: Database): Promise<{ number: number; since: Date }[]> {
  const { rows } = await sql<{ number: number; since: Date }>`
    select l.objid::bigint as number, a.backend_start as since
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.classid = ${LOCK_SPACE}::oid and l.objsubid = 2 and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
    order by a.backend_start`.execute(db);
  return rows;
}
