import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { databaseError } from './database-error.ts';
import { prepareQueries } from './prepared.ts';
import type { Tables } from './schema.ts';
import { columnParsers } from './values.ts';

export type Database = Kysely<Tables>;

export interface ConnectOptions {
  /** Most connections at a time; 10 unless told otherwise. */
  max?: number;
  /** How the connections call themselves in `pg_stat_activity`. */
  applicationName?: string;
}

/** A database with the raw pool beside it, for what Kysely has no words for: LISTEN, advisory locks. */
export interface DatabaseHandle {
  db: Database;
  pool: pg.Pool;
  /** Waits for running queries, then closes every connection. */
  close(): Promise<void>;
}

/**
 * Connects lazily: the first query opens the first connection. A connection that can't be had rejects with a
 * `DatabaseError` in plain words. Close it with `db.destroy()`.
 */
export function connectDatabase(url: string, options: ConnectOptions = {}): Database {
  return openDatabase(url, options).db;
}

/** Like `connectDatabase`, with the pool at hand. */
export function openDatabase(url: string, options: ConnectOptions = {}): DatabaseHandle {
  const pool = openPool(url, options);
  const connecting = {
    async connect() {
      try {
        return await pool.connect();
      } catch (error) {
        throw databaseError(error, url);
      }
    },
    end: () => end(pool),
    options: pool.options,
  };
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: connecting }) });
  const close = async () => {
    await db.destroy();
    // a Kysely that was never used does not end its pool
    await end(pool);
  };
  return { db, pool, close };
}

async function end(pool: pg.Pool): Promise<void> {
  if (!pool.ending) await pool.end();
}

function openPool(url: string, options: ConnectOptions): pg.Pool {
  let pool: pg.Pool;
  try {
    pool = new pg.Pool({
      connectionString: url,
      max: options.max ?? 10,
      application_name: options.applicationName ?? 'spielbein',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      // A machine that vanished in the middle of a transaction lets go of its locks.
      idle_in_transaction_session_timeout: 60_000,
      types: columnParsers,
    });
  } catch (error) {
    throw databaseError(error, url);
  }
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => {});
  // One that breaks while in use rejects its query; the event beside it would end the process as well.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('connect', prepareQueries);
  return pool;
}
