import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Block } from '../domain/composition.ts';
import type { Library } from '../library/library.ts';
import { findBlock, type ShownBlock } from './shown-block.ts';

/** Enough to tell browsers from scanners; never a fingerprint. */
const USER_AGENT_CHARS = 200;

/** Records that a block's link was opened. Clicks may come from scanners: they are kept, not believed. */
export async function recordClick(
  db: Database,
  given: { sendId: number; position: number; userAgent: string | null; now: Date },
): Promise<{ ok: true; block: ShownBlock } | { ok: false; reason: 'unknown_send' }> {
  const block = await findBlock(db, given.sendId, given.position);
  if (!block) return { ok: false, reason: 'unknown_send' };
  await db
    .insertInto('visits')
    .values({
      send_id: given.sendId,
      link: 'click',
      position: given.position,
      // a mail of nobody: its reader was erased
      user_agent: sql<string | null>`(select ${given.userAgent?.slice(0, USER_AGENT_CHARS) ?? null}::text
        from sends where id = ${given.sendId} and email_key is not null)`,
      visited_at: given.now,
    })
    .execute();
  return { ok: true, block };
}

/**
 * Where a block's link leads: to the address in our own library, never to one from the request. Content that
 * is gone, or has no link, leads to the company's website. Always https (the library's schema sees to it).
 */
export function clickTarget(block: Pick<Block, 'kind' | 'contentId'>, library: Library): string {
  const pieces = block.kind === 'proven' ? library.developments : library.offers;
  return pieces.get(block.contentId)?.link ?? library.settings.company.website;
}
