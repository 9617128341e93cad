import type { Database } from '../db/connect.ts';

/** Sends in one delivery job. */
export const CHUNK = 250;

/**
 * Numbers the chunks that sends are put into, one after the other: those of one chunk are due together, so that its
 * job wakes once and not once for every mail.
 *
 * @param first the first number that is free
 * @returns the chunk for one more send that is due at this moment; `takesRoom` false: for something that goes with it
 */
export function numberChunks(first: number): (dueAt: Date, takesRoom?: boolean) => number {
  const filling = new Map<number, { chunk: number; size: number }>();
  let free = first;
  return (dueAt, takesRoom = true) => {
    const due = dueAt.getTime();
    let current = filling.get(due);
    if (!current || (takesRoom && current.size === CHUNK)) {
      current = { chunk: free, size: 0 };
      free += 1;
      filling.set(due, current);
    }
    if (takesRoom) current.size += 1;
    return current.chunk;
  };
}

/** The number after a campaign's last chunk, so that planning that died goes on. */
export async function nextChunk(db: Database, campaignId: string): Promise<number> {
  const last = async (table: 'sends' | 'held_out') =>
    (
      await db
        .selectFrom(table)
        .select(({ fn }) => fn.max('chunk').as('last'))
        .where('campaign_id', '=', campaignId)
        .executeTakeFirstOrThrow()
    ).last ?? -1;
  return Math.max(await last('sends'), await last('held_out')) + 1;
}
