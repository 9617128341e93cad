import type { Database } from '../../db/connect.ts';
import { keepCustomerIds } from '../../db/customer-ids.ts';
import type { MachineSign } from '../../domain/conversation.ts';
import type { OpenedLink } from '../../links/open.ts';
import { gatherEntry } from '../crm/gather.ts';
import { isTold } from '../crm/is-told.ts';
import { type Belief, CONFIRM_MS, judge } from './belief.ts';
import { findBursts, type Visit } from './bursts.ts';
import { isErased } from './reader.ts';
import type { Ticket } from './ticket.ts';

/** Enough to tell browsers from scanners; never a fingerprint. */
const USER_AGENT_CHARS = 200;
/** How far back, and how many of a mail's last visits, are looked at; earlier bursts were found before. */
const LOOK_BACK_MS = 600_000;
const LOOK_BACK = 500;

interface StoredVisit extends Visit {
  id: number;
  machine: MachineSign | null;
}

/**
 * Writes down that a link was opened, or its form sent, and what speaks against a person. When this visit makes a burst
 * of earlier ones, they get the sign, too, and the answers given in between are doubted.
 *
 * Visits of one mail take turns, so that of two at the same moment the second sees the first.
 *
 * @param given.ticket of the form that was sent (null: none that is genuine); left out when there is nothing to judge
 * @returns whether a person did it; null when the mail belongs to nobody any more, and nothing was written down
 */
export async function recordVisit(
  db: Database,
  given: {
    link: OpenedLink;
    sign: MachineSign | null;
    posted: boolean;
    ticket?: Ticket | null;
    userAgent: string | null;
    now: Date;
  },
): Promise<Belief | null> {
  const { link, sign, posted, ticket, userAgent, now } = given;
  return await db.transaction().execute(async (tx) => {
    await keepCustomerIds(tx);
    const send = await tx
      .selectFrom('sends')
      .select(['customer_id', 'email_key'])
      .where('id', '=', link.sendId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!send || isErased(send)) return null;
    const about = isAboutBlock(link);
    const { id } = await tx
      .insertInto('visits')
      .values({
        send_id: link.sendId,
        link: link.kind,
        position: about ? link.position : null,
        answer: link.kind === 'answer' ? link.answer : null,
        posted,
        user_agent: userAgent?.slice(0, USER_AGENT_CHARS) ?? null,
        machine: sign,
        visited_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const visits = await recentVisits(tx, link.sendId, now);
    const inBurst = (await markBursts(tx, { sendId: link.sendId, visits, now })).has(id);
    if (ticket === undefined) return { sign: sign ?? (inBurst ? 'burst' : null), confirmed: false };
    const others = visits.filter((visit) => visit.posted && visit.id !== id);
    const belief = judge({
      now: now.getTime(),
      sign,
      ticket,
      inBurst,
      refusedBefore: others.some((visit) => isSameLink(visit, link) && wasRefused(visit, ticket)),
      othersJustNow: others.some((visit) => !visit.confirmed && now.getTime() - visit.at < CONFIRM_MS),
    });
    await tx
      .updateTable('visits')
      .set({ machine: belief.sign, confirmed: belief.confirmed })
      .where('id', '=', id)
      .execute();
    return belief;
  });
}

/**
 * Looks once more for bursts at this moment, after an answer was stored: the visit that completes one may have come
 * between the look and the storing. Call it in the transaction that stores, with the send's row locked.
 */
export async function doubtAnswers(db: Database, sendId: number, now: Date): Promise<void> {
  await markBursts(db, { sendId, visits: await recentVisits(db, sendId, now), now });
}

/** @returns ids of the visits that belong to bursts */
async function markBursts(
  db: Database,
  given: { sendId: number; visits: StoredVisit[]; now: Date },
): Promise<Set<number>> {
  const { sendId, visits, now } = given;
  const bursts = findBursts(visits);
  const ids = bursts.flatMap((burst) => burst.visits.map((visit) => visit.id));
  if (ids.length === 0) return new Set();
  await db
    .updateTable('visits')
    .set({ machine: 'burst' })
    .where('id', 'in', ids)
    .where('machine', 'is', null)
    .execute();
  for (const { from, until } of bursts) {
    const doubted = await db
      .updateTable('answers')
      .set({ doubted_at: now })
      .where('send_id', '=', sendId)
      .where('answered_at', '>=', new Date(from))
      .where('answered_at', '<=', new Date(until))
      .where('confirmed', '=', false)
      .where('doubted_at', 'is', null)
      .returning('customer_id')
      .execute();
    if (doubted[0]) await tellAnew(db, doubted[0].customer_id, now);
  }
  return new Set(ids);
}

/** The CRM may have been told of an answer that is doubted now: what it has of the customer is to be put right. */
async function tellAnew(db: Database, customerId: string, now: Date): Promise<void> {
  if (await isTold(db, customerId)) await gatherEntry(db, { kind: 'profile', customerId, now });
}

/** The mail's last visits, this one among them; clocks of several machines may differ a little. */
async function recentVisits(db: Database, sendId: number, now: Date): Promise<StoredVisit[]> {
  const rows = await db
    .selectFrom('visits')
    .select(['id', 'link', 'position', 'answer', 'posted', 'confirmed', 'machine', 'visited_at'])
    .where('send_id', '=', sendId)
    .where('visited_at', '>', new Date(now.getTime() - LOOK_BACK_MS))
    .orderBy('visited_at', 'desc')
    .orderBy('id', 'desc')
    .limit(LOOK_BACK)
    .execute();
  return rows.map(({ visited_at, ...visit }) => ({
    ...visit,
    at: visited_at.getTime(),
    ahead: visit.machine === 'prefetch',
  }));
}

const isAboutBlock = (link: OpenedLink): boolean => link.kind === 'answer' || link.kind === 'click';

/** All answers to a block are one matter: its page has a form for each of them. */
const isSameLink = (visit: Visit, link: OpenedLink): boolean =>
  visit.link === link.kind && visit.position === (isAboutBlock(link) ? link.position : null);

const wasRefused = (visit: StoredVisit, ticket: Ticket | null): boolean =>
  visit.machine !== null && ticket !== null && visit.at >= ticket.madeAt;
