import { sql } from 'kysely';
import { dayOf } from '../compose/day.ts';
import type { Database } from '../db/connect.ts';
import type { ProductMatcher } from '../library/library.ts';
import type { AskedChoice, AskedQuestion } from './asked-question.ts';
import { gatherEntry } from './crm/gather.ts';
import { holdCustomer } from './hold-customer.ts';
import { addMonths } from './months.ts';
import { dontUse, knownProducts, takeBackUnused } from './preferences/product-use.ts';
import { isSecondClick } from './second-click.ts';
import { doubtStored } from './visits/doubt.ts';

/** How long to leave somebody alone who named no time, in months. */
const LATER_MONTHS = 6;

/** What somebody said to a question of the catalogue. */
export interface Statement {
  saidBy: 'customer' | 'salesperson';
  /** The block it followed, and the form that said it; or only whom it is about, when it came by another way. */
  about: { sendId: number; position: number; contentId: string; visitId?: number } | { customerId: string };
  /** As it was asked. */
  question: AskedQuestion;
  /** One of the question's choices, or what they said in their own words, or both. */
  choice: AskedChoice | null;
  words: string | null;
}

export interface StatementTools {
  now: Date;
  /** In which "today" is told. */
  timeZone: string;
  matchProduct: ProductMatcher;
}

/**
 * Stores a statement, and what follows from it: a product that is not in use any more, or a time to be left alone. Said
 * again to the same question behind the same block, it replaces what the CRM was not yet told, and what followed from it.
 * What a salesperson sends once more within a minute is a second click, and nothing new. The CRM is told.
 * @returns false when there is no such customer any more: nothing is stored then
 */
export async function recordStatement(
  db: Database,
  statement: Statement,
  { now, timeZone, matchProduct }: StatementTools,
): Promise<boolean> {
  const { saidBy, question, choice, words } = statement;
  const block = 'sendId' in statement.about ? statement.about : null;
  const today = dayOf(now, timeZone);
  return db.transaction().execute(async (trx) => {
    const customerId = await holdCustomer(trx, statement.about);
    if (customerId === null) return false;
    const said = { questionId: question.id, choice: choice?.code ?? null, words };
    if (saidBy === 'salesperson' && (await isSecondClick(trx, customerId, said, now))) return true;
    await takeBackUnused(trx, { customerId, productIds: await takeBack(trx, statement), day: today });
    const notUsed =
      choice?.means === 'not_used'
        ? await dontUse(trx, {
            customerId,
            known: await knownProducts(trx, customerId, matchProduct),
            keys: [choice.productKey],
            today,
          })
        : [];
    await trx
      .insertInto('statements')
      .values({
        customer_id: customerId,
        send_id: block?.sendId ?? null,
        position: block?.position ?? null,
        content_id: block?.contentId ?? null,
        question_id: question.id,
        question: question.question,
        choice: choice?.code ?? null,
        choice_words: choice?.words ?? null,
        words,
        said_by: saidBy,
        said_at: now,
        visit_id: block?.visitId ?? null,
        not_before: choice?.means === 'ask_later' ? addMonths(today, choice.months ?? LATER_MONTHS) : null,
        not_used: notUsed,
      })
      .execute();
    if (block) await doubtStored(trx, block.sendId, now);
    await gatherEntry(trx, { kind: 'note', customerId, ...(block ? { about: block } : {}), now });
    await gatherEntry(trx, { kind: 'profile', customerId, now });
    return true;
  });
}

/** Whether a customer has said something to a further question behind this block since then. */
export async function hasExplained(
  db: Database,
  block: { sendId: number; position: number },
  since: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('statements')
    .select('id')
    .where('send_id', '=', block.sendId)
    .where('position', '=', block.position)
    .where('said_by', '=', 'customer')
    .where('said_at', '>=', since)
    .where('doubted_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Removes what was said to this question behind this block, as far as the CRM was not told of it.
 * @returns ids of the CRM products that were said not to be in use
 */
async function takeBack(trx: Database, { about, question, saidBy }: Statement): Promise<string[]> {
  if (!('sendId' in about)) return [];
  const { rows } = await sql<{ not_used: string[] }>`
    delete from statements
    where send_id = ${about.sendId} and position = ${about.position} and question_id = ${question.id}
      and said_by = ${saidBy} and crm_entry_id is null
    returning not_used`.execute(trx);
  return rows.flatMap((row) => row.not_used);
}
