import { sql, type Transaction } from 'kysely';
import { holdCustomerIds } from '../../db/customer-ids.ts';
import type { Tables } from '../../db/schema.ts';
import type { Merge } from '../port.ts';
import { PUSHED } from '../push-purchase.ts';
import { moveConversation } from './conversation.ts';

/**
 * Nobody else writes to the ledger, takes answers or notes anything under a customer's id until the caller's transaction
 * ends: what is under way is waited for, so that it moves, too; what comes later finds the new id. Row by row this could
 * neither be waited for without a deadlock nor be complete. Reading goes on.
 */
export async function holdLedger(trx: Transaction<Tables>): Promise<void> {
  await holdCustomerIds(trx);
  // in this order, which is that of planning
  await sql`lock table held_out, sends, answers, crm_entries in share row exclusive mode`.execute(trx);
}

/**
 * Makes the history of merged customers that of the customers who live on. What hangs on a send (visits, reports)
 * moves with it; purchases come from the CRM, but for those that programs pushed. To be called behind `holdLedger`.
 *
 * Innovation accounts are added up, so every sum is what it would be if there had been one record from the start.
 * Each of two accounts was off by less than one block, so their sum may be off by up to two; whatever is owed or
 * ahead is settled with the person's next blocks (`experimentsDue`), after which the account is within one block again.
 * The holdout is drawn by id: the surviving record's draw counts, which the merge does not depend on.
 */
export async function moveHistory(
  trx: Transaction<Tables>,
  moves: readonly Merge[],
  now: Date,
): Promise<void> {
  const ids = moves.map(({ id }) => id);
  const moved = sql`unnest(${ids}::text[], ${moves.map(({ into }) => into)}::text[]) as m (id, into_id)`;
  // A campaign writes once to a customer. Of two mails the living record's own keeps that place, else the one that
  // may have arrived; the other one is marked.
  await sql`
    with placed as (
      select s.id, m.into_id, s.former_id is null and (
        exists (select from sends own
          where own.campaign_id = s.campaign_id and own.customer_id = m.into_id and own.former_id is null)
        or row_number() over (partition by s.campaign_id, m.into_id, s.former_id is null
          order by s.state in ('sending', 'sent', 'in_doubt') desc, s.id) > 1) as second
      from sends s join ${moved} on m.id = s.customer_id
    )
    update sends s set
      customer_id = p.into_id,
      former_id = case when p.second then s.customer_id else s.former_id end
    from placed p where s.id = p.id`.execute(trx);
  await sql`
    update sends s set state = 'skipped', reason = 'merged', settled_at = ${now}
    from (select distinct m.into_id from ${moved}) living
    where s.customer_id = living.into_id and s.state in ('planned', 'queued') and (
      s.former_id is not null
      or exists (select from sends other
        where other.customer_id = s.customer_id and other.campaign_id = s.campaign_id and other.id <> s.id
          and other.state in ('sending', 'sent', 'in_doubt')))`.execute(trx);
  // what programs pushed: nobody else brings it
  await sql`
    update purchases p set customer_id = m.into_id from ${moved} where p.customer_id = m.id and p.source = ${PUSHED}`.execute(
    trx,
  );
  for (const table of ['shown_blocks', 'answers']) {
    await sql`update ${sql.table(table)} t set customer_id = m.into_id from ${moved} where t.customer_id = m.id`.execute(
      trx,
    );
  }
  await sql`
    with closed as (
      delete from ratio_accounts a using ${moved} where a.customer_id = m.id
      returning m.into_id, a.wanted, a.given, a.forgiven
    )
    insert into ratio_accounts as a (customer_id, wanted, given, forgiven)
    select into_id, sum(wanted), sum(given), sum(forgiven) from closed group by into_id
    on conflict (customer_id) do update set wanted = a.wanted + excluded.wanted,
      given = a.given + excluded.given, forgiven = a.forgiven + excluded.forgiven`.execute(trx);
  await moveConversation(trx, moves);
}
