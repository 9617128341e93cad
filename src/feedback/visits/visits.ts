import type { Database } from '../../db/connect.ts';
import { keepCustomerIds } from '../../db/customer-ids.ts';
import type { Answer, MachineSign } from '../../domain/conversation.ts';
import type { OpenedLink } from '../../links/open.ts';
import { hasStopped, takeBack } from './all-mail.ts';
import { type Belief, judge } from './belief.ts';
import { doubt } from './doubt.ts';
import { isErased } from './reader.ts';
import { findSuspicions, isPartOf, isSuspect, recentVisits, type Suspicions } from './suspicions.ts';
import type { Ticket } from './ticket.ts';

/** Enough to tell browsers from scanners; never a fingerprint. */
const USER_AGENT_CHARS = 200;

/** What a form says that bears on whether it is believed. */
export interface SentForm {
  /** Null: none that is genuine. */
  ticket: Ticket | null;
  /** The answer that was chosen; null: none, then its link's counts. */
  answer: Answer | null;
  /** "That was me", "that was not me", or another button that leaves all as it was. */
  says: 'me' | 'not_me' | null;
  /** It takes an unsubscription back: asked about, unless its own page's form unsubscribed. */
  undoes: boolean;
}

export type Recorded = Belief & {
  visitId: number;
  /** What the form said against itself could not be taken back any more. */
  tooLate: boolean;
};

/**
 * Writes down that a link was opened, or its form sent, and what speaks against a person. When this visit shows that a
 * program is at work, what was said before is doubted (doubt.ts); when it says "that was not me", what came by the same
 * ticket is taken back.
 *
 * Visits of one mail take turns, so that of two at the same moment the second sees the first.
 *
 * @param given.form null: a page was opened; `one_click`: a mailbox provider unsubscribed, there is nothing to judge
 * @returns whether a person did it; null when the mail belongs to nobody any more, and nothing was written down
 */
export async function recordVisit(
  db: Database,
  given: {
    link: OpenedLink;
    sign: MachineSign | null;
    form: SentForm | 'one_click' | null;
    userAgent: string | null;
    now: Date;
  },
): Promise<Recorded | null> {
  const { link, sign, userAgent, now } = given;
  const form = typeof given.form === 'string' ? null : given.form;
  const ticket = form?.ticket ?? null;
  const { sendId } = link;
  return await db.transaction().execute(async (tx) => {
    await keepCustomerIds(tx);
    const send = await tx
      .selectFrom('sends')
      .select(['customer_id', 'email_key'])
      .where('id', '=', sendId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!send || isErased(send)) return null;
    const position = link.kind === 'answer' || link.kind === 'click' ? link.position : null;
    const denies = form?.says === 'not_me' && ticket !== null;
    const { id: visitId } = await tx
      .insertInto('visits')
      .values({
        send_id: sendId,
        link: link.kind,
        position,
        answer: link.kind === 'answer' ? (form?.answer ?? link.answer) : null,
        posted: given.form !== null,
        user_agent: userAgent?.slice(0, USER_AGENT_CHARS) ?? null,
        machine: sign,
        ticket: ticket?.id ?? null,
        denied: denies,
        visited_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const visits = await recentVisits(tx, sendId, now);
    const suspicions = findSuspicions(visits);
    await mark(tx, visits, suspicions);
    await doubt(tx, { sendId, now, suspicions });
    const at = now.getTime();
    if (denies) {
      const { tooLate } = await takeBack(tx, { sendId, ticket: ticket.id, now });
      return { sign, confirmed: false, visitId, tooLate };
    }
    const suspected = isSuspect(suspicions, { at, madeAt: ticket?.madeAt ?? null, position });
    if (form === null) {
      return { sign: sign ?? (suspected ? 'burst' : null), confirmed: false, visitId, tooLate: false };
    }
    const ofPage = visits.filter((visit) => visit.id !== visitId && ticket && visit.ticket === ticket.id);
    const belief = judge({
      now: at,
      sign,
      ticket,
      confirms: form.says === 'me',
      denied: ofPage.some((visit) => visit.denied),
      suspected: suspected || (form.undoes && !(ticket && (await hasStopped(tx, sendId, ticket.id)))),
      refusedBefore: ofPage.some((visit) => visit.machine !== null),
    });
    await tx
      .updateTable('visits')
      .set({ machine: belief.sign, confirmed: belief.confirmed })
      .where('id', '=', visitId)
      .execute();
    return { ...belief, visitId, tooLate: false };
  });
}

/** Gives the program's visits their sign. */
async function mark(
  tx: Database,
  visits: Awaited<ReturnType<typeof recentVisits>>,
  suspicions: Suspicions,
): Promise<void> {
  const fresh = visits.filter((visit) => visit.machine === null && !visit.confirmed);
  const ids = fresh.filter((visit) => isPartOf(suspicions, visit)).map(({ id }) => id);
  if (ids.length === 0) return;
  await tx.updateTable('visits').set({ machine: 'burst' }).where('id', 'in', ids).execute();
}
