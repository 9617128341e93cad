import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { takeBackUnused } from './preferences/product-use.ts';

/**
 * After a new answer to some content: products that the customer said not to be using, on the page behind their earlier
 * answer to it, count as theirs again, unless they have saved their preferences since. The statement stays on record.
 * (That a time to be left alone is over, the facts tell by themselves: compose/load-facts.ts.) A doubted answer changes
 * nothing. Call it in the transaction that stores the answer.
 */
export async function overruleStatements(trx: Database, answerId: number): Promise<void> {
  const { rows } = await sql<{ customer_id: string; not_used: string[]; day: string }>`
    select s.customer_id, s.not_used, s.said_at::date as day
    from answers a join statements s using (customer_id, content_id)
    where a.id = ${answerId} and a.doubted_at is null and s.doubted_at is null and s.not_used <> '{}' and s.said_at <= a.answered_at
      -- what was said before that was overruled then
      and s.said_at >= coalesce((
        select max(before.answered_at) from answers before
        where before.customer_id = a.customer_id and before.content_id = a.content_id and before.id < a.id
          and before.doubted_at is null), '-infinity')
      and not exists (
        select from preferences p where p.customer_id = s.customer_id and p.changed_at >= s.said_at)
    order by s.id`.execute(trx);
  for (const { customer_id: customerId, not_used: productIds, day } of rows) {
    await takeBackUnused(trx, { customerId, productIds, day });
  }
}
