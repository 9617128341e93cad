import type { Database } from '../db/connect.ts';

/** The chunks of a campaign that still have work: what the queue should know about. */
export async function openChunks(
  db: Database,
  campaignId: string,
): Promise<{ chunk: number; dueAt: Date }[]> {
  return db
    .selectFrom('sends')
    .select(({ fn }) => ['chunk', fn.min('due_at').as('dueAt')])
    .where('campaign_id', '=', campaignId)
    .where('state', 'in', ['planned', 'queued'])
    .groupBy('chunk')
    .orderBy('chunk')
    .execute();
}

/** The queue has been told about these chunks. */
export async function markQueued(db: Database, campaignId: string, chunks: number[]): Promise<void> {
  if (chunks.length === 0) return;
  await db
    .updateTable('sends')
    .set({ state: 'queued' })
    .where('campaign_id', '=', campaignId)
    .where('chunk', 'in', chunks)
    .where('state', '=', 'planned')
    .execute();
}

/** When the next open send of a chunk is due; null when the chunk is done. */
export async function nextDue(db: Database, campaignId: string, chunk: number): Promise<Date | null> {
  const row = await db
    .selectFrom('sends')
    .select(({ fn }) => fn.min('due_at').as('dueAt'))
    .where('campaign_id', '=', campaignId)
    .where('chunk', '=', chunk)
    .where('state', 'in', ['planned', 'queued'])
    .executeTakeFirst();
  return row?.dueAt ?? null;
}
