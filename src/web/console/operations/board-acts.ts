/** What may be done with queues from the board. Stable codes of the audit log; each has words. */
export type QueueAct = 'pause' | 'resume' | 'retry' | 'promote' | 'clean' | 'empty';

/**
 * Whatever else the board can do is refused: jobs get their contents, and schedules their times, from Spielbein alone.
 * What is listed here costs no more than time, because the ledger makes lost jobs again.
 */
const ALLOWED: Readonly<Record<string, QueueAct>> = {
  '/api/queues/pause': 'pause',
  '/api/queues/resume': 'resume',
  '/api/queues/:queueName/pause': 'pause',
  '/api/queues/:queueName/resume': 'resume',
  '/api/queues/:queueName/retry/:queueStatus': 'retry',
  '/api/queues/:queueName/promote': 'promote',
  '/api/queues/:queueName/clean/:queueStatus': 'clean',
  '/api/queues/:queueName/empty': 'empty',
  '/api/queues/:queueName/:jobId/retry': 'retry',
  '/api/queues/:queueName/:jobId/promote': 'promote',
  '/api/queues/:queueName/:jobId/clean': 'clean',
};

/** @param route of bull-board, e.g. `/api/queues/:queueName/pause`; null: not allowed. Pure. */
export const queueAct = (route: string): QueueAct | null =>
  (Object.hasOwn(ALLOWED, route) ? ALLOWED[route] : null) ?? null;

/**
 * The values of a route's places, or null when the path is another. Pure.
 * @param path as it was asked for: its parts are decoded here, so that a slash within a job's id divides nothing
 */
export function placesIn(route: string, path: string): Record<string, string> | null {
  const [wanted, given] = [route.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const places: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return null;
      continue;
    }
    const decoded = decode(value);
    if (decoded === null || decoded === '') return null;
    places[part.slice(1)] = decoded;
  }
  return places;
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
