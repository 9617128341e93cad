import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { SendState } from '../domain/send.ts';

type Counts = Partial<Record<SendState, number>>;

/** A campaign in one of these has no work left, … */
const THROUGH = new Set(['finished', 'cancelled']);
/** … and its sends will not move any more, if none is in one of these. */
const MOVING: readonly SendState[] = ['planned', 'queued', 'sending', 'in_doubt'];

/**
 * Counts the ledger's sends by state. A ledger holds years, so what will not change any more is counted once and
 * remembered; after the first time only campaigns that are under way are counted.
 */
export function createSendCounter(db: Database): () => Promise<Counts> {
  const remembered = new Map<string, Counts>();

  return async () => {
    const campaigns = await db.selectFrom('campaigns').select(['id', 'state']).execute();
    const fresh = await countIn(
      db,
      campaigns.filter((c) => !remembered.has(c.id)).map((c) => c.id),
    );
    const total: Counts = {};
    for (const { id, state } of campaigns) {
      const counts = remembered.get(id) ?? fresh.get(id) ?? {};
      if (THROUGH.has(state) && MOVING.every((each) => !counts[each])) remembered.set(id, counts);
      for (const [each, count] of Object.entries(counts) as [SendState, number][])
        total[each] = (total[each] ?? 0) + count;
    }
    return total;
  };
}

async function countIn(db: Database, campaigns: string[]): Promise<Map<string, Counts>> {
  const found = new Map<string, Counts>();
  if (campaigns.length === 0) return found;
  const { rows } = await sql<{ campaign: string; state: SendState; count: number }>`
    select campaign_id as campaign, state, count(*) as count
    from sends where campaign_id = any(${campaigns}) group by campaign_id, state`.execute(db);
  for (const { campaign, state, count } of rows)
    found.set(campaign, { ...found.get(campaign), [state]: count });
  return found;
}
