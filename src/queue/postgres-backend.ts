import { type PgPool, PostgresConnection, PostgresQueueBackend, runMigrations } from 'bullmq';
import pg from 'pg';
import { databaseError } from '../db/database-error.ts';
import type { Backend } from './backend.ts';
import { QueueError } from './queue-error.ts';

/** BullMQ's tables have a schema of their own beside ours. */
const SCHEMA = 'bullmq';
/** Connections for queries; each worker has one more to listen on. */
const QUERY_CONNECTIONS = 5;

/** Jobs in PostgreSQL, all queues of the process over one pool. */
export function postgresBackend(url: string): Backend {
  const pool = new pg.Pool({
    connectionString: url,
    max: QUERY_CONNECTIONS,
    application_name: 'spielbein-queue',
    options: `-c search_path=${SCHEMA}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // every queue and worker listens to it
  pool.setMaxListeners(0);
  pool.on('error', () => {});

  // BullMQ describes the pool it needs in its own words; pg's overloads hide that it is one
  const shared = pool as unknown as PgPool;

  let preparing: Promise<void> | undefined;
  /** Remembers success only: a database that is away at first may come. */
  const ready = () => {
    preparing ??= prepare(pool, url).catch((error) => {
      preparing = undefined;
      throw error;
    });
    return preparing;
  };

  class SharedConnection extends PostgresConnection {
    override waitUntilReady(): Promise<void> {
      return ready();
    }
  }

  return {
    kind: 'postgres',
    factory(name, opts, { withBlockingConnection = false } = {}) {
      const connection = new SharedConnection(shared);
      const options = { ...opts, connection: shared };
      if (!withBlockingConnection) return new PostgresQueueBackend(connection, name, options);
      pool.options.max += 1;
      return new PostgresQueueBackend(connection, name, options, true, name);
    },
    ready,
    async close(force) {
      const ended = pool.end();
      // a worker that was given up still holds its connection: the process ends without it
      if (!force) await ended;
      else ended.catch(() => {});
    },
  };
}

/** Makes BullMQ's tables, under BullMQ's own lock: several processes may start at once. */
async function prepare(pool: pg.Pool, url: string): Promise<void> {
  const client = await pool.connect().catch((error) => {
    throw databaseError(error, url);
  });
  try {
    await runMigrations(client, SCHEMA);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueueError(
      'schema_unusable',
      `The queue's tables (schema ${SCHEMA}) can't be used: ${reason}`,
      {
        cause: error,
      },
    );
  } finally {
    client.release();
  }
}
