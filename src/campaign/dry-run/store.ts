import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { SkipReason } from '../../domain/composition.ts';
import type { DryRunChanges, DryRunSummary } from './summary.ts';

/** One dry run, under way or done. */
export interface DryRun {
  id: number;
  madeAt: Date;
  madeBy: string;
  updatedAt: Date;
  finishedAt: Date | null;
  /** Not at its end, and alive. */
  underWay: boolean;
  version: string;
  summary: Partial<DryRunSummary>;
  /** Why it came to nothing; `stopped`: its process ended. */
  error: string | null;
}

/** One that has not said a word for so long is over: its process died. */
const SILENT = sql`interval '60 seconds'`;
const silent = sql<boolean>`updated_at < clock_timestamp() - ${SILENT}`;
const columns = [
  'id',
  'made_at as madeAt',
  'made_by as madeBy',
  'updated_at as updatedAt',
  'finished_at as finishedAt',
  'version',
  'summary',
  sql<boolean>`finished_at is null and not (${silent})`.as('underWay'),
  sql<string | null>`case when finished_at is null and ${silent} then 'stopped' else error end`.as('error'),
] as const;

/** Begins a dry run, unless one of this campaign is under way: then `begun` is false, and it is that one. */
export async function beginDryRun(
  db: Database,
  given: { campaignId: string; madeBy: string; version: string; now: Date },
): Promise<{ id: number; begun: boolean }> {
  const { campaignId, madeBy, version, now } = given;
  await db
    .updateTable('dry_runs')
    .set({ finished_at: now, error: 'stopped' })
    .where('campaign_id', '=', campaignId)
    .where('finished_at', 'is', null)
    .where(silent)
    .execute();
  const row = await db
    .insertInto('dry_runs')
    .values({ campaign_id: campaignId, made_by: madeBy, made_at: now, version, summary: '{}' })
    .onConflict((oc) => oc.column('campaign_id').where('finished_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row) return { id: row.id, begun: true };
  const other = await latestDryRun(db, campaignId);
  return { id: other?.id ?? 0, begun: false };
}

/** The newest one, under way or not. */
export async function latestDryRun(db: Database, campaignId: string): Promise<DryRun | null> {
  const row = await db
    .selectFrom('dry_runs')
    .select(columns)
    .where('campaign_id', '=', campaignId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row as DryRun | undefined) ?? null;
}

/** The newest that came to its end. */
export async function finishedDryRun(db: Database, campaignId: string): Promise<DryRun | null> {
  const row = await db
    .selectFrom('dry_runs')
    .select(columns)
    .where('campaign_id', '=', campaignId)
    .where('finished_at', 'is not', null)
    .where('error', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row as DryRun | undefined) ?? null;
}

/** What is written while it runs: how far it is, and that it lives. @returns false: it was given up by others */
export async function noteDryRun(db: Database, id: number, summary: DryRunSummary): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('dry_runs')
    .set({ summary: JSON.stringify(summary), updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** A sign of life between two notes. @returns false: it was given up by others */
export async function dryRunLives(db: Database, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('dry_runs')
    .set({ updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** What a run decided about one customer. */
export interface DryRunDecision {
  customer_id: string;
  reason: SkipReason | null;
  blocks: DryRunRow['blocks'];
}

/** Writes down what was decided, but for customers who were erased in the meantime; nothing once others ended the run. */
export async function noteDecisions(db: Database, id: number, decisions: DryRunDecision[]): Promise<void> {
  await sql`
    with there as (
      select c.id, d.reason, d.blocks
      from jsonb_to_recordset(${JSON.stringify(decisions)}::jsonb) as d (customer_id text, reason text, blocks jsonb)
      join customers c on c.id = d.customer_id
      where exists (select from dry_runs where id = ${id} and finished_at is null) for key share of c)
    insert into dry_run_customers (run_id, customer_id, reason, blocks)
    select ${id}, id, reason, blocks from there`.execute(db);
}

/** Ends it, and lets go of all but this campaign's last two. @returns false: others ended it, and nothing was done */
export async function endDryRun(
  db: Database,
  id: number,
  given: { summary?: DryRunSummary; error?: string; now: Date },
): Promise<boolean> {
  const { summary, error, now } = given;
  const { numUpdatedRows } = await db
    .updateTable('dry_runs')
    .set({
      finished_at: now,
      error: error ?? null,
      ...(summary ? { summary: JSON.stringify(summary) } : {}),
    })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return false;
  await sql`
    delete from dry_runs d using dry_runs this
    where this.id = ${id} and d.campaign_id = this.campaign_id and d.id < this.id
      and d.id not in (
        select id from dry_runs where campaign_id = this.campaign_id and id < this.id and error is null
          and finished_at is not null order by id desc limit 1)`.execute(db);
  return true;
}

/** How one run differs from another, or from who got a mail in a campaign that was sent. */
export async function dryRunChanges(
  db: Database,
  id: number,
  against: { run: number; at: Date } | { campaign: string; at: Date },
): Promise<DryRunChanges> {
  const before =
    'run' in against
      ? sql`select customer_id, blocks from dry_run_customers where run_id = ${against.run} and blocks is not null`
      : sql`select customer_id, null::jsonb as blocks from sends where campaign_id = ${against.campaign} and former_id is null`;
  const { rows } = await sql<{ added: number; gone: number; changed: number }>`
    select count(*) filter (where b.customer_id is null) as added,
      count(*) filter (where n.customer_id is null) as gone,
      count(*) filter (where n.blocks is distinct from b.blocks and n.customer_id = b.customer_id) as changed
    from (select customer_id, blocks from dry_run_customers where run_id = ${id} and blocks is not null) n
    full join (${before}) b on b.customer_id = n.customer_id`.execute(db);
  const [row = { added: 0, gone: 0, changed: 0 }] = rows;
  return { ...row, changed: 'run' in against ? row.changed : null, at: against.at.toISOString() };
}

/** The run before this one that came to its end, and the last nightly round. */
export async function comparable(db: Database, campaignId: string, id: number) {
  const previous = await db
    .selectFrom('dry_runs')
    .select(['id as run', 'made_at as at'])
    .where('campaign_id', '=', campaignId)
    .where('id', '<', id)
    .where('finished_at', 'is not', null)
    .where('error', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const night = await db
    .selectFrom('campaigns')
    .select(['id as campaign', 'created_at as at'])
    .where('kind', '=', 'nightly')
    .where('planned', 'is not', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { previous: previous ?? null, night: night ?? null };
}

export const DRY_RUN_LISTS = ['mails', 'left', 'added', 'gone'] as const;
export type DryRunList = (typeof DRY_RUN_LISTS)[number];

export interface DryRunRow {
  customerId: string;
  name: string | null;
  company: string | null;
  reason: SkipReason | null;
  blocks:
    | { kind: 'proven' | 'experimental'; contentId: string; variantId: string; productKey: string }[]
    | null;
}

/** One page of a run's customers, in the order of their ids. */
export async function dryRunRows(
  db: Database,
  run: number,
  given: {
    list: DryRunList;
    reason?: string | undefined;
    search: string;
    after: string;
    limit: number;
    previous: number | null;
  },
): Promise<DryRunRow[]> {
  const { list, reason, search, after, limit, previous } = given;
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const now = sql`select customer_id, reason, blocks from dry_run_customers where run_id = ${run}`;
  const before = sql`select customer_id from dry_run_customers
    where run_id = ${previous ?? 0} and blocks is not null`;
  const rowsOf = {
    mails: sql`${now} and blocks is not null`,
    left: sql`${now} and blocks is null`,
    added: sql`${now} and blocks is not null and customer_id not in (${before})`,
    // Whom this run did not come across at all, the CRM does not have any more.
    gone: sql`select b.customer_id, case when n.customer_id is null then 'archived' else n.reason end as reason, n.blocks
      from (${before}) b left join (${now}) n on n.customer_id = b.customer_id where n.blocks is null`,
  }[list];
  const { rows } = await sql<DryRunRow>`
    select d.customer_id as "customerId", d.reason, d.blocks, co.name as company,
      nullif(concat_ws(' ', c.title, c.first_name, c.last_name), '') as name
    from (${rowsOf}) d
    left join customers c on c.id = d.customer_id
    left join companies co on co.id = c.company_id
    where d.customer_id > ${after}
      and ${reason === undefined ? sql`true` : sql`d.reason = ${reason}`}
      and ${search === '' ? sql`true` : sql`concat_ws(' ', d.customer_id, c.first_name, c.last_name, co.name) ilike ${pattern}`}
    order by d.customer_id limit ${limit}`.execute(db);
  return rows;
}
