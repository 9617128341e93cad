import type { Database } from '../db/connect.ts';
import type { Queues } from '../queue/queue.ts';
import { installationText } from './gauges.ts';
import { readInstallation, readQueues } from './installation.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Numbers that are younger than this are not read again, in milliseconds: a second scraper costs nothing. */
const FRESH = 10_000;

/**
 * What `/metrics` answers: this process's meters, and the installation's numbers from database and queue. When the
 * queue does not answer, its numbers are missing, and the rest is there all the same.
 */
export function createScrape(options: {
  db: Database;
  queues: Queues;
  /** The queues to look at. */
  names: readonly string[];
  metrics: Metrics;
  now: () => Date;
  log: Log;
}): () => Promise<string> {
  const { db, queues, names, metrics, now, log } = options;
  let last: { at: number; text: Promise<string> } | undefined;

  async function read(): Promise<string> {
    const [installation, jobs] = await Promise.all([
      readInstallation(db, now()),
      readQueues(queues, names, now()).catch((error: Error) => {
        log(`The queue’s numbers can’t be read: ${error.message}`, { level: 'warn' });
        return [];
      }),
    ]);
    return installationText({ ...installation, queues: jobs });
  }

  return async () => {
    if (last === undefined || performance.now() - last.at > FRESH) {
      const fresh = { at: performance.now(), text: read() };
      last = fresh;
      fresh.text.catch(() => {
        if (last === fresh) last = undefined;
      });
    }
    return `${await metrics.text()}${await last.text}`;
  };
}
