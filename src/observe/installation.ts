import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { CampaignState, MailEventKind, SendState, SuppressionReason } from '../domain/send.ts';
import type { Queues } from '../queue/queue.ts';

/** The whole installation in numbers, whichever process asks. Ages are in seconds; what is missing counts 0. */
export interface Installation {
  sends: Partial<Record<SendState, number>>;
  /** Of the open sends of running campaigns: how long the one that waits longest has been due. */
  overdueSeconds: number;
  /** How long the oldest send in doubt has waited for a person. */
  inDoubtSeconds: number;
  unreadReports: number;
  campaigns: Partial<Record<CampaignState, number>>;
  /** Recipient domains that are left alone for a while. */
  domainsBackedOff: number;
  suppressions: Partial<Record<SuppressionReason, number>>;
  mailEvents: Partial<Record<MailEventKind, number>>;
  /** Since each CRM was last read to the end, and since when each object type is known. */
  crm: { source: string; syncedSeconds: number }[];
  crmObjects: { source: string; object: string; lagSeconds: number }[];
  queues: QueueNumbers[];
}

export interface QueueNumbers {
  queue: string;
  /** Jobs by BullMQ's states. */
  jobs: Record<string, number>;
  /** How long the job that comes next has waited since it was added or fell due. */
  oldestSeconds: number;
}

/** Reads the numbers that the ledger's neighbours hold, and how long its sends wait. */
export async function readInstallation(
  db: Database,
  now: Date,
): Promise<Omit<Installation, 'sends' | 'queues'>> {
  const grouped = async <Name extends string>(
    query: ReturnType<typeof sql<{ name: Name; count: number }>>,
  ): Promise<Partial<Record<Name, number>>> => {
    const { rows } = await query.execute(db);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count])) as Partial<Record<Name, number>>;
  };
  const since = sql<number>`greatest(0, extract(epoch from ${now}::timestamptz - at))::float8`;
  const { rows: ages } = await sql<{ overdue: number; doubted: number; unread: number; backed_off: number }>`
    select
      coalesce((select ${since} from (select min(s.due_at) as at from sends s join campaigns c on c.id = s.campaign_id
        where c.state = 'running' and s.state in ('planned', 'queued')) due), 0) as overdue,
      coalesce((select ${since} from (select min(held_at) as at from sends where state = 'in_doubt') held), 0) as doubted,
      (select count(*) from unread_reports where handled_at is null) as unread,
      (select count(*) from domain_backoff where resume_at > ${now}) as backed_off`.execute(db);
  const { rows: crm } = await sql<{ source: string; syncedSeconds: number }>`
    select source, ${since} as "syncedSeconds" from (
      select source, max(finished_at) as at from sync_runs
      where finished_at is not null and error is null group by source) synced`.execute(db);
  const { rows: crmObjects } = await sql<{ source: string; object: string; lagSeconds: number }>`
    select source, object, ${since} as "lagSeconds" from (
      select source, object, synced_until as at from sync_cursors) known`.execute(db);
  const [age] = ages;
  return {
    overdueSeconds: age?.overdue ?? 0,
    inDoubtSeconds: age?.doubted ?? 0,
    unreadReports: age?.unread ?? 0,
    domainsBackedOff: age?.backed_off ?? 0,
    campaigns: await grouped(sql`select state as name, count(*) as count from campaigns group by state`),
    suppressions: await grouped(
      sql`select reason as name, count(*) as count from suppressions group by reason`,
    ),
    mailEvents: await grouped(sql`select kind as name, count(*) as count from mail_events group by kind`),
    crm,
    crmObjects,
  };
}

/** How full the queues are, and how long their next job has waited. @throws while Redis is away */
export async function readQueues(
  queues: Queues,
  names: readonly string[],
  now: Date,
): Promise<QueueNumbers[]> {
  return Promise.all(
    names.map(async (name) => {
      const queue = queues.queue(name);
      const jobs = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed');
      // Both backends list waiting jobs newest first; the other order is not the same on both.
      const last = Math.max(0, (jobs.waiting ?? 0) - 1);
      const [next] = await queue.getJobs(['waiting'], last, last);
      const waits = next ? now.getTime() - waitsSince(next) : 0;
      return { queue: name, jobs, oldestSeconds: Math.max(0, waits) / 1000 };
    }),
  );
}

/** Since when a job waits, in milliseconds since 1970: it may have run before, and been put off. */
function waitsSince(job: { timestamp: number; processedOn?: number | undefined; delay?: number }): number {
  return Math.max(job.timestamp, job.processedOn ?? 0) + (job.delay ?? 0);
}
