import { sql } from 'kysely';
import { composeContext, type PlanContext } from '../../src/campaign/plan.ts';
import { compose } from '../../src/compose/compose.ts';
import { loadFacts } from '../../src/compose/load-facts.ts';
import { decideHeldOut } from '../../src/deliver/held-out.ts';
import { getCampaign } from '../../src/ledger/campaigns.ts';

/**
 * Decides about a campaign's mails as delivery does, chunk by chunk, and writes down what delivery would have: every
 * mail arrives. The holdout is decided about by the program itself.
 * @param chunks so many, and no more
 */
export async function deliver(context: PlanContext, id: string, chunks = Infinity): Promise<void> {
  const { db, content, now } = context;
  const campaign = await getCampaign(db, id);
  const open = await db
    .selectFrom('sends')
    .select(['customer_id', 'chunk', 'draw'])
    .where('campaign_id', '=', id)
    .where('state', '=', 'planned')
    .orderBy('chunk')
    .execute();
  const numbers = [...new Set(open.map(({ chunk }) => chunk))].slice(0, chunks);
  for (const number of numbers) {
    const sends = open.filter(({ chunk }) => chunk === number);
    const ids = sends.map((send) => send.customer_id);
    const facts = await loadFacts(db, ids, { now: now(), rules: content.library.settings.rules });
    const decide = await composeContext(context, campaign);
    const decided = sends.map(({ customer_id: customer, draw }) => {
      const known = facts.get(customer);
      const decision = known ? compose(known, decide, draw) : ({ send: false, reason: 'archived' } as const);
      return decision.send
        ? { customer, composition: decision.composition, ...decision.composition.account.after }
        : { customer, reason: decision.reason };
    });
    await sql`
      with decided as (
        select * from jsonb_to_recordset(${JSON.stringify(decided)}::jsonb)
          as d (customer text, reason text, composition jsonb, wanted bigint, given int, forgiven bigint)),
      accounts as (
        insert into ratio_accounts (customer_id, wanted, given, forgiven)
        select customer, wanted, given, forgiven from decided where composition is not null
        on conflict (customer_id) do update
          set wanted = excluded.wanted, given = excluded.given, forgiven = excluded.forgiven),
      sent as (
        update sends s set composition = d.composition, reason = d.reason, settled_at = ${now()},
          state = case when d.composition is null then 'skipped' else 'sent' end,
          sending_at = case when d.composition is not null then ${now()}::timestamptz end
        from decided d where s.campaign_id = ${id} and s.customer_id = d.customer
        returning s.*)
      insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
        probability, shown_at, model_id)
      select id, ordinality - 1, customer_id, campaign_id, block ->> 'kind', block ->> 'contentId',
        block ->> 'variantId', block ->> 'productKey', (block ->> 'probability')::float8, settled_at,
        (select (c ->> 'modelId')::bigint from jsonb_array_elements(composition -> 'choices') c
          where (c ->> 'position')::int = ordinality - 1)
      from sent, jsonb_array_elements(composition -> 'blocks') with ordinality as b (block, ordinality)
      where state = 'sent'`.execute(db);
    await decideHeldOut({ ...context, content: content as never }, campaign);
  }
}
