import { nightly } from '../../../../jobs/nightly.ts';
import type { Database } from '../../../db/connect.ts';
import type { CampaignState } from '../../../domain/send.ts';
import type { Queues } from '../../../queue/queue.ts';

/** The nightly round: when it comes next, and what became of the last one. */
export interface Night {
  /** Null: no scheduler runs, or none that can be asked. */
  next: Date | null;
  last: {
    id: string;
    state: CampaignState;
    at: Date;
    candidates: number | null;
    planned: number | null;
  } | null;
}

/** So long the queue may take to answer, in milliseconds: a page does not wait for a Redis that is away. */
const PATIENCE = 300;

export async function loadNight(db: Database, queues: Queues | undefined): Promise<Night> {
  const [last, next] = await Promise.all([
    db
      .selectFrom('campaigns')
      .select(['id', 'state', 'created_at as at', 'candidates', 'planned'])
      .where('kind', '=', 'nightly')
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst(),
    queues
      ? Promise.race([
          nextRound(queues),
          new Promise<null>((done) => setTimeout(done, PATIENCE, null).unref()),
        ])
      : null,
  ]);
  return { next, last: last ?? null };
}

async function nextRound(queues: Queues): Promise<Date | null> {
  try {
    const scheduler = await queues.queue(nightly.queue).getJobScheduler('nightly');
    return scheduler?.next ? new Date(scheduler.next) : null;
  } catch {
    // that the queue is away is for `/readyz` and the log to say
    return null;
  }
}
