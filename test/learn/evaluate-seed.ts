import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';

/** Mails with one offer block each, to as many customers. */
export interface SeededOffers {
  campaignId: string;
  customers: number;
  sentAt: Date;
  /** Whether the odds are stored: four to one for the offer `often` against the offer `seldom`. */
  odds?: boolean;
}

/**
 * Of every 100 customers 80 were shown `often`, and 2 of them said yes; 20 were shown `seldom`, and 4 of them said yes.
 * So 100 blocks earned 6, always `seldom` would have earned 20, and drawing lots 11.25.
 */
export async function seedOffers(db: Database, given: SeededOffers): Promise<void> {
  const { campaignId: id, customers, sentAt, odds = true } = given;
  const of = (offerId: string, probability: number) => ({
    offerId,
    productKey: 'laserdrucker-lx300',
    variantId: 'base',
    probability,
  });
  const choice = { position: 1, policy: 'thompson', modelId: 1, odds: [of('often', 0.8), of('seldom', 0.2)] };
  await sql`
    insert into campaigns (id, name, kind, state, candidates, planned, created_at, finished_at)
    values (${id}, ${`Campaign ${id}`}, 'adhoc', 'finished', ${customers}, ${customers}, ${sentAt}, ${sentAt})`.execute(
    db,
  );
  await sql`
    insert into customers (id, source, consent)
    select ${id} || '-' || n, 'test', 'consent' from generate_series(1, ${customers}::int) n`.execute(db);
  await sql`
    insert into sends (campaign_id, customer_id, chunk, state, due_at, sending_at, settled_at, composition)
    select ${id}, ${id} || '-' || n, 0, 'sent', ${sentAt}, ${sentAt}, ${sentAt},
      ${JSON.stringify(odds ? { choices: [choice] } : {})}::jsonb
    from generate_series(1, ${customers}::int) n`.execute(db);
  await sql`
    insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
      probability, shown_at)
    select s.id, b.position, s.customer_id, ${id}, b.kind, case
        when b.kind = 'proven' then 'development'
        when split_part(s.customer_id, '-', 2)::int % 5 = 0 then 'seldom' else 'often' end,
      'base', 'laserdrucker-lx300', 1, ${sentAt}
    from sends s, (values (0, 'proven'), (1, 'experimental')) b (position, kind)
    where s.campaign_id = ${id}`.execute(db);
  await sql`
    insert into answers (send_id, position, customer_id, content_id, answer, answered_at)
    select b.send_id, b.position, b.customer_id, b.content_id, 'yes', ${sentAt}::timestamptz + interval '1 day'
    from shown_blocks b
    where b.campaign_id = ${id} and b.position = 1
      and split_part(b.customer_id, '-', 2)::int % case b.content_id when 'seldom' then 25 else 50 end
        = case b.content_id when 'seldom' then 0 else 1 end`.execute(db);
}
