import { NothingToTellError } from '../campaign/plan.ts';
import { backOff, comeBack } from '../ledger/backoff.ts';
import { getCampaign } from '../ledger/campaigns.ts';
import type { DeliverContext } from './context.ts';
import { deliverOne, type Tried } from './deliver-one.ts';
import { watchDomains } from './domain-trouble.ts';
import type { Prepared } from './mailer.ts';
import type { Outcome } from './outcome.ts';
import { prepareGroup } from './prepare-group.ts';
import { watchRefusals } from './refusals.ts';
import { settlementOf } from './settlement.ts';
import { watchRunning } from './still-running.ts';
import { createThrottle } from './throttle.ts';

/** Mails decided together, from one look at the facts. As many again may still be on their way. */
const GROUP = 20;

export type ChunkEnd =
  /** Nothing of the chunk is due now. */
  | { kind: 'done' }
  /** The campaign is not running (paused, cancelled, finished), or this process is shutting down. */
  | { kind: 'stopped' }
  /** The rate or the day's warm-up step is used up. */
  | { kind: 'held'; until: Date }
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
  const watch = watchRunning(db, campaign.id);
  let end: ChunkEnd | null = null;
  let failure: unknown = null;
  /** Whether what is in hand may still go; a rate that is used up only stops us from taking more. */
  const wanted = () =>
    end?.kind !== 'server_unreachable' && !signal?.aborted && worker.held() && watch.running();

  async function settle(tried: Tried): Promise<void> {
    const settlement = settlementOf(tried, context.now());
    if (settlement) await context.ledger.settle(settlement);
    if (tried.outcome.kind === 'rejected') {
      const { send, beginning } = tried.prepared;
      const { response, status } = tried.outcome;
      await context.onRefused?.({ sendId: send.id, address: beginning.address, response, status });
    }
  }

  async function deliver(prepared: Prepared): Promise<void> {
    const tried = await deliverOne(context, prepared, wanted);
    const { outcome } = tried;
    context.onOutcome?.(outcome.kind);
    if (outcome.kind === 'unreachable') {
      end ??= { kind: 'server_unreachable', response: outcome.response, needsPerson: outcome.needsPerson };
    }
    const { failed, spared } = refusals.take(tried);
    if (outcome.kind !== 'rejected') await settle(tried);
    for (const refused of failed) await settle(refused);
    if (spared) {
      end ??= { kind: 'server_unreachable', response: spared.response, needsPerson: true };
      for (const { prepared: mail, begun } of spared.tries) {
        await settle({ prepared: mail, begun, outcome: { kind: 'recalled' } });
      }
    }
    await tellDomain(prepared, outcome);
    if (outcome.kind === 'recalled') {
      recalledBefore.add(prepared.send.id);
      // Most likely the campaign was paused.
      await watch.look();
    }
  }

  /** What a domain says about our speed is known to all workers at once. */
  async function tellDomain({ send }: Prepared, outcome: Outcome): Promise<void> {
    if (send.domain === null) return;
    if (domains.take(send.domain, outcome) && outcome.kind === 'later') {
      await backOff(db, { domain: send.domain, reply: outcome.response, now: context.now() });
    } else if (outcome.kind === 'sent' && send.probe) await comeBack(db, send.domain);
  }

  /** @returns whether there was anything to look at */
  async function takeMore(): Promise<boolean> {
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
    if (group.heldUntil) end ??= { kind: 'held', until: group.heldUntil };
    else if (group.looked === 0 && inHand.size === 0) end ??= { kind: 'done' };
    return group.looked > 0;
  }

  try {
    for (;;) {
      if (!wanted()) end ??= { kind: 'stopped' };
      const room = end === null && inHand.size < GROUP;
      if (room && (await takeMore())) continue;
      if (inHand.size === 0) break;
      await Promise.race(inHand.values());
    }
  } finally {
    await Promise.all(inHand.values());
    for (const refused of refusals.end()) await settle(refused);
    watch.stop();
  }
  if (failure !== null) throw failure;
  return end ?? { kind: 'stopped' };
}
