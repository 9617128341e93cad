import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { BatchPlan } from './plan.ts';
import type { RowOf } from './rows.ts';

/**
 * By what an erased customer is recognised when the CRM still has them: salted SHA-256 of the id, as it stands in
 * `erasures`. The id itself is not kept.
 */
export const customerHash = (id: RawBuilder<string>): RawBuilder<string> => sql`
  encode(sha256(convert_to(
    (select value from installation where key = 'address_salt') || ':customer:' || ${id}, 'UTF8')), 'hex')`;

/** Which of these customers were erased. Asked of everybody, and most often nobody was: then no id is sent. */
export async function erasedAmong(trx: Transaction<Tables>, ids: readonly string[]): Promise<Set<string>> {
  const { rows: any } = await sql`select from erasures limit 1`.execute(trx);
  if (any.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${ids}::text[]) as id
    where exists (select from erasures where customer_hash = ${customerHash(sql.ref('id'))})`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Takes people who were erased on request (GDPR Art. 17) out of a batch, so that a CRM that still has them does not
 * bring them back: their records, their purchases, and what was found wrong with them.
 * @returns the rest, and how many records were taken out
 */
export async function withoutErased(
  trx: Transaction<Tables>,
  plan: BatchPlan,
): Promise<{ plan: BatchPlan; erased: number }> {
  const idOf = (row: RowOf[keyof RowOf]) =>
    plan.object === 'purchases' ? (row as RowOf['purchases']).customerId : row.id;
  if (plan.object !== 'customers' && plan.object !== 'purchases') return { plan, erased: 0 };
  const ids = new Set([...plan.rows.map(idOf), ...(plan.object === 'customers' ? plan.seen : [])]);
  const gone = await erasedAmong(trx, [...ids]);
  if (gone.size === 0) return { plan, erased: 0 };

  const rows = plan.rows.filter((row) => !gone.has(idOf(row)));
  const erased = plan.rows.length - rows.length;
  if (plan.object === 'purchases') return { plan: { ...plan, rows }, erased };
  const records = new Set([...gone].map((id) => `customer ${id}`));
  return {
    plan: {
      ...plan,
      rows,
      seen: plan.seen.filter((id) => !gone.has(id)),
      problems: plan.problems.filter(({ record }) => !records.has(record)),
    },
    erased,
  };
}
