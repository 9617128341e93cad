import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { BlockKind } from '../domain/composition.ts';
import type { Answer } from '../links/token.ts';
import { findBlock, type ShownBlock } from './shown-block.ts';

/** What a mail asks about a development and about an offer, in reading order. */
const CHOICES: Readonly<Record<BlockKind, readonly Answer[]>> = {
  proven: ['yes', 'call', 'no'],
  experimental: ['yes', 'later', 'no'],
};

/** The answers to choose from; one that came from elsewhere is kept, so that nobody's word gets lost. */
export function answerChoices(kind: BlockKind, given?: Answer): Answer[] {
  const choices = [...CHOICES[kind]];
  return given === undefined || choices.includes(given) ? choices : [...choices, given];
}

export type RecordedAnswer =
  /** `changed` is false when the same answer was on record already. */
  { ok: true; block: ShownBlock; changed: boolean } | { ok: false; reason: 'unknown_send' };

/**
 * Records what a customer said to one block. The last answer wins, and the earlier ones stay on record; saying the same
 * twice changes nothing, unless something else was said about the same content in between (in another mail).
 */
export async function recordAnswer(
  db: Database,
  given: { sendId: number; position: number; answer: Answer; now: Date },
): Promise<RecordedAnswer> {
  const { sendId, position, answer, now } = given;
  const block = await findBlock(db, sendId, position);
  if (!block) return { ok: false, reason: 'unknown_send' };
  // Two answers to one block take turns, and the later one sees the earlier one.
  const { rows } = await sql<{ id: number }>`
    with locked as (
      -- as it is when this is stored: the record may have been merged into another one a moment ago
      select id, customer_id from sends where id = ${sendId} for update
    )
    insert into answers (send_id, position, customer_id, content_id, answer, answered_at)
    select id, ${position}, customer_id, ${block.contentId}, ${answer}, ${now} from locked
    where not exists (
      select from heard_answers h
      where h.send_id = locked.id and h.position = ${position} and h.answer = ${answer} and not exists (
        select from answers later
        where later.customer_id = h.customer_id and later.content_id = h.content_id and later.id > h.id
          and later.doubted_at is null))
    returning id`.execute(db);
  return { ok: true, block, changed: rows.length > 0 };
}
