import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { SkipReason } from '../domain/composition.ts';
import type { CampaignAudience, CampaignState, InDoubtPolicy } from '../domain/send.ts';

export interface Campaign {
  id: string;
  name: string;
  kind: 'adhoc' | 'nightly';
  audience: CampaignAudience;
  state: CampaignState;
  /** Why a person is needed, in plain words; null when nobody is. */
  attention: string | null;
  /** Customers looked at; candidates = planned + Σ excluded. Null until planned. */
  candidates: number | null;
  planned: number | null;
  excluded: Partial<Record<SkipReason, number>>;
  /** When it is to start by itself; null when a person starts it. */
  startsAt: Date | null;
  /** Its mails are spread over so many hours; 0 sends them as fast as they go. */
  spreadHours: number;
  /** What becomes of mails of which nobody knows whether they arrived. */
  inDoubtPolicy: InDoubtPolicy;
  /** The content it was started with; null before that. */
  contentVersion: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** A campaign that is not there, or not in a state that allows what was asked. The message is for people. */
export class CampaignError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CampaignError';
  }
}

const columns = [
  'id',
  'name',
  'kind',
  'audience',
  'state',
  'attention',
  'candidates',
  'planned',
  'excluded',
  'starts_at as startsAt',
  'spread_hours as spreadHours',
  'in_doubt_policy as inDoubtPolicy',
  'content_version as contentVersion',
  'created_at as createdAt',
  'started_at as startedAt',
  'finished_at as finishedAt',
] as const;

/**
 * Creates a campaign, or returns the one that has this id already (`created: false`): that is how two
 * nightly rounds of one night become one.
 */
export async function createCampaign(
  db: Database,
  given: {
    id: string;
    name: string;
    kind: 'adhoc' | 'nightly';
    audience?: CampaignAudience;
    inDoubtPolicy?: InDoubtPolicy;
    spreadHours?: number;
    now: Date;
  },
): Promise<{ campaign: Campaign; created: boolean }> {
  const row = await db
    .insertInto('campaigns')
    .values({
      id: given.id,
      name: given.name,
      kind: given.kind,
      audience: JSON.stringify(given.audience ?? {}),
      excluded: '{}',
      in_doubt_policy: given.inDoubtPolicy ?? 'hold',
      spread_hours: given.spreadHours ?? 0,
      created_at: given.now,
    })
    .onConflict((oc) => oc.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return { campaign: await getCampaign(db, given.id), created: row !== undefined };
}

/** @throws CampaignError when there is none. */
export async function getCampaign(db: Database, id: string): Promise<Campaign> {
  const row = await db.selectFrom('campaigns').select(columns).where('id', '=', id).executeTakeFirst();
  if (!row) throw new CampaignError(`There is no campaign "${id}". \`spielbein campaign list\` shows all.`);
  return row;
}

/** Newest first. */
export async function listCampaigns(db: Database, limit = 100): Promise<Campaign[]> {
  return db
    .selectFrom('campaigns')
    .select(columns)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Newest first, a page at a time. @param given.states only those in one of these; all without */
export async function pageOfCampaigns(
  db: Database,
  given: { states?: readonly CampaignState[]; limit: number; offset: number },
): Promise<Campaign[]> {
  let query = db
    .selectFrom('campaigns')
    .select(columns)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(given.limit)
    .offset(given.offset);
  if (given.states) query = query.where('state', 'in', given.states);
  return query.execute();
}

/** How many campaigns are in which state. */
export async function countByState(db: Database): Promise<Partial<Record<CampaignState, number>>> {
  const rows = await db
    .selectFrom('campaigns')
    .select(['state', sql<number>`count(*)`.as('count')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const CAMPAIGN_MOVES: Readonly<Record<CampaignState, readonly CampaignState[]>> = {
  draft: ['scheduled', 'planning', 'cancelled'],
  scheduled: ['draft', 'planning', 'cancelled'],
  planning: ['running', 'draft', 'cancelled'],
  running: ['paused', 'finished', 'cancelled'],
  paused: ['running', 'cancelled'],
  finished: [],
  cancelled: [],
};

/**
 * Moves a campaign on, if its state allows it. Of several processes trying at once, one succeeds.
 * @param given.from only from this state: resuming, say, must not end planning
 * @throws CampaignError saying in which state it is.
 */
export async function moveCampaign(
  db: Database,
  id: string,
  to: CampaignState,
  given: { now: Date; attention?: string | null; from?: CampaignState },
): Promise<Campaign> {
  const from = (Object.keys(CAMPAIGN_MOVES) as CampaignState[]).filter(
    (s) => CAMPAIGN_MOVES[s].includes(to) && (given.from === undefined || given.from === s),
  );
  const moved = await db
    .updateTable('campaigns')
    .set({
      state: to,
      attention: given.attention ?? null,
      ...(to === 'running'
        ? {
            started_at: sql<Date>`coalesce(started_at, ${given.now})`,
            // Whoever resumes has seen what was before: the circuit breaker counts anew.
            watched_since: sql<Date | null>`case when state = 'paused' then ${given.now} else watched_since end`,
          }
        : {}),
      ...(to === 'finished' || to === 'cancelled' ? { finished_at: given.now } : {}),
    })
    .where('id', '=', id)
    .where('state', 'in', from)
    .returning('id')
    .executeTakeFirst();
  const campaign = await getCampaign(db, id);
  if (!moved && campaign.state !== to) {
    throw new CampaignError(`Campaign "${id}" is ${campaign.state}: it cannot become ${to}.`);
  }
  return campaign;
}

/** Rows changed in one short transaction, so that whoever sends never waits long for one of them. */
const SLICE = 2000;

/**
 * Cancels a campaign: what has not gone out yet never will; what is on its way is settled normally. It is cancelled, for
 * all workers, before the first of its sends is touched.
 */
export async function cancelCampaign(db: Database, id: string, now: Date): Promise<Campaign> {
  const campaign = await moveCampaign(db, id, 'cancelled', { now });
  // The holdout's mails would not have gone out either.
  await db.deleteFrom('held_out').where('campaign_id', '=', id).where('decided_at', 'is', null).execute();
  await skipCancelled(db, id, now);
  return campaign;
}

/**
 * Closes the open sends of a cancelled campaign. Those that somebody has in hand this moment are left; whoever calls
 * again finds them.
 */
export async function skipCancelled(db: Database, id: string, now: Date): Promise<void> {
  for (;;) {
    const { numAffectedRows } = await sql`
      update sends set state = 'skipped', reason = 'campaign_cancelled', settled_at = ${now}
      where id in (
        select s.id from sends s join campaigns c on c.id = s.campaign_id and c.state = 'cancelled'
        where s.campaign_id = ${id} and s.state in ('planned', 'queued')
        limit ${SLICE} for update of s skip locked)`.execute(db);
    if (!numAffectedRows) return;
  }
}

/** Closes a running campaign when no send is open any more. Never "finished" while recipients remain. */
export async function finishIfDone(db: Database, id: string, now: Date): Promise<boolean> {
  if (await hasOpenSends(db, id)) return false;
  return db.transaction().execute(async (tx) => {
    // Whoever opens a send again changes the campaign first: after this, either we see it, or they see us.
    const held = await tx
      .selectFrom('campaigns')
      .select('id')
      .where('id', '=', id)
      .where('state', '=', 'running')
      .forUpdate()
      .executeTakeFirst();
    if (!held || (await hasOpenSends(tx, id))) return false;
    await tx
      .updateTable('campaigns')
      .set({ state: 'finished', finished_at: now })
      .where('id', '=', id)
      .execute();
    return true;
  });
}

async function hasOpenSends(db: Database, id: string): Promise<boolean> {
  const { rows } = await sql`
    select from sends where campaign_id = ${id} and state in ('planned', 'queued', 'sending') limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/**
 * Opens finished campaigns again that have work: a mail that was in doubt when they ended turned out not to have left.
 * @returns how many
 */
export async function reopenUnfinished(db: Database): Promise<number> {
  const { numAffectedRows } = await sql`
    update campaigns c set state = 'running', finished_at = null
    where c.state = 'finished' and c.finished_at > now() - interval '60 days' and exists (
      select from sends s where s.campaign_id = c.id and s.state in ('planned', 'queued', 'sending'))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
