import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { addCounts, type SyncCounts } from './counts.ts';
import type { Problem } from './port.ts';
import type { SyncObject } from './rows.ts';

/** An object, or the part of it whose ids begin with `prefix`, that a full pass has listed to its end. */
export interface Confirmation {
  object: SyncObject;
  prefix: string;
  /** Somebody wants it so, e.g. orders are to count no longer. */
  intended?: boolean | undefined;
}

/**
 * A pass that found less than half of what was known is more likely a wrong token, an emptied file or a
 * fault in the CRM than the truth. Small tables are let through, so that trying things out works.
 */
const SUSPICIOUS_SHARE = 0.5;
const SUSPICIOUS_FROM = 50;

/** Whether removing `missing` of `known` records needs a person's word. */
export function suspicious(missing: number, known: number): boolean {
  return known >= SUSPICIOUS_FROM && missing > known * SUSPICIOUS_SHARE;
}

/** What people are told then. */
export function heldBack(object: SyncObject, missing: number, known: number, what: string = object): Problem {
  return {
    record: object,
    code: 'mass_removal_held_back',
    message:
      `${missing} of ${known} known ${what} were not found any more. That is more likely a mistake than ` +
      'the truth, so nothing was removed. If it is right: `spielbein sync --full --accept-mass-removal`.',
  };
}

/**
 * Removes what a complete full pass has not met: customers, companies and products are archived, owners and
 * purchases deleted. Only what was confirmed is looked at, so an object that could not be listed loses nothing.
 */
export async function removeUnseen(
  trx: Transaction<Tables>,
  run: { id: number; source: string; confirmed: Confirmation[] },
  options: { now: Date; acceptMassRemoval: boolean },
  counts: SyncCounts,
): Promise<SyncCounts> {
  let total = counts;
  for (const confirmation of run.confirmed) {
    const { object, prefix } = confirmation;
    const { missing, known } = await measure(trx, run, confirmation);
    if (missing === 0) continue;
    if (suspicious(missing, known) && !options.acceptMassRemoval && !confirmation.intended) {
      const what = prefix === '' ? object : `${object} (${prefix}…)`;
      total = addCounts(total, object, {}, [heldBack(object, missing, known, what)]);
      continue;
    }
    total = addCounts(total, object, { removed: await remove(trx, run, confirmation, options.now) });
  }
  return total;
}

/** Records of `confirmation` that are alive in the database, as a condition on alias `stored`. */
function alive(source: string, { object, prefix }: Confirmation): RawBuilder<unknown> {
  const archivable = object !== 'purchases' && object !== 'owners';
  return sql`stored.source = ${source}
    and starts_with(stored.id, ${prefix})
    ${archivable ? sql`and stored.archived_at is null` : sql``}`;
}

function unseen(runId: number, object: SyncObject): RawBuilder<unknown> {
  const key = object === 'purchases' ? sql`purchase_parent(stored.id)` : sql`stored.id`;
  return sql`not exists (
    select from sync_seen seen where seen.run_id = ${runId} and seen.object = ${object} and seen.id = ${key})`;
}

async function measure(
  trx: Transaction<Tables>,
  run: { id: number; source: string },
  confirmation: Confirmation,
): Promise<{ missing: number; known: number }> {
  const result = await sql<{ missing: number; known: number }>`
    select (count(*) filter (where ${unseen(run.id, confirmation.object)}))::int as missing,
           count(*)::int as known
    from ${sql.table(confirmation.object)} stored where ${alive(run.source, confirmation)}`.execute(trx);
  return result.rows[0] ?? { missing: 0, known: 0 };
}

async function remove(
  trx: Transaction<Tables>,
  run: { id: number; source: string },
  confirmation: Confirmation,
  now: Date,
): Promise<number> {
  const { object } = confirmation;
  const table = sql.table(object);
  const which = sql`${alive(run.source, confirmation)} and ${unseen(run.id, object)}`;
  const statement =
    object === 'purchases' || object === 'owners'
      ? sql`delete from ${table} stored where ${which}`
      : sql`update ${table} stored set archived_at = ${now} where ${which}`;
  return Number((await statement.execute(trx)).numAffectedRows ?? 0);
}
