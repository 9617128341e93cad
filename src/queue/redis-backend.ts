import { createRedisBackend, QueueKeys, type RedisClient, RedisConnection, RedisQueueBackend } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Backend } from './backend.ts';
import { QueueError } from './queue-error.ts';

/** How long somebody who adds a job waits for a Redis that is away, in milliseconds. */
const PATIENCE_MS = 5000;
/** How long a Redis that took a command may keep silent about it, in milliseconds. */
const COMMAND_MS = 15_000;

/**
 * Jobs in Redis or Valkey. Two connections for the process and one more for each worker: the producers' one gives
 * up after some seconds, so that nobody who adds a job hangs; the workers' ones wait for Redis to come back.
 */
export function redisBackend(url: string, prefix: string): Backend {
  const place = placeOf(url);
  let lastError: Error | undefined;
  const connect = (
    options: Pick<RedisOptions, 'maxRetriesPerRequest' | 'retryStrategy' | 'commandTimeout'>,
  ) => {
    const all = {
      connectTimeout: 3000,
      // the primary became a replica: connect again, to whoever is primary now
      reconnectOnError: (error: Error): 2 | false => (error.message.startsWith('READONLY') ? 2 : false),
      ...options,
    };
    const client = new Redis(url, all);
    client.on('error', (error: Error & { command?: unknown }) => {
      // a refused AUTH carries its arguments: the password
      delete error.command;
      lastError = error;
    });
    client.on('ready', () => {
      lastError = undefined;
    });
    // every queue and worker listens to it
    client.setMaxListeners(1000);
    return client;
  };
  const producers = connect({
    maxRetriesPerRequest: 1,
    retryStrategy: backOff(1000),
    commandTimeout: COMMAND_MS,
  });
  const workers = connect({ maxRetriesPerRequest: null, retryStrategy: backOff(5000) });
  const ready = (client: RedisReadiness) => within(PATIENCE_MS, client, () => unreachable(place, lastError));

  /** The producers' connection as BullMQ asks for it: there in some seconds, or a clear error. */
  class PatientConnection extends RedisConnection {
    override get client(): Promise<RedisClient> {
      return ready(producers).then(() => super.client);
    }
  }

  return {
    kind: 'redis',
    factory(name, opts, { withBlockingConnection = false } = {}) {
      const options = { ...opts, prefix };
      if (withBlockingConnection) {
        return createRedisBackend(name, { ...options, connection: workers }, { withBlockingConnection });
      }
      const connection = new PatientConnection(producers, { shared: true, blocking: false });
      const keys = new QueueKeys(prefix);
      const toKey = (type: string) => keys.toKey(name, type);
      return new RedisQueueBackend(connection, name, keys.getKeys(name), toKey, {
        ...options,
        connection: producers,
      });
    },
    ready: () => ready(producers),
    async close(force) {
      for (const client of [producers, workers]) {
        if (force || client.status !== 'ready') client.disconnect();
        else await client.quit().catch(() => client.disconnect());
      }
    },
  };
}

/** Doubling from 100 ms up to `most`, with a little chance so that many processes don't come back together. */
function backOff(most: number) {
  return (times: number) => Math.min(100 * 2 ** Math.min(times - 1, 10), most) * (0.8 + 0.4 * Math.random());
}

interface RedisReadiness {
  status: string;
  once(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
}

async function within(patienceMs: number, client: RedisReadiness, failure: () => Error): Promise<void> {
  if (client.status === 'ready') return;
  if (client.status === 'end') throw failure();
  await new Promise<void>((resolve, reject) => {
    const isReady = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      client.off('ready', isReady);
      reject(failure());
    }, patienceMs);
    client.once('ready', isReady);
  });
}

function placeOf(url: string): string {
  if (!URL.canParse(url)) {
    throw new QueueError(
      'url_unreadable',
      'REDIS_URL can not be read. It must look like redis://user:password@host:6379/0 (rediss:// for TLS), with special characters in the password percent-encoded.',
    );
  }
  const { hostname, port } = new URL(url);
  return `${hostname || 'localhost'}:${port || '6379'}`;
}

function unreachable(place: string, cause: Error | undefined): QueueError {
  const reason = cause?.message ?? '';
  if (/WRONGPASS|NOAUTH|invalid password|NOPERM/i.test(reason)) {
    return new QueueError(
      'sign_in_refused',
      `Redis at ${place} refused the password. Check user and password in REDIS_URL (special characters percent-encoded).`,
      { cause },
    );
  }
  return new QueueError(
    'unreachable',
    `Redis at ${place} does not answer${reason ? ` (${reason})` : ''}. Is it running, and is REDIS_URL right? No job is lost: what is not queued is made again from the ledger.`,
    { cause },
  );
}
