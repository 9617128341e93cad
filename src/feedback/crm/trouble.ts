import { z } from 'zod';
import type { Database } from '../../db/connect.ts';
import { installationValue } from '../../db/migrate.ts';
import type { SyncError, WriteKind } from '../../sync/port.ts';

/** Where it is noted, by what the CRM is told: of unsubscribes, of anything else, or of one kind of that. */
export type TroubleKey = 'crm_telling' | 'crm_writing' | `crm_writing_${WriteKind}`;

const TELLING: TroubleKey = 'crm_telling';

const trouble = z.object({
  /** A `SyncError`'s code, or `not_wanted` when the CRM is to be told nothing. */
  code: z.string(),
  message: z.string(),
  /** ISO 8601. */
  since: z.string(),
  again: z.string(),
  alerted: z.boolean(),
});

/** Why the CRM can't be told, and when it is tried again. Kept, so that a person is told once. */
export type TellingTrouble = z.infer<typeof trouble>;

const MINUTE = 60_000;
/** What passes by itself is told to people when it has lasted this long. */
const PATIENCE = 60 * MINUTE;

export async function tellingTrouble(db: Database, key = TELLING): Promise<TellingTrouble | null> {
  const value = await installationValue(db, key);
  return value === undefined ? null : trouble.parse(JSON.parse(value));
}

/**
 * What to note after `error`. `alerted` turns true when it is time to tell a person: at once if somebody must change
 * something, otherwise when it has not passed by itself.
 */
export function nextTrouble(
  before: TellingTrouble | null,
  error: Pick<SyncError, 'code' | 'message' | 'retryable'>,
  now: Date,
): TellingTrouble {
  const { code, message, retryable } = error;
  const same = before?.code === code ? before : null;
  const since = same?.since ?? now.toISOString();
  const lasts = now.getTime() - Date.parse(since) >= PATIENCE;
  const again = new Date(now.getTime() + (retryable && !lasts ? MINUTE : 10 * MINUTE)).toISOString();
  return { code, message, since, again, alerted: same?.alerted || !retryable || lasts };
}

/** The CRM has nowhere to note it, or the settings don't want it. */
export function notWanted(now: Date): TellingTrouble {
  const again = new Date(now.getTime() + 10 * MINUTE).toISOString();
  return { code: 'not_wanted', message: '', since: now.toISOString(), again, alerted: true };
}

export async function noteTrouble(
  db: Database,
  noted: TellingTrouble | null,
  key: TroubleKey = TELLING,
): Promise<void> {
  if (noted === null) {
    await db.deleteFrom('installation').where('key', '=', key).execute();
    return;
  }
  const value = JSON.stringify(noted);
  await db
    .insertInto('installation')
    .values({ key, value })
    .onConflict((oc) => oc.column('key').doUpdateSet({ value }))
    .execute();
}
