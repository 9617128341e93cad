import { composeContext } from '../campaign/plan.ts';
import { type ComposeContext, compose } from '../compose/compose.ts';
import { loadFacts, mailsSince } from '../compose/load-facts.ts';
import type { Campaign } from '../ledger/campaigns.ts';
import { type NotSent, writeNotSent } from '../ledger/decide.ts';
import { type OpenSend, openSends } from '../ledger/open-sends.ts';
import type { DeliverContext } from './context.ts';
import type { Prepared } from './mailer.ts';
import { asText } from './outcome.ts';
import type { Throttle } from './throttle.ts';

/** A mail whose address has another one on its way is looked at again after this long, in milliseconds. */
const LOOK_AGAIN = 60_000;

/** What was found when looking for mails to send. */
export interface Group {
  prepared: Prepared[];
  /** Sends that were due and looked at, sent or not. */
  looked: number;
  /** Nothing may leave before this moment, because of the rate or the day's warm-up step; null when nothing holds us. */
  held: { until: Date; warmUp: boolean } | null;
}

/**
 * Takes the next sends of a chunk that are due and decides each from the facts of this moment: makes its mail, or
 * writes down why it gets none (now). Sends stay open until their mail begins to flow.
 */
export async function prepareGroup(
  context: DeliverContext,
  throttle: Throttle,
  given: {
    campaign: Campaign;
    chunk: number;
    size: number;
    /** Sends that this process has in hand. */
    except: number[];
    /** Sends that the ledger has refused a moment ago: if it would be them again, they wait. */
    notAgain: ReadonlySet<number>;
  },
): Promise<Group> {
  const decide = await composeContext(context, given.campaign);
  const { now } = decide;
  const room = await throttle.take(given.size, now);
  if (room.granted === 0) {
    const until = new Date(now.getTime() + room.wait);
    return { prepared: [], looked: 0, held: { until, warmUp: room.warmUp } };
  }
  let used = 0;
  try {
    const group = await decideGroup(context, throttle, { ...given, size: room.granted, decide });
    used = group.prepared.length;
    return group;
  } finally {
    await throttle.giveBack(room.granted - used, now);
  }
}

async function decideGroup(
  context: DeliverContext,
  throttle: Throttle,
  given: Parameters<typeof prepareGroup>[2] & { decide: ComposeContext },
): Promise<Group> {
  const { db, content } = context;
  const { campaign, decide } = given;
  const { now } = decide;
  const { rules } = content.library.settings;
  const open = await openSends(db, {
    campaignId: campaign.id,
    chunk: given.chunk,
    limit: given.size,
    now,
    except: given.except,
  });
  const facts = await loadFacts(
    db,
    open.map((send) => send.customerId),
    { now, rules },
  );
  const notSent: NotSent[] = [];
  const prepared: Prepared[] = [];
  for (const send of open) {
    const { id } = send;
    if (send.merged) {
      notSent.push({ id, kind: 'skip', reason: 'merged' });
      continue;
    }
    const known = facts.get(send.customerId);
    const decision = known
      ? compose(known, decide, send.draw)
      : ({ send: false, reason: 'archived' } as const);
    if (!known || !decision.send) {
      const reason = decision.send ? 'archived' : decision.reason;
      if (reason === 'in_flight')
        notSent.push({ id, kind: 'wait', until: new Date(now.getTime() + LOOK_AGAIN) });
      else notSent.push({ id, kind: 'skip', reason });
      continue;
    }
    if (send.givenUp !== null) {
      const detail = `Its domain took no mail for a day: ${send.givenUp}`;
      notSent.push({ id, kind: 'fail', reason: 'gave_up', detail });
      continue;
    }
    const until = given.notAgain.has(id)
      ? new Date(now.getTime() + LOOK_AGAIN)
      : await notYet(context, throttle, send, known.customer.country, now);
    if (until) {
      notSent.push({ id, kind: 'wait', until });
      continue;
    }
    const { composition } = decision;
    try {
      const since = mailsSince(now, rules);
      prepared.push(
        await context.mailer.prepare({
          send,
          campaign,
          facts: known,
          composition,
          content,
          now,
          mailsSince: since,
        }),
      );
    } catch (error) {
      // One customer's mail that can't be made must not stop the others'.
      const detail = asText(error instanceof Error ? error.message : String(error));
      notSent.push({ id, kind: 'fail', reason: 'render_error', detail });
    }
  }
  await writeNotSent(db, notSent, now);
  return { prepared, looked: open.length, held: null };
}

/** When this mail may go, if that is not now: the recipient's send window, then the rate of the domain. */
async function notYet(
  context: DeliverContext,
  throttle: Throttle,
  send: OpenSend,
  country: string | null,
  now: Date,
): Promise<Date | null> {
  const windowAt = context.sendTime(now, country);
  if (windowAt.getTime() > now.getTime()) return windowAt;
  const wait = send.domain === null ? 0 : await throttle.domain(send.domain);
  return wait === 0 ? null : new Date(now.getTime() + wait);
}
