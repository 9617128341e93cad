import type { Database } from '../../db/connect.ts';

/** How long the browser's name tells whether a program opened a link, before it is only data about a person. */
const AGENT_DAYS = 90;

/** Empties the browsers' names of old visits; that somebody came, when, and whether it was a program, stays. */
export async function forgetAgents(db: Database, now: Date): Promise<void> {
  await db
    .updateTable('visits')
    .set({ user_agent: null })
    .where('user_agent', 'is not', null)
    .where('visited_at', '<', new Date(now.getTime() - AGENT_DAYS * 86_400_000))
    .execute();
}
