import { sql } from 'kysely';
import { deliver } from '../../jobs/deliver.ts';
import { openQueues } from '../../src/queue/queue.ts';
import type { Stage } from './stage.ts';

/** How often waiting is cut short, in milliseconds. */
const EVERY = 3000;

/**
 * Makes time pass faster for what only waits: retries, pauses of domains, delayed jobs. A bench bounded in time needs
 * it, since a mail that was put off waits for a minute or more. It changes when things happen, never what happens.
 */
export function hurry(stage: Pick<Stage, 'db' | 'databaseUrl' | 'redis'>): { stop(): Promise<void> } {
  const { db, databaseUrl, redis } = stage;
  const queues = openQueues({ databaseUrl, redisUrl: redis?.url });
  let busy: Promise<void> | null = null;
  const push = async () => {
    await sql`update domain_backoff set resume_at = now() where resume_at > now()`.execute(db);
    await sql`update sends set due_at = now() where state = 'queued' and due_at > now()`.execute(db);
    await queues.queue(deliver.queue).promoteJobs();
  };
  const timer = setInterval(() => {
    busy ??= push()
      // The database or Redis is away, as it is meant to be: next time.
      .catch(() => {})
      .finally(() => {
        busy = null;
      });
  }, EVERY);
  return {
    async stop() {
      clearInterval(timer);
      await busy;
      await queues.close();
    },
  };
}
