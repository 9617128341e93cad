import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { gatherEntry } from '../crm/gather.ts';
import { isTold } from '../crm/is-told.ts';
import { takeBackUnused } from '../preferences/product-use.ts';
import { findSuspicions, recentVisits, type Suspicions } from './suspicions.ts';

/**
 * Doubts what is not to be believed now: answers given while a program was at work, what came by a ticket that was
 * denied, and what was said after such an answer; what followed from it is taken back, and the CRM is put right. Call it
 * in a transaction with the send's row locked: after a visit, and after something was stored, because the visit that
 * raises the doubt may have come in between.
 */
export async function doubt(
  tx: Database,
  given: { sendId: number; now: Date; suspicions?: Suspicions },
): Promise<void> {
  const { sendId, now } = given;
  const suspicions = given.suspicions ?? findSuspicions(await recentVisits(tx, sendId, now));
  const doubted = [
    ...(await doubtAnswers(tx, { sendId, now, suspicions })),
    ...(await doubtStatements(tx, sendId, now)),
  ];
  for (const customerId of new Set(doubted)) {
    if (await isTold(tx, customerId)) await gatherEntry(tx, { kind: 'profile', customerId, now });
  }
}

/** What was stored just now, seen in the light of what came in between. */
export async function doubtStored(tx: Database, sendId: number, now: Date): Promise<void> {
  await tx.selectFrom('sends').select('id').where('id', '=', sendId).forNoKeyUpdate().execute();
  await doubt(tx, { sendId, now });
}

/** @returns whose answers */
async function doubtAnswers(
  tx: Database,
  given: { sendId: number; now: Date; suspicions: Suspicions },
): Promise<string[]> {
  const { sendId, now, suspicions } = given;
  const spans = [...suspicions.bursts.map((burst) => ({ ...burst, position: null })), ...suspicions.thorough];
  const { rows } = await sql<{ customer_id: string }>`
    update answers a set doubted_at = ${now}
    where a.send_id = ${sendId} and a.doubted_at is null and (
      (not a.confirmed and exists (
        select from unnest(
          ${spans.map(({ from }) => new Date(from))}::timestamptz[],
          ${spans.map(({ until }) => new Date(until))}::timestamptz[],
          ${spans.map(({ position }) => position)}::int[]) as span (since, until, position)
        where a.answered_at between span.since and span.until and a.position = coalesce(span.position, a.position)))
      or exists (${denying(sql.ref('a.visit_id'))}))
    returning a.customer_id`.execute(tx);
  return rows.map((row) => row.customer_id);
}

/** @returns whose statements */
async function doubtStatements(tx: Database, sendId: number, now: Date): Promise<string[]> {
  const { rows } = await sql<{ customer_id: string; not_used: string[]; day: string; resaid: boolean }>`
    update statements s set doubted_at = ${now}
    where s.send_id = ${sendId} and s.said_by = 'customer' and s.doubted_at is null and (
      exists (${denying(sql.ref('s.visit_id'))})
      or (
        not exists (select from visits v where v.id = s.visit_id and v.confirmed)
        and (
          select a.doubted_at from answers a
          where a.send_id = s.send_id and a.position = s.position and a.answered_at <= s.said_at
          order by a.id desc limit 1) is not null))
    returning s.customer_id, s.not_used, s.said_at::date as day, exists (
      select from preferences p where p.customer_id = s.customer_id and p.changed_at >= s.said_at) as resaid`.execute(
    tx,
  );
  for (const { customer_id: customerId, not_used: productIds, day, resaid } of rows) {
    if (!resaid) await takeBackUnused(tx, { customerId, productIds, day });
  }
  return rows.map((row) => row.customer_id);
}

/** Visits that deny the ticket by which this one came. */
const denying = (visitId: ReturnType<typeof sql.ref>) => sql`
  select from visits came join visits d on d.send_id = came.send_id and d.ticket = came.ticket and d.denied
  where came.id = ${visitId}`;
