import type { Database } from '../../db/connect.ts';
import { countUntold } from './outbox.ts';
import { type TellingTrouble, tellingTrouble } from './trouble.ts';

/** How telling the CRM stands, for people. */
export interface TellingStanding {
  /** Objections of its customers that it does not know yet. */
  waiting: number;
  /** Those of them that it has refused so far. */
  refused: number;
  /** Why it can't be told anything at the moment. */
  trouble: TellingTrouble | null;
}

/** Null where the CRM is told nothing: it has no mailer of its own, or the settings don't want it. */
export async function tellingStanding(db: Database): Promise<TellingStanding | null> {
  const trouble = await tellingTrouble(db);
  if (trouble?.code === 'not_wanted') return null;
  return { ...(await countUntold(db)), trouble };
}
