import type { Database } from '../db/connect.ts';
import type { Queues } from '../queue/queue.ts';
import { createSendCounter } from './count-sends.ts';
import { installationText } from './gauges.ts';
import { readInstallation, readQueues } from './installation.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Numbers that are younger than this are not read again, in milliseconds: a second scraper costs nothing. */
const FRESH = 10_000;
/** And reading takes no more than one part in so many of the time, however large the ledger is. */
const SHARE = 20;

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
  const countSends = createSendCounter(db);
  let text: Promise<string> | undefined;
  let staleAt = 0;

  async function read(): Promise<string> {
    const jobs = readQueues(queues, names, now()).catch((error: Error) => {
      log(`The queue’s numbers can’t be read: ${error.message}`, { level: 'warn' });
      return [];
    });
    const started = performance.now();
    const [sends, installation] = await Promise.all([countSends(), readInstallation(db, now())]);
    const ended = performance.now();
    staleAt = ended + Math.max(FRESH, SHARE * (ended - started));
    return installationText({ ...installation, sends, queues: await jobs });
  }

  return async () => {
    // While somebody reads, everybody waits for the same numbers; a failure is nobody's number.
    if (text === undefined || performance.now() > staleAt) {
      staleAt = Number.POSITIVE_INFINITY;
      text = read().catch((error) => {
        text = undefined;
        throw error;
      });
    }
    return `${await metrics.text()}${await text}`;
  };
}
