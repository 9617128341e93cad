import { setTimeout as sleep } from 'node:timers/promises';
import {
  type IQueueBackend,
  type JobsOptions,
  type Processor,
  type Queue,
  type Telemetry,
  type Worker,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import { postgresBackend } from './postgres-backend.ts';
import { redisBackend } from './redis-backend.ts';

// biome-ignore lint/suspicious/noExplicitAny: payloads are checked by their job's schema, see job.ts
export type JobQueue<Data = any> = Queue<Data, any, string, Data, any, string, IQueueBackend, object>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type JobWorker<Data = any> = Worker<Data, any, string, IQueueBackend, any, object>;
export type JobWorkerOptions = Omit<WorkerOptions<object>, 'connection' | 'prefix'>;

/**
 * How every job behaves unless it says otherwise. Finished jobs vanish, so that one with the same deterministic
 * id can be added again; what happened is in the ledger, not in the queue.
 */
export const jobDefaults = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 5,
  backoff: { type: 'exponential', delay: 2000, jitter: 0.2 },
} as const satisfies JobsOptions;

/** Milliseconds that `close` waits for jobs in flight. */
const DRAIN_MS = 30_000;
/** Milliseconds that workers with nothing in flight have to say goodbye to a store that may be away. */
const GOODBYE_MS = 2000;

export interface QueuesOptions {
  /** Redis or Valkey; without it the jobs are kept in PostgreSQL. */
  redisUrl?: string | undefined;
  databaseUrl: string;
  /** What the Redis keys begin with; `spielbein` unless told otherwise. PostgreSQL has a schema instead. */
  prefix?: string;
  /** Traces jobs, see `tracing.ts`. */
  telemetry?: Telemetry | undefined;
  /** Told about trouble that mends itself, such as a lost connection; the same trouble once a minute. */
  onError?: (error: Error, queue: string) => void;
}

/** All queues and workers of one process. */
export interface Queues {
  backend: 'redis' | 'postgres';
  /** Resolves once the jobs' store answers and is prepared; rejects after some seconds, in plain words. */
  ready(): Promise<void>;
  /** Always the same one for a name. */
  queue<Data>(name: string): JobQueue<Data>;
  /** Starts working at once. */
  worker<Data>(name: string, processor: Processor<Data>, options?: JobWorkerOptions): JobWorker<Data>;
  /**
   * First all workers stop claiming; then jobs in flight are waited for (they may still add jobs), then everything
   * is closed. A job that takes longer than `drainMs` is given up: another worker has it after its lock expires.
   *
   * @returns whether every job in flight came to its end.
   */
  close(options?: { drainMs?: number }): Promise<boolean>;
}

export function openQueues(options: QueuesOptions): Queues {
  const { redisUrl, databaseUrl, prefix = 'spielbein', onError = () => {} } = options;
  const traced = options.telemetry ? { telemetry: options.telemetry } : {};
  const backend = redisUrl ? redisBackend(redisUrl, prefix) : postgresBackend(databaseUrl);
  const { Queue, Worker } = withBackend<IQueueBackend, object>(backend.factory);
  const queues = new Map<string, JobQueue>();
  const workers: JobWorker[] = [];
  const troubled = oncePerMinute(onError);
  let inFlight = 0;
  let closing: Promise<boolean> | undefined;

  return {
    backend: backend.kind,
    ready: () => backend.ready(),
    queue(name) {
      let queue = queues.get(name);
      if (!queue) {
        queue = new Queue(name, { connection: {}, prefix, defaultJobOptions: jobDefaults, ...traced });
        queue.on('error', (error) => troubled(error, name));
        queues.set(name, queue);
      }
      return queue;
    },
    worker(name, processor, workerOptions = {}) {
      const counted: typeof processor = async (...args) => {
        inFlight++;
        try {
          return await processor(...args);
        } finally {
          inFlight--;
        }
      };
      const worker = new Worker(name, counted, {
        // a job outlives this many deaths of its worker
        maxStalledCount: 5,
        runRetryDelay: 1000,
        ...traced,
        ...workerOptions,
        connection: {},
        prefix,
      });
      worker.on('error', (error) => troubled(error, name));
      workers.push(worker);
      return worker;
    },
    close({ drainMs = DRAIN_MS } = {}) {
      closing ??= (async () => {
        const closed = Promise.all(workers.map((worker) => worker.close()));
        const deadline = Date.now() + drainMs;
        while (inFlight > 0 && Date.now() < deadline) await sleep(20);
        const drained = inFlight === 0;
        const inOrder = drained && (await endsWithin(GOODBYE_MS, closed));
        await endsWithin(GOODBYE_MS, Promise.all([...queues.values()].map((queue) => queue.close())));
        await backend.close(!inOrder);
        return drained;
      })();
      return closing;
    },
  };
}

/** A lost connection is reported by every queue and worker at every attempt: the same words once a minute. */
function oncePerMinute(tell: (error: Error, queue: string) => void): typeof tell {
  const told = new Map<string, number>();
  return (error, queue) => {
    // ioredis hangs the refused command on its errors: that of a sign-in holds the password
    Reflect.deleteProperty(error, 'command');
    const now = Date.now();
    if (now - (told.get(error.message) ?? 0) < 60_000) return;
    told.set(error.message, now);
    tell(error, queue);
  };
}

async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
