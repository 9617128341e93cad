import type { Database } from '../../db/connect.ts';
import { oneAtATime } from '../../db/one-at-a-time.ts';
import type { Language } from '../../domain/customer.ts';
import { type Count, countComplaints, enlistUnbred, loadComplaints } from './complaints.ts';
import { type Evidence, evidenceOf } from './evidence-json.ts';
import { harmEValue } from './harm.ts';
import { needed } from './needed.ts';
import { stopWords } from './words.ts';

/** A form of an offer that was stopped just now, for people to be told of. */
export interface Stop {
  offerId: string;
  variantId: string;
  mine: Count;
  rest: Count;
  /** Why, in a sentence. */
  words: string;
}

/**
 * Stops every variant with which mails bring more unsubscribes or complaints than with what chance could have put in its
 * place. Reads only mails that brought some, so that it can run whenever something came back; a second run right after
 * finds nothing more. Who calls it tells people.
 * @param given.language of what is written down for people
 */
export async function guard(db: Database, given: { now: Date; language: Language }): Promise<Stop[]> {
  const stops = await oneAtATime(db, 'learn-guard', async () => {
    await enlistUnbred(db, given.now);
    const stopped: Stop[] = [];
    for (const { offerId, variantId, number, complaints } of await loadComplaints(db)) {
      const eValue = harmEValue(complaints);
      if (eValue < needed(number)) continue;
      const { mine, rest } = await countComplaints(db, { offerId, variantId });
      const stop = { offerId, variantId, mine, rest, words: stopWords(given.language, { mine, rest }) };
      const evidence = evidenceOf({ mine, rest, eValue, needed: needed(number), number });
      if (await write(db, { stop, evidence, now: given.now })) stopped.push(stop);
    }
    return stopped;
  });
  return stops ?? [];
}

/** @returns false when it was not tried any more */
async function write(db: Database, given: { stop: Stop; evidence: Evidence; now: Date }): Promise<boolean> {
  const { stop, evidence, now } = given;
  return await db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('variants')
      .set({ state: 'stopped', ended_at: now, end_reason: 'guardrail', end_detail: stop.words })
      .where('offer_id', '=', stop.offerId)
      .where('variant_id', '=', stop.variantId)
      .where('state', '=', 'alive')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await tx
      .insertInto('proposals')
      .values({
        kind: 'stopped',
        content_id: stop.offerId,
        variant_id: stop.variantId,
        evidence: JSON.stringify(evidence),
        made_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return true;
  });
}
