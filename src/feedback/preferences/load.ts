import type { Database } from '../../db/connect.ts';
import { NO_PREFERENCES, type Preferences } from '../../domain/conversation.ts';

/** What a customer wishes for, as it was said last. A pause may be over. */
export async function loadPreferences(db: Database, customerId: string): Promise<Preferences> {
  const row = await db
    .selectFrom('preferences')
    .select(['language', 'frequency', 'topics_off', 'ratio_wish', 'paused_until'])
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  if (!row) return NO_PREFERENCES;
  return {
    language: row.language,
    frequency: row.frequency,
    topicsOff: row.topics_off,
    ratioWish: row.ratio_wish,
    pausedUntil: row.paused_until,
  };
}

/** The same as it holds today (ISO 8601 date): without a pause that is over. */
export function onDay(preferences: Preferences, today: string): Preferences {
  const { pausedUntil } = preferences;
  return pausedUntil !== null && pausedUntil <= today ? { ...preferences, pausedUntil: null } : preferences;
}
