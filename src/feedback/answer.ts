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
 * Records what a customer said to one block. The last answer wins; saying the same twice changes nothing,
 * unless something else was said about the same content in between (in another mail).
 */
export async function recordAnswer(
  db: Database,
  given: { sendId: number; position: number; answer: Answer; now: Date },
): Promise<RecordedAnswer> {
  const block = await findBlock(db, given.sendId, given.position);
  if (!block) return { ok: false, reason: 'unknown_send' };
  const row = await db
    .insertInto('answers')
    .values({
      send_id: given.sendId,
      position: given.position,
      // as it is when this is stored: the record may have been merged into another one a moment ago
      customer_id: sql<string>`(select customer_id from sends where id = ${given.sendId})`,
      content_id: block.contentId,
      answer: given.answer,
      answered_at: given.now,
    })
    .onConflict((oc) =>
      oc
        .columns(['send_id', 'position'])
        .doUpdateSet({ answer: given.answer, answered_at: given.now })
        .where(
          sql<boolean>`answers.answer <> excluded.answer or exists (
            select from answers later
            where later.customer_id = answers.customer_id and later.content_id = answers.content_id
              and later.id <> answers.id and later.answered_at >= answers.answered_at)`,
        ),
    )
    .returning('id')
    .executeTakeFirst();
  return { ok: true, block, changed: row !== undefined };
}
