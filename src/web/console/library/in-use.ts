import type { Database } from '../../../db/connect.ts';
import type { Place } from '../../../library/edit/place.ts';

/** States of campaigns that are over: what they showed is remembered by its name alone. */
const OVER = ['finished', 'cancelled'] as const;

/** Ids of campaigns whose mails are on their way. */
export async function campaignsUnderWay(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('campaigns')
    .select('id')
    .where('state', 'in', ['planning', 'running', 'paused'])
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Whether a campaign that is not over names or has shown it. */
export async function isInUse(db: Database, { kind, id }: Place): Promise<boolean> {
  const open = await db
    .selectFrom('campaigns')
    .select(['id', 'audience'])
    .where('state', 'not in', [...OVER])
    .execute();
  if (open.some(({ audience }) => kind === 'developments' && audience.developments?.includes(id)))
    return true;
  if (kind === 'products') return open.some(({ audience }) => audience.products?.includes(id));
  if (kind !== 'developments' && kind !== 'offers') return false;
  if (open.length === 0) return false;
  const shown = await db
    .selectFrom('shown_blocks')
    .select('content_id')
    .where(
      'campaign_id',
      'in',
      open.map((each) => each.id),
    )
    .where('kind', '=', kind === 'offers' ? 'experimental' : 'proven')
    .where('content_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return shown !== undefined;
}
