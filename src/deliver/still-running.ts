import type { Database } from '../db/connect.ts';

/** How often it is asked, in milliseconds. */
const EVERY = 400;
/** An answer older than this is none: the database is away, and somebody may have paused the campaign. */
const TOO_OLD = 1500;

/** Knows, not much more than a second old at the most, whether a campaign runs. */
export interface StillRunning {
  running(): boolean;
  /** Asks at once. Never throws. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * Watches a campaign's state while its mails stand in line, so that after a pause no conversation with the mail
 * server begins. That no *mail* leaves is the ledger's doing (`beginSends`); this spares the server the attempts.
 * It runs when this begins.
 */
export function watchRunning(db: Database, campaignId: string): StillRunning {
  let known = true;
  let knownAt = Date.now();
  let asking = false;
  async function look(): Promise<void> {
    const askedAt = Date.now();
    try {
      const row = await db
        .selectFrom('campaigns')
        .select('state')
        .where('id', '=', campaignId)
        .executeTakeFirst();
      known = row?.state === 'running';
      knownAt = askedAt;
    } catch {
      // What was known grows too old by itself.
    }
  }
  const timer = setInterval(async () => {
    if (asking) return;
    asking = true;
    await look();
    asking = false;
  }, EVERY);
  return {
    running: () => known && Date.now() - knownAt < TOO_OLD,
    look,
    stop: () => clearInterval(timer),
  };
}
