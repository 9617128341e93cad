import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { ObjectCounts } from './counts.ts';
import { dropMissing, findMissing } from './missing.ts';
import type { BatchPlan } from './plan.ts';
import type { Problem } from './port.ts';
import { heldBack, suspicious } from './removal.ts';
import type { RowOf, SyncObject } from './rows.ts';

type Trx = Transaction<Tables>;

/** How a row's fields become a table's columns: [column, field, type]. The first ones are the key. */
interface Shape<Field extends string = string> {
  keys: number;
  columns: readonly (readonly [column: string, field: Field, type: string])[];
  /** A record that is listed is not archived (any more). */
  archivable: boolean;
}

const SHAPES: { [O in SyncObject]: Shape<keyof RowOf[O] & string> } = {
  owners: {
    keys: 1,
    archivable: false,
    columns: [
      ['id', 'id', 'text'],
      ['name', 'name', 'text'],
      ['email', 'email', 'text'],
    ],
  },
  companies: {
    keys: 1,
    archivable: true,
    columns: [
      ['id', 'id', 'text'],
      ['name', 'name', 'text'],
      ['innovation_ratio', 'innovationRatio', 'numeric'],
    ],
  },
  products: {
    keys: 1,
    archivable: true,
    columns: [
      ['id', 'id', 'text'],
      ['sku', 'sku', 'text'],
      ['name', 'name', 'text'],
      ['family', 'family', 'text'],
    ],
  },
  customers: {
    keys: 1,
    archivable: true,
    columns: [
      ['id', 'id', 'text'],
      ['email', 'email', 'text'],
      ['salutation', 'salutation', 'text'],
      ['title', 'title', 'text'],
      ['first_name', 'firstName', 'text'],
      ['last_name', 'lastName', 'text'],
      ['company_id', 'companyId', 'text'],
      ['owner_id', 'ownerId', 'text'],
      ['language', 'language', 'text'],
      ['country', 'country', 'text'],
      ['consent', 'consent', 'text'],
      ['opted_out', 'optedOut', 'boolean'],
      ['bounced', 'bounced', 'boolean'],
      ['innovation_ratio', 'innovationRatio', 'numeric'],
      ['created_at', 'createdAt', 'timestamptz'],
    ],
  },
  purchases: {
    keys: 2,
    archivable: false,
    columns: [
      ['customer_id', 'customerId', 'text'],
      ['id', 'id', 'text'],
      ['product_id', 'productId', 'text'],
      ['quantity', 'quantity', 'integer'],
      ['purchased_on', 'purchasedOn', 'date'],
      ['status', 'status', 'text'],
    ],
  },
};

export interface Applied {
  counts: Partial<ObjectCounts>;
  problems: Problem[];
}

/** Rows written by one statement, at most: what they are as text must fit into memory many times over. */
const SLICE = 20_000;

/** Writes one planned batch. Set-based: a handful of statements, however many rows. */
export async function applyPlan(
  trx: Trx,
  source: string,
  plan: BatchPlan,
  { now, guarded }: { now: Date; guarded: boolean },
): Promise<Applied> {
  const counts = { inserted: 0, changed: 0, unchanged: 0, removed: 0 };
  const problems: Problem[] = [];
  const whole = plan.object === 'purchases' && plan.parents.length > 0;
  const { missing, known } = whole ? await findMissing(trx, source, plan) : { missing: [], known: 0 };
  for (let from = 0; from < plan.rows.length; from += SLICE) {
    const written = await upsert(trx, source, { ...plan, rows: plan.rows.slice(from, from + SLICE) });
    counts.inserted += written.inserted;
    counts.changed += written.changed;
    counts.unchanged += written.unchanged;
  }
  if (plan.gone.length > 0) counts.removed += await archive(trx, source, plan, now);
  if (guarded && suspicious(missing.length, known)) {
    problems.push(heldBack('purchases', missing.length, known));
  } else {
    counts.removed += await dropMissing(trx, missing);
  }
  return { counts, problems };
}

/** Inserts what is new, updates what differs, leaves the rest alone, and says how many of each. */
async function upsert(
  trx: Trx,
  source: string,
  plan: BatchPlan,
): Promise<{ inserted: number; changed: number; unchanged: number }> {
  const shape: Shape = SHAPES[plan.object];
  const list = (parts: RawBuilder<unknown>[]) => sql.join(parts);
  const all = shape.columns.map(([column]) => sql.ref(column));
  const keys = all.slice(0, shape.keys);
  const values = shape.columns.slice(shape.keys).map(([column]) => column);
  const compared = shape.archivable ? [...values, 'archived_at'] : values;
  // column by column: PostgreSQL reads arrays in half the time that JSON takes
  const incoming = shape.columns.map(
    ([, field, type]) => sql`${plan.rows.map((row) => row[field as keyof typeof row])}::${sql.raw(type)}[]`,
  );
  const result = await sql<{ inserted: number; changed: number }>`
    with written as (
      insert into ${sql.table(plan.object)} as stored (${list(all)}, source)
      select ${list(all)}, ${source}
      from unnest(${list(incoming)}) as incoming (${list(all)})
      on conflict (${list(keys)}) do update set
        ${list(compared.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`))}
      where (${list(compared.map((column) => sql`stored.${sql.ref(column)}`))})
        is distinct from (${list(compared.map((column) => sql`excluded.${sql.ref(column)}`))})
      -- xmax is 0 in a row version that no transaction has replaced or locked: one just inserted
      returning (xmax = 0) as inserted
    )
    select (count(*) filter (where inserted))::int as inserted,
           (count(*) filter (where not inserted))::int as changed
    from written`.execute(trx);
  const { inserted = 0, changed = 0 } = result.rows[0] ?? {};
  return { inserted, changed, unchanged: plan.rows.length - inserted - changed };
}

/** Archives what the CRM says is gone; owners, whom nothing but a name hangs on, are deleted. */
async function archive(trx: Trx, source: string, plan: BatchPlan, now: Date): Promise<number> {
  const table = sql.table(plan.object);
  const which = sql`source = ${source} and id = any(${plan.gone}::text[])`;
  const statement = SHAPES[plan.object].archivable
    ? sql`update ${table} set archived_at = ${now} where ${which} and archived_at is null`
    : sql`delete from ${table} where ${which}`;
  return Number((await statement.execute(trx)).numAffectedRows ?? 0);
}

/** Remembers for the full run that is under way what was met. */
export async function markSeen(trx: Trx, runId: number, plan: BatchPlan): Promise<void> {
  if (plan.seen.length === 0) return;
  await sql`
    insert into sync_seen (run_id, object, id)
    select ${runId}, ${plan.object}, id from unnest(${plan.seen}::text[]) as id
    on conflict do nothing`.execute(trx);
}
