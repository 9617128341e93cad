import { setTimeout as sleep } from 'node:timers/promises';
import { composeContext, NothingToTellError } from '../campaign/plan.ts';
import { compose } from '../compose/compose.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { Database } from '../db/connect.ts';
import { type Campaign, getCampaign } from '../ledger/campaigns.ts';
import { type ClaimDecision, lockOpenSends, type OpenSend, writeClaims } from '../ledger/claim.ts';
import { type Settlement, settleSends } from '../ledger/settle.ts';
import type { WorkerLock } from '../ledger/worker-lock.ts';
import type { Content } from '../render/content.ts';
import type { Mailer, Prepared } from './mailer.ts';
import { asText, MAX_ATTEMPTS, type Outcome, refusalOfAll, retryDelay } from './outcome.ts';
import type { MailTransport } from './transport.ts';

/** Mails claimed, sent and settled together: two durable writes for all of them, and at most this many in doubt. */
const GROUP = 20;
const MINUTE = 60_000;

export interface DeliverContext {
  db: Database;
  content: Content;
  mailer: Mailer;
  transport: MailTransport;
  worker: WorkerLock;
  randomKey: string;
  now: () => Date;
  signal?: AbortSignal | undefined;
  log?: (line: string) => void;
}

export type ChunkEnd =
  /** Nothing of the chunk is due now. */
  | { kind: 'done' }
  /** The campaign is not running (paused, cancelled, finished), or this process is shutting down. */
  | { kind: 'stopped' }
  /** The mail server can't be reached or refuses us. */
  | { kind: 'server_unreachable'; response: string; needsPerson: boolean };

/**
 * Delivers one chunk of a campaign: claim a group, decide and render from the facts of this moment, send,
 * settle, until nothing of the chunk is due. Safe to run twice at once, safe to kill at any point: a send is
 * in one worker's hands or in nobody's.
 */
export async function deliverChunk(
  context: DeliverContext,
  given: { campaignId: string; chunk: number },
): Promise<ChunkEnd> {
  if (context.content.library.developments.size === 0) throw new NothingToTellError();
  for (;;) {
    if (context.signal?.aborted || !context.worker.held()) return { kind: 'stopped' };
    const campaign = await getCampaign(context.db, given.campaignId);
    if (campaign.state !== 'running') return { kind: 'stopped' };
    const group = await claimGroup(context, campaign, given.chunk);
    if (group.looked === 0) return { kind: 'done' };
    const outcomes = await Promise.all(
      group.prepared.map(async (p) => ({ prepared: p, outcome: await context.transport.send(p.message) })),
    );
    const at = context.now();
    const refusal = refusalOfAll(outcomes.map((o) => o.outcome));
    const settlements = outcomes.map(({ prepared, outcome }) =>
      refusal === null
        ? settlementOf(prepared, outcome, at)
        : settlementOf(prepared, { kind: 'unreachable', response: refusal, needsPerson: true }, at),
    );
    await settleSurely(context, settlements);
    if (refusal !== null) return { kind: 'server_unreachable', response: refusal, needsPerson: true };
    const unreachable = outcomes.map((o) => o.outcome).find((o) => o.kind === 'unreachable');
    if (unreachable) {
      return {
        kind: 'server_unreachable',
        response: unreachable.response,
        needsPerson: unreachable.needsPerson,
      };
    }
  }
}

/** Pauses between tries to settle, in milliseconds: two minutes in all, in which a database can restart. */
const SETTLE_PAUSES = [200, 1000, 3000, 6000, 10_000, 20_000, 30_000, 50_000];

/**
 * Settles, and does not give up easily: these mails are out, and only this worker knows. If the group can't
 * be written as a whole, each is on its own; one that still can't stays with this worker, and is held as in
 * doubt when the worker ends.
 */
async function settleSurely(context: DeliverContext, settlements: Settlement[]): Promise<void> {
  const { db, worker } = context;
  const at = context.now();
  for (const pause of SETTLE_PAUSES) {
    try {
      return await settleSends(db, settlements, worker.number, at);
    } catch (error) {
      context.log?.(
        `${settlements.length} sends can’t be settled yet, trying again: ${(error as Error).message}`,
      );
      await sleep(pause);
    }
  }
  let last: unknown = null;
  for (const settlement of settlements) {
    await settleSends(db, [settlement], worker.number, at).catch((error: unknown) => {
      last = error;
    });
  }
  if (last !== null) throw last;
}

async function claimGroup(
  context: DeliverContext,
  campaign: Campaign,
  chunk: number,
): Promise<{ looked: number; prepared: Prepared[] }> {
  const { db, content } = context;
  return db.transaction().execute(async (tx) => {
    const decide = composeContext(context, campaign);
    const now = decide.now;
    const open = await lockOpenSends(tx, { campaignId: campaign.id, chunk, limit: GROUP, now });
    if (open.length === 0) return { looked: 0, prepared: [] };
    const facts = await loadFacts(
      tx,
      open.map((s) => s.customerId),
      { now, rules: content.library.settings.rules },
    );
    const prepared: Prepared[] = [];
    const claims = open.map((send): ClaimDecision => {
      const known = facts.get(send.customerId);
      if (!known) return { id: send.id, kind: 'skip', reason: 'archived' };
      const decision = compose(known, decide);
      if (!decision.send) return notNow(send, decision.reason, now);
      try {
        const mail = context.mailer.prepare({
          send,
          campaign,
          facts: known,
          composition: decision.composition,
          content,
          now,
        });
        prepared.push(mail);
        return mail.claim;
      } catch (error) {
        // One customer's mail that can't be made must not stop the others'.
        const detail = error instanceof Error ? error.message : String(error);
        return { id: send.id, kind: 'fail', reason: 'render_error', detail: asText(detail) };
      }
    });
    await writeClaims(tx, claims, context.worker.number, now);
    return { looked: open.length, prepared };
  });
}

function notNow(send: OpenSend, reason: string, now: Date): ClaimDecision {
  if (reason === 'in_flight') return { id: send.id, kind: 'wait', until: new Date(now.getTime() + MINUTE) };
  return { id: send.id, kind: 'skip', reason };
}

/** What one try's outcome means for its row in the ledger. */
function settlementOf({ id, attempt, uniform }: Prepared, outcome: Outcome, now: Date): Settlement {
  switch (outcome.kind) {
    case 'sent':
      return { id, kind: 'sent', response: outcome.response };
    case 'rejected':
      return { id, kind: 'failed', reason: 'smtp_rejected', detail: outcome.response };
    case 'in_doubt':
      return {
        id,
        kind: 'in_doubt',
        detail: `The connection broke while the mail was under way: ${outcome.response}`,
      };
    case 'unreachable':
      return {
        id,
        kind: 'again',
        at: new Date(now.getTime() + MINUTE / 2),
        detail: outcome.response,
        countAttempt: false,
      };
    case 'later':
      if (attempt >= MAX_ATTEMPTS) {
        return {
          id,
          kind: 'failed',
          reason: 'gave_up',
          detail: `After ${attempt} tries: ${outcome.response}`,
        };
      }
      return {
        id,
        kind: 'again',
        at: new Date(now.getTime() + retryDelay(attempt, uniform)),
        detail: outcome.response,
        countAttempt: true,
      };
  }
}
