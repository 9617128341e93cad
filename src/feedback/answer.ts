import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { keepCustomerIds } from '../db/customer-ids.ts';
import type { BlockKind } from '../domain/composition.ts';
import type { Answer } from '../links/token.ts';
import { gatherEntry } from './crm/gather.ts';
import { isTold } from './crm/is-told.ts';
import { overruleStatements } from './overrule.ts';
import { findBlock, type ShownBlock } from './shown-block.ts';
import { doubt } from './visits/doubt.ts';

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
 * Records what a customer said to one block, and that the CRM is to be told. The last answer wins, and the earlier ones
 * stay on record; saying the same twice changes nothing, unless something else was said about the same content in
 * between (in another mail). What followed from what they said to the earlier answer no longer holds.
 *
 * @param given.confirmed the page that asks once more was answered, so that no later burst raises a doubt. The same
 *   answer is written down once more then, because this one may be taken back by itself
 * @param given.visitId the form that said it
 */
export async function recordAnswer(
  db: Database,
  given: {
    sendId: number;
    position: number;
    answer: Answer;
    confirmed?: boolean;
    visitId?: number;
    now: Date;
  },
): Promise<RecordedAnswer> {
  const { sendId, position, answer, confirmed = false, visitId = null, now } = given;
  const block = await findBlock(db, sendId, position);
  if (!block) return { ok: false, reason: 'unknown_send' };
  return await db.transaction().execute(async (tx) => {
    await keepCustomerIds(tx);
    // Two answers to one block take turns, and the later one sees the earlier one.
    const { customer_id: customerId } = await tx
      .selectFrom('sends')
      // as it is now: the record may have been merged into another one a moment ago
      .select('customer_id')
      .where('id', '=', sendId)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow();
    const same = await lastWord(tx, { sendId, position, answer });
    if (same && (same.confirmed || !confirmed)) return { ok: true, block, changed: false };
    const { id } = await tx
      .insertInto('answers')
      .values({
        send_id: sendId,
        position,
        customer_id: customerId,
        content_id: block.contentId,
        answer,
        confirmed,
        visit_id: visitId,
        // a confirmation says nothing new: what was said after the answer still holds
        answered_at: same?.answeredAt ?? now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await doubt(tx, { sendId, now });
    if (same) return { ok: true, block, changed: false };
    await overruleStatements(tx, id);
    if (await isTold(tx, customerId)) {
      const about = { sendId, position };
      await gatherEntry(tx, { kind: 'note', customerId, about, now });
      await gatherEntry(tx, { kind: 'profile', customerId, now });
      if (answer === 'call') await gatherEntry(tx, { kind: 'task', customerId, about, now });
    }
    return { ok: true, block, changed: true };
  });
}

/** What a block's customer has answered, and when. */
export interface NotedAnswer {
  answer: Answer;
  answeredAt: Date;
}

/**
 * What holds of somebody who has answered a block: their last word on its content, which another mail's block may have
 * been given. Null while this block has no answer.
 */
export async function notedAnswer(
  db: Database,
  block: { sendId: number; position: number },
): Promise<NotedAnswer | null> {
  const { rows } = await sql<NotedAnswer>`
    select a.answer, a.answered_at as "answeredAt"
    from heard_answers h join answers a using (customer_id, content_id)
    where h.send_id = ${block.sendId} and h.position = ${block.position} and a.doubted_at is null
    order by a.answered_at desc, a.id desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/** This very answer, if it is the last word on its block and on its content. */
async function lastWord(
  db: Database,
  given: { sendId: number; position: number; answer: Answer },
): Promise<{ confirmed: boolean; answeredAt: Date } | null> {
  const { sendId, position, answer } = given;
  const { rows } = await sql<{ confirmed: boolean; answeredAt: Date }>`
    select said.confirmed, said.answered_at as "answeredAt" from heard_answers h join answers said on said.id = h.id
    where h.send_id = ${sendId} and h.position = ${position} and h.answer = ${answer} and not exists (
      select from answers later
      where later.customer_id = h.customer_id and later.content_id = h.content_id and later.id > h.id
        and later.doubted_at is null)`.execute(db);
  return rows[0] ?? null;
}
