import type { Database } from '../db/connect.ts';

/** The same note within so many milliseconds is the same note. */
const SECOND_CLICK_MS = 60_000;

/**
 * Whether a salesperson's note is on record from a moment ago: a second click on the button says nothing new. To be
 * asked while the customer is held (hold-customer.ts), so that of two at once the later one sees the earlier one.
 */
export async function isSecondClick(
  trx: Database,
  customerId: string,
  note: { questionId: string; choice: string | null; words: string | null },
  now: Date,
): Promise<boolean> {
  const row = await trx
    .selectFrom('statements')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('said_by', '=', 'salesperson')
    .where('question_id', '=', note.questionId)
    .where('choice', 'is not distinct from', note.choice)
    .where('words', 'is not distinct from', note.words)
    .where('said_at', '>', new Date(now.getTime() - SECOND_CLICK_MS))
    .executeTakeFirst();
  return row !== undefined;
}
