import { type Insertable, sql } from 'kysely';
import { type ComposeContext, compose } from '../compose/compose.ts';
import type { CustomerFacts } from '../compose/facts.ts';
import { type Learned, nothingLearned } from '../compose/learned.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { Database } from '../db/connect.ts';
import { oneAtATime } from '../db/one-at-a-time.ts';
import type { Tables } from '../db/schema.ts';
import type { Composition, SkipReason } from '../domain/composition.ts';
import type { Customer } from '../domain/customer.ts';
import { type Campaign, CampaignError, getCampaign, moveCampaign } from '../ledger/campaigns.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { checkAccounts, type PlanCounts } from './accounts.ts';
import { nextChunk, numberChunks } from './chunks.ts';
import { evenDraws } from './draws.ts';
import { dueAt } from './spread.ts';
import { scheduleOf } from './timing/schedule.ts';

/** Customers looked at in one go: bounds memory, whatever the number of customers. */
const BATCH = 1_000;

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
    yield facts.map((known) => ({ customer: known.customer, decision: compose(known, decide) }));
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
  const { db } = context;
  const rules = context.content.library.settings.rules;
  for (let last = after; ; ) {
    context.signal?.throwIfAborted();
    const ids = await db
      .selectFrom('customers')
      .select('id')
      .where('id', '>', last)
      .where('archived_at', 'is', null)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    const end = ids.at(-1);
    if (!end) return;
    last = end.id;
    const decide = await composeContext(context, campaign);
    const facts = await loadFacts(
      db,
      ids.map((row) => row.id),
      { now: decide.now, rules },
    );
    yield { decide, facts: ids.flatMap(({ id }) => facts.get(id) ?? []) };
  }
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

type NewSend = Pick<
  Insertable<Tables['sends']>,
  'campaign_id' | 'customer_id' | 'chunk' | 'planned_at' | 'due_at' | 'draw'
>;

/**
 * @returns how many were new: somebody may have a mail of this campaign already, from a record that was planned and
 *   has been merged into theirs since
 */
async function insertSends(tx: Database, rows: NewSend[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('sends')
    .values(rows)
    .onConflict((oc) => oc.columns(['campaign_id', 'customer_id']).where('former_id', 'is', null).doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows ?? 0n);
}

/** What their mails would have been is decided when the others' are (deliver/held-out.ts). */
async function insertHeldOut(tx: Database, rows: Insertable<Tables['held_out']>[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('held_out')
    .values(rows)
    .onConflict((oc) => oc.doNothing())
    .execute();
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
  for await (const batch of decideAll(context, campaign, before.planned_up_to ?? '')) {
    const rows: NewSend[] = [];
    const heldOut: Insertable<Tables['held_out']>[] = [];
    const at = context.now();
    for (const { customer, decision } of batch) {
      counts.candidates += 1;
      const due = () => dueAt(schedule, start, campaign, customer, context.randomKey);
      if (decision.send) {
        const due_at = due();
        const chunk = chunkFor(due_at);
        const draw = nextDraw(decision.composition);
        rows.push({
          campaign_id: campaign.id,
          customer_id: customer.id,
          chunk,
          planned_at: at,
          due_at,
          draw,
        });
        counts.planned += 1;
      } else {
        counts.excluded[decision.reason] = (counts.excluded[decision.reason] ?? 0) + 1;
        if (decision.heldOut) {
          const due_at = due();
          const chunk = chunkFor(due_at, false);
          heldOut.push({ campaign_id: campaign.id, customer_id: customer.id, chunk, due_at });
        }
      }
    }
    await db.transaction().execute(async (tx) => {
      await insertHeldOut(tx, heldOut);
      const merged = rows.length - (await insertSends(tx, rows));
      if (merged > 0) {
        counts.planned -= merged;
        counts.excluded.merged = (counts.excluded.merged ?? 0) + merged;
      }
      const { numUpdatedRows } = await tx
        .updateTable('campaigns')
        .set({
          candidates: counts.candidates,
          planned: counts.planned,
          excluded: JSON.stringify(counts.excluded),
          planned_up_to: batch.at(-1)?.customer.id ?? null,
        })
        .where('id', '=', campaign.id)
        .where('state', '=', 'planning')
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) {
        throw new CampaignError(`Campaign "${campaign.id}" was cancelled while it was being planned.`);
      }
    });
    onProgress?.(counts);
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
    // So many new rows at once: what is asked of them next is planned by what they are, not by what the table was.
    await sql`analyze sends`.execute(db);
    await moveCampaign(db, campaign.id, 'running', { now: context.now(), from: 'planning' });
  }
  return counts;
}
