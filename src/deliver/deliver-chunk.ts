import { NothingToTellError } from '../campaign/plan.ts';
import { backOff, comeBack } from '../ledger/backoff.ts';
import { getCampaign } from '../ledger/campaigns.ts';
import type { Settlement } from '../ledger/settle.ts';
import type { DeliverContext } from './context.ts';
import { deliverOne, type Tried } from './deliver-one.ts';
import { watchDomains } from './domain-trouble.ts';
import { decideHeldOut } from './held-out.ts';
import type { Prepared } from './mailer.ts';
import type { Outcome } from './outcome.ts';
import { prepareGroup } from './prepare-group.ts';
import { watchRefusals } from './refusals.ts';
import { settlementOf, sparedSettlement } from './settlement.ts';
import { watchRunning } from './still-running.ts';
import { createThrottle } from './throttle.ts';

/** So many mails in a row that our own server puts off, and it is left alone for a while. */
const SERVER_TROUBLE = 5;

/** Mails decided together, from one look at the facts: the next ones when half of them are through. */
const GROUP = 30;

export type ChunkEnd =
  /** Nothing of the chunk is due now. */
  | { kind: 'done' }
  /** The campaign is not running (paused, cancelled, finished), or this process is shutting down. */
  | { kind: 'stopped' }
  /** The rate or the day's warm-up step is used up. */
  | { kind: 'held'; until: Date; warmUp: boolean }
  /** The mail server can't be reached or refuses us. */
  | { kind: 'server_unreachable'; response: string; needsPerson: boolean };

/**
 * Delivers one chunk of a campaign: decide and render from the facts of this moment, send, settle, until nothing of
 * the chunk is due. While some mails are on their way the next ones are prepared, so that a slow recipient does not
 * hold up the others. Safe to run twice at once, safe to kill at any point: a mail leaves only after the ledger has
 * durably said that this worker may send it.
 */
export async function deliverChunk(
  context: DeliverContext,
  given: { campaignId: string; chunk: number },
): Promise<ChunkEnd> {
  const { db, worker, signal, content } = context;
  if (content.library.developments.size === 0) throw new NothingToTellError();
  const campaign = await getCampaign(db, given.campaignId);
  if (campaign.state !== 'running') return { kind: 'stopped' };
  const throttle = createThrottle(db, content.library.settings);
  const refusals = watchRefusals<Tried>();
  const domains = watchDomains();
  const inHand = new Map<number, Promise<void>>();
  const recalledBefore = new Set<number>();
  const closedDomains = new Set<string>();
  const watch = watchRunning(db, campaign.id);
  let serverTrouble = 0;
  let end: ChunkEnd | null = null;
  let failure: unknown = null;
  /** Whether what is in hand may still go; a rate that is used up only stops us from taking more. */
  const wanted = () =>
    end?.kind !== 'server_unreachable' && !signal?.aborted && worker.held() && watch.running();

  async function deliver(prepared: Prepared): Promise<void> {
    const { domain } = prepared.send;
    const mayGo = () => wanted() && !(domain !== null && closedDomains.has(domain));
    const tried = await deliverOne(context, prepared, mayGo);
    const { outcome } = tried;
    context.onOutcome?.(outcome.kind);
    if (!tried.begun) await throttle.giveBack(1, context.now());
    noticeServer(outcome);
    const slower = noticeDomain(prepared, outcome);
    const { failed, spared } = refusals.take(tried);
    // Each on its own: what happens to one must not keep the others from being settled.
    const settling = failed.map(settleRefused);
    if (outcome.kind !== 'rejected') settling.push(settle(settlementOf(tried, context.now())));
    if (spared) {
      const { response, tries } = spared;
      end ??= { kind: 'server_unreachable', response, needsPerson: true };
      settling.push(...tries.map((each) => settle(sparedSettlement(each, response, context.now()))));
    }
    await allOf(settling);
    await tellDomain(prepared, outcome, slower);
    if (outcome.kind === 'recalled' && mayGo()) {
      // The ledger said no. Most likely the campaign was paused; if not, the mail waits before it is tried again.
      recalledBefore.add(prepared.send.id);
      await watch.look();
    }
  }

  async function settle(settlement: Settlement | null): Promise<void> {
    if (settlement) await context.ledger.settle(settlement);
  }

  async function settleRefused(tried: Tried): Promise<void> {
    await settle(settlementOf(tried, context.now()));
    const { prepared, outcome } = tried;
    if (outcome.kind !== 'rejected' || !context.onRefused) return;
    const { response, status } = outcome;
    const address = prepared.beginning.address;
    await context.onRefused({ sendId: prepared.send.id, address, response, status }).catch((error: Error) => {
      context.log?.(`A refusal could not be recorded as a bounce: ${error.message}`);
    });
  }

  /** Our own server can't be reached, or has put off one mail after the other. */
  function noticeServer(outcome: Outcome): void {
    if (outcome.kind === 'sent') serverTrouble = 0;
    if (outcome.kind === 'later' && outcome.cause === 'server') serverTrouble += 1;
    if (outcome.kind === 'unreachable') {
      end ??= { kind: 'server_unreachable', response: outcome.response, needsPerson: outcome.needsPerson };
    } else if (serverTrouble >= SERVER_TROUBLE && outcome.kind === 'later') {
      end ??= { kind: 'server_unreachable', response: outcome.response, needsPerson: false };
    }
  }

  /** At once, before anything is written: the next mails to the domain stand in line already. @returns whether it asks us to slow down */
  function noticeDomain({ send: { domain } }: Prepared, outcome: Outcome): boolean {
    if (domain === null || !domains.take(domain, outcome) || outcome.kind !== 'later') return false;
    closedDomains.add(domain);
    return true;
  }

  /** What a domain says about our speed is known to all workers at once. */
  async function tellDomain({ send }: Prepared, outcome: Outcome, slower: boolean): Promise<void> {
    const { domain } = send;
    if (domain === null) return;
    if (slower && outcome.kind === 'later') {
      await backOff(db, { domain, reply: outcome.response, now: context.now() });
    } else if (outcome.kind === 'sent' && send.probe) await comeBack(db, domain);
  }

  /** @returns whether there was anything to look at */
  async function takeMore(): Promise<boolean> {
    // What is under way may change what is due: a probe that gets through lets the rest of its domain go.
    const idle = inHand.size === 0;
    const group = await prepareGroup(context, throttle, {
      campaign,
      chunk: given.chunk,
      size: GROUP,
      except: [...inHand.keys(), ...refusals.held().map((held) => held.prepared.send.id)],
      notAgain: recalledBefore,
    });
    for (const prepared of group.prepared) {
      const { id } = prepared.send;
      const delivered = deliver(prepared)
        .catch((error: unknown) => {
          failure ??= error;
          end ??= { kind: 'stopped' };
        })
        .finally(() => inHand.delete(id));
      inHand.set(id, delivered);
    }
    if (group.held) end ??= { kind: 'held', ...group.held };
    else if (group.looked === 0 && idle) end ??= { kind: 'done' };
    return group.looked > 0;
  }

  try {
    for (;;) {
      if (!wanted()) end ??= { kind: 'stopped' };
      const room = end === null && inHand.size <= GROUP / 2;
      if (room && (await takeMore())) continue;
      if (inHand.size > 0) await Promise.race(inHand.values());
      else if (end !== null) break;
    }
  } finally {
    await Promise.all(inHand.values());
    await allOf(refusals.end().map(settleRefused)).finally(() => watch.stop());
  }
  if (failure !== null) throw failure;
  const ended = (end ?? { kind: 'stopped' }) as ChunkEnd;
  if (ended.kind === 'done') await decideHeldOut(context, campaign);
  return ended;
}

/** Waits for all of them, then fails if one has. */
async function allOf(work: Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}
