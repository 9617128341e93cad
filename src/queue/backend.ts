import type { BackendFactory, IQueueBackend } from 'bullmq';

/** Where the jobs are kept: what `openQueues` needs of Redis or PostgreSQL. */
export interface Backend {
  kind: 'redis' | 'postgres';
  /** Ignores the `connection` option that BullMQ hands on: connections are shared by all queues of a process. */
  factory: BackendFactory<IQueueBackend, object>;
  /** Resolves once it answers and its tables are there; rejects after some seconds with an error for people. */
  ready(): Promise<void>;
  /** Closes the connections; at once, without waiting for answers, if `force`. */
  close(force: boolean): Promise<void>;
}
