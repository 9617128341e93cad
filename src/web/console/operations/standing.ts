import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import { livingWorkers } from '../../../ledger/worker-lock.ts';
import { type QueueNumbers, readQueues } from '../../../observe/installation.ts';
import type { Queues } from '../../../queue/queue.ts';
import { QUEUE_NAMES } from './queue-names.ts';

/** How the installation is. */
export interface Standing {
  at: Date;
  /** Processes that send. */
  workers: { number: number; since: Date }[];
  queues: QueueStanding[];
  /** Why the queues could not be read; null: they could. */
  queuesAway: boolean;
  syncs: SyncStanding[];
  objects: { source: string; object: string; until: Date }[];
  webhooks: { waiting: number; oldest: Date | null; handledToday: number; lastAt: Date | null };
  /** Calls that the CRM allows in a day, and what is left; null where it has not told. */
  budget: { daily: number; left: number; toldAt: Date | null } | null;
  /** The CRM has asked to be left alone until then; null: it has not. */
  crmPausedUntil: Date | null;
  /** What waits for a person. */
  inDoubt: number;
  unreadReports: number;
  /** Recipient domains that are left alone for a while. */
  backedOff: number;
  /** Campaigns that have mails to send. */
  running: number;
  postgres: string;
  migration: string | null;
}

export interface QueueStanding extends QueueNumbers {
  paused: boolean;
}

/** One CRM: its last run, and the last one that came to its end. */
export interface SyncStanding {
  source: string;
  mode: string;
  startedAt: Date;
  finishedAt: Date | null;
  /** Why the last one failed; null: it did not. */
  error: string | null;
  wellAt: Date | null;
}

/** So long what was read is shown again, in milliseconds; whoever asks meanwhile waits for nothing. */
const FRESH = 5000;

/** Reads it at most every five seconds, however many look; an older reading is shown while a new one is under way. */
export function rememberStanding(given: {
  db: Database;
  queues?: Queues | undefined;
  now: () => Date;
}): () => Promise<Standing> {
  let known: Standing | null = null;
  let staleAt = 0;
  let reading: Promise<Standing> | null = null;
  return async () => {
    if (performance.now() > staleAt) {
      reading ??= readStanding(given.db, given.queues, given.now())
        .then((standing) => {
          known = standing;
          staleAt = performance.now() + FRESH;
          return standing;
        })
        .finally(() => {
          reading = null;
        });
      // minutes later nobody wants to see how it was
      if (known === null || performance.now() > staleAt + 10 * FRESH) return reading;
      reading.catch(() => {});
    }
    return known ?? readStanding(given.db, given.queues, given.now());
  };
}

async function readStanding(db: Database, queues: Queues | undefined, now: Date): Promise<Standing> {
  const counts = readCounts(db, now);
  const [workers, numbers, syncs, objects, crm, one] = await Promise.all([
    livingWorkers(db),
    queues ? readQueueStandings(queues, now).catch(() => null) : [],
    readSyncs(db),
    sql<{ source: string; object: string; until: Date }>`
      select source, object, synced_until as until from sync_cursors order by source, object`.execute(db),
    readLimits(db, now),
    counts,
  ]);
  const { waiting, oldest, handledToday, lastAt, ...rest } = one;
  return {
    at: now,
    workers,
    queues: numbers ?? [],
    queuesAway: numbers === null,
    syncs,
    objects: objects.rows,
    webhooks: { waiting, oldest, handledToday, lastAt },
    ...crm,
    ...rest,
  };
}

async function readQueueStandings(queues: Queues, now: Date): Promise<QueueStanding[]> {
  const [numbers, paused] = await Promise.all([
    readQueues(queues, QUEUE_NAMES, now),
    Promise.all(QUEUE_NAMES.map((name) => queues.queue(name).isPaused())),
  ]);
  return numbers.map((each, index) => ({ ...each, paused: paused[index] ?? false }));
}

async function readSyncs(db: Database): Promise<SyncStanding[]> {
  const { rows } = await sql<SyncStanding>`
    select distinct on (r.source) r.source, r.mode, r.started_at as "startedAt", r.finished_at as "finishedAt", r.error,
      (select max(w.finished_at) from sync_runs w where w.source = r.source and w.error is null) as "wellAt"
    from sync_runs r order by r.source, r.id desc`.execute(db);
  return rows;
}

async function readLimits(db: Database, now: Date): Promise<Pick<Standing, 'budget' | 'crmPausedUntil'>> {
  const limits = await db
    .selectFrom('crm_limits')
    .select(['daily', 'daily_remaining as left', 'told_at as toldAt'])
    .select(sql<Date | null>`case when paused_until > ${now} then paused_until end`.as('pausedUntil'))
    .orderBy('bucket')
    .execute();
  const told = limits.find(({ daily }) => daily !== null);
  const paused = limits.find(({ pausedUntil }) => pausedUntil !== null);
  return {
    budget: told?.daily ? { daily: told.daily, left: told.left ?? 0, toldAt: told.toldAt } : null,
    crmPausedUntil: paused?.pausedUntil ?? null,
  };
}

type Counts = Standing['webhooks'] &
  Pick<Standing, 'inDoubt' | 'unreadReports' | 'backedOff' | 'running' | 'postgres' | 'migration'>;

async function readCounts(db: Database, now: Date): Promise<Counts> {
  const day = new Date(now.getTime() - 24 * 3_600_000);
  const { rows } = await sql<Counts>`
    select
      (select count(*) from crm_events where handled_at is null) as waiting,
      (select min(received_at) from crm_events where handled_at is null) as oldest,
      (select count(*) from crm_events where handled_at > ${day}) as "handledToday",
      (select received_at from crm_events order by id desc limit 1) as "lastAt",
      (select count(*) from sends where state = 'in_doubt') as "inDoubt",
      (select count(*) from unread_reports where handled_at is null) as "unreadReports",
      (select count(*) from domain_backoff where resume_at > ${now}) as "backedOff",
      (select count(*) from campaigns where state = 'running') as running,
      split_part(current_setting('server_version'), ' ', 1) as postgres,
      (select max(name) from migrations) as migration`.execute(db);
  return rows[0] as Counts;
}
