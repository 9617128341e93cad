import type { Database } from '../db/connect.ts';
import { type Campaign, CampaignError, getCampaign, moveCampaign } from '../ledger/campaigns.ts';

/** A campaign that could not start on time is not started any later than this, in milliseconds. */
export const TOO_LATE = 6 * 3_600_000;

const LATE =
  `It was not started: no worker was running when its time came, and after ${TOO_LATE / 3_600_000} hours that is ` +
  'for a person to decide. Schedule it again, or run it now.';

/**
 * Schedules a draft, or a scheduled campaign anew: it starts by itself at `startsAt`.
 *
 * @param given.spreadHours its mails are spread over so many hours; left out, this stays as it is
 * @throws CampaignError when the moment has passed, or the campaign has begun or is over.
 */
export async function scheduleCampaign(
  db: Database,
  id: string,
  given: { startsAt: Date; spreadHours?: number | undefined; now: Date },
): Promise<Campaign> {
  const { startsAt, spreadHours, now } = given;
  if (startsAt <= now) {
    throw new CampaignError(`${startsAt.toISOString()} has passed: choose a moment that is still to come.`);
  }
  const row = await db
    .updateTable('campaigns')
    .set({
      state: 'scheduled',
      starts_at: startsAt,
      attention: null,
      ...(spreadHours === undefined ? {} : { spread_hours: spreadHours }),
    })
    .where('id', '=', id)
    .where('state', 'in', ['draft', 'scheduled'])
    .returning('id')
    .executeTakeFirst();
  const campaign = await getCampaign(db, id);
  if (!row)
    throw new CampaignError(`Campaign "${id}" is ${campaign.state}: it cannot be scheduled any more.`);
  return campaign;
}

/** Makes a draft of a scheduled campaign again. @throws CampaignError when it is not scheduled (any more). */
export async function clearSchedule(db: Database, id: string, now: Date): Promise<Campaign> {
  return db.transaction().execute(async (tx) => {
    await moveCampaign(tx, id, 'draft', { now, from: 'scheduled' });
    await tx.updateTable('campaigns').set({ starts_at: null }).where('id', '=', id).execute();
    return getCampaign(tx, id);
  });
}

/**
 * Moves the scheduled campaigns whose time has come on to planning, each exactly once, whoever looks. What is much
 * too late, because nobody was running, becomes a draft again: news meant for the morning, or for before a fair,
 * must not go out in the night or after it without a person's word.
 */
export async function startDue(db: Database, now: Date): Promise<{ started: string[]; late: string[] }> {
  const tooLate = new Date(now.getTime() - TOO_LATE);
  const scheduled = () => db.updateTable('campaigns').where('state', '=', 'scheduled').returning('id');
  const late = await scheduled()
    .set({ state: 'draft', starts_at: null, attention: LATE })
    .where('starts_at', '<=', tooLate)
    .execute();
  const started = await scheduled()
    .set({ state: 'planning' })
    .where('starts_at', '<=', now)
    .where('starts_at', '>', tooLate)
    .execute();
  return { started: started.map(({ id }) => id), late: late.map(({ id }) => id) };
}
