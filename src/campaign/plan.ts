import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { type ComposeContext, compose } from '../compose/compose.ts';
import type { CustomerFacts } from '../compose/facts.ts';
import { type Learned, nothingLearned } from '../compose/learned.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { Database } from '../db/connect.ts';
import { oneAtATime } from '../db/one-at-a-time.ts';
import type { Composition, SkipReason } from '../domain/composition.ts';
import type { Customer } from '../domain/customer.ts';
import { type Campaign, getCampaign, moveCampaign } from '../ledger/campaigns.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { checkAccounts, type PlanCounts } from './accounts.ts';
import { nextChunk, numberChunks } from './chunks.ts';
import { evenDraws } from './draws.ts';
import { dueAt } from './spread.ts';
import { scheduleOf } from './timing/schedule.ts';
import { type NewSend, type PlannedBatch, writePlanned } from './write-plan.ts';

/** Customers looked at in one go: bounds memory, whatever the number of customers. */
const BATCH = 1_000;

/** After so many decisions everything else in this process has a turn: what is being written and read, and pages. */
const TURN = 100;

export interface PlanContext {
  db: Database;
  content: { library: Library; matchProduct: ProductMatcher };
  /** Id of `content` where it is kept: the campaign goes with it from now on. A dry run has none. */
  contentVersion?: string | undefined;
  randomKey: string;
  /** What has been learned by now; without it, nothing has. */
  learned?: (() => Promise<Learned>) | undefined;
  now: () => Date;
  signal?: AbortSignal | undefined;
}

/** What planning decided for one customer. */
export interface PlannedDecision {
  customer: Customer;
  decision:
    | { send: true; composition: Composition }
    | { send: false; reason: SkipReason; heldOut?: Composition };
}

/**
 * A library without a single development, e.g. in the middle of a deployment: everybody would be left out as
 * having heard everything, which is not true.
 */
export class NothingToTellError extends Error {
  constructor() {
    super(
      'The library has no developments at all. Nothing is planned or sent until it has some (LIBRARY_DIR).',
    );
    this.name = 'NothingToTellError';
  }
}

/** How decisions are made for one campaign, from the content and the moment. */
export async function composeContext(
  context: PlanContext,
  campaign: Pick<Campaign, 'id' | 'audience'>,
): Promise<ComposeContext> {
  const { library, matchProduct } = context.content;
  return {
    campaign,
    library,
    matchProduct,
    learned: (await context.learned?.()) ?? nothingLearned,
    randomKey: context.randomKey,
    now: context.now(),
  };
}

/**
 * Goes through all customers of the CRM in the order of their ids and decides for each, without changing
 * anything: planning writes it down. Yields one batch at a time.
 */
export async function* decideAll(
  context: PlanContext,
  campaign: Pick<Campaign, 'id' | 'audience'>,
  after = '',
): AsyncGenerator<PlannedDecision[]> {
  for await (const { facts, decide } of everybody(context, campaign, after)) {
    const decided: PlannedDecision[] = [];
    for (const known of facts) {
      decided.push({ customer: known.customer, decision: compose(known, decide) });
      if (decided.length % TURN === 0) await setImmediate();
    }
    yield decided;
  }
}

/**
 * As `decideAll`, with the offers that mails will show once they have been planned: planning gives each its draw, and
 * delivery decides with it. Holds as long as nothing changes that planning looks at.
 */
export async function* foretellAll(
  context: PlanContext,
  campaign: Pick<Campaign, 'id' | 'audience'>,
): AsyncGenerator<PlannedDecision[]> {
  const nextDraw = campaignDraws(context, campaign, '');
  for await (const { facts, decide } of everybody(context, campaign, '')) {
    yield facts.map((known) => {
      const { customer } = known;
      const decision = compose(known, decide);
      const draw = decision.send ? nextDraw(decision.composition) : null;
      return { customer, decision: draw === null ? decision : compose(known, decide, draw) };
    });
  }
}

/** Where the mails of one planning draw, which begins after the customer `after`. */
const campaignDraws = ({ randomKey }: PlanContext, campaign: Pick<Campaign, 'id'>, after: string) =>
  evenDraws(randomKey, `${campaign.id}|${after}`);

/** All customers of the CRM with what is known of them, in the order of their ids, one batch at a time. */
async function* everybody(
  context: PlanContext,
  campaign: Pick<Campaign, 'id' | 'audience'>,
  after: string,
): AsyncGenerator<{ facts: CustomerFacts[]; decide: ComposeContext }> {
  const { rules } = context.content.library.settings;
  const load = async (last: string) => {
    const ids = await idsAfter(context.db, last);
    const end = ids.at(-1);
    if (end === undefined) return null;
    const decide = await composeContext(context, campaign);
    const facts = await loadFacts(context.db, ids, { now: decide.now, rules });
    return { end, decide, facts: ids.flatMap((id) => facts.get(id) ?? []) };
  };
  let next = load(after);
  try {
    for (;;) {
      const batch = await next;
      context.signal?.throwIfAborted();
      if (!batch) return;
      // the database looks for the next ones while these are decided
      next = load(batch.end);
      // heard when it is their turn
      next.catch(() => {});
      yield batch;
    }
  } finally {
    // whoever goes leaves nothing under way
    await Promise.allSettled([next]);
  }
}

async function idsAfter(db: Database, last: string): Promise<string[]> {
  const rows = await db
    .selectFrom('customers')
    .select('id')
    .where('id', '>', last)
    .where('archived_at', 'is', null)
    .orderBy('id')
    .limit(BATCH)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Plans a campaign: fixes who is written to, in the ledger; what they get is decided when the mail is sent.
 * Each batch's rows, counts and position are committed together, so that planning that died goes on where it
 * stopped. One planner at a time: a second one returns null at once, and so does one that comes with other content
 * than the campaign was begun with.
 *
 * @throws AccountingError when candidates ≠ planned + excluded.
 */
export async function planCampaign(
  context: PlanContext,
  campaign: Campaign,
  onProgress?: (counts: PlanCounts) => void,
): Promise<PlanCounts | null> {
  const { db } = context;
  return oneAtATime(db, `plan:${campaign.id}`, async () => {
    const { state, contentVersion } = await getCampaign(db, campaign.id);
    // Another planner was through with it a moment ago.
    if (state !== 'draft' && state !== 'planning') return null;
    if (context.content.library.developments.size === 0) throw new NothingToTellError();
    if (contentVersion !== null && contentVersion !== context.contentVersion) return null;
    await begin(context, campaign.id);
    return planUnderLock(context, campaign, onProgress);
  });
}

/** Planning and its content are one step: what was begun goes on with what it was begun with. */
async function begin(context: PlanContext, campaignId: string): Promise<void> {
  await context.db.transaction().execute(async (tx) => {
    await moveCampaign(tx, campaignId, 'planning', { now: context.now() });
    await tx
      .updateTable('campaigns')
      .set({ content_version: context.contentVersion ?? null })
      .where('id', '=', campaignId)
      .execute();
  });
}

async function planUnderLock(
  context: PlanContext,
  campaign: Campaign,
  onProgress?: (counts: PlanCounts) => void,
): Promise<PlanCounts> {
  const { db } = context;
  const before = await db
    .selectFrom('campaigns')
    .select(['candidates', 'planned', 'excluded', 'planned_up_to'])
    .where('id', '=', campaign.id)
    .executeTakeFirstOrThrow();
  // Without a position it is begun anew; the counts are those of an earlier attempt that found nobody.
  const counts: PlanCounts =
    before.planned_up_to === null
      ? { candidates: 0, planned: 0, excluded: {} }
      : {
          candidates: before.candidates ?? 0,
          planned: before.planned ?? 0,
          excluded: { ...before.excluded },
        };
  const start = context.now();
  const schedule = await scheduleOf(context.content.library.settings);
  const nextDraw = campaignDraws(context, campaign, before.planned_up_to ?? '');
  const chunkFor = numberChunks(await nextChunk(db, campaign.id));
  const planned = (batch: PlannedDecision[]): PlannedBatch => {
    const sends: NewSend[] = [];
    const heldOut: NewSend[] = [];
    const excluded: PlanCounts['excluded'] = {};
    for (const { customer, decision } of batch) {
      const due = () => dueAt(schedule, start, campaign, customer, context.randomKey);
      if (decision.send) {
        const at = due();
        const draw = nextDraw(decision.composition);
        sends.push({ customerId: customer.id, chunk: chunkFor(at), dueAt: at, draw });
      } else {
        excluded[decision.reason] = (excluded[decision.reason] ?? 0) + 1;
        if (decision.heldOut) {
          const at = due();
          heldOut.push({ customerId: customer.id, chunk: chunkFor(at, false), dueAt: at, draw: null });
        }
      }
    }
    return { sends, heldOut, excluded, candidates: batch.length, upTo: batch.at(-1)?.customer.id ?? null };
  };
  const write = async (batch: PlannedBatch) => {
    await writePlanned(db, campaign.id, batch, { counts, at: context.now() });
    onProgress?.(counts);
  };
  // each batch is written while the next one is decided
  let writing = Promise.resolve();
  const written = async () => {
    await writing;
    context.signal?.throwIfAborted();
  };
  try {
    for await (const batch of decideAll(context, campaign, before.planned_up_to ?? '')) {
      const next = planned(batch);
      await written();
      writing = write(next);
      // heard when it is the next one's turn
      writing.catch(() => {});
    }
    await written();
  } finally {
    await Promise.allSettled([writing]);
  }
  // An installation without customers has no batch that would have written its counts.
  if (counts.candidates === 0) {
    await db
      .updateTable('campaigns')
      .set({ candidates: 0, planned: 0 })
      .where('id', '=', campaign.id)
      .execute();
  }
  await checkAccounts(db, campaign.id, counts);
  if (counts.planned === 0 && campaign.kind === 'adhoc') {
    // Nobody to write to is most likely not what was meant: it stays a draft, to be tried again another day.
    await db.deleteFrom('held_out').where('campaign_id', '=', campaign.id).execute();
    await db
      .updateTable('campaigns')
      .set({ planned_up_to: null, content_version: null })
      .where('id', '=', campaign.id)
      .execute();
    await moveCampaign(db, campaign.id, 'draft', { now: context.now(), from: 'planning' });
  } else {
    // So many new rows at once: what is asked of them next is planned by what they are, not by what the table was. And few
    // customers that have just come have no statistics yet: every mail that begins would look at all of them.
    await sql`analyze sends, customers`.execute(db);
    await moveCampaign(db, campaign.id, 'running', { now: context.now(), from: 'planning' });
  }
  return counts;
}
