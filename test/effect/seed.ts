import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';

/** One finished campaign, and how many of whom bought in the month after it. */
export interface Seeded {
  campaignId: string;
  /** SKU of the product that the block is about, and is bought. */
  sku: string;
  /** The library's key for it, and the development that was shown. */
  productKey: string;
  contentId: string;
  mailed: number;
  mailedBuyers: number;
  heldOut: number;
  heldOutBuyers: number;
  sentAt: Date;
}

/** Writes a campaign with its holdout and purchases of two pieces each; customers are made as needed. */
export async function seedEffect(db: Database, given: Seeded): Promise<void> {
  const { campaignId: id, sku, mailed, heldOut, sentAt } = given;
  const block = { kind: 'proven', contentId: given.contentId, productKey: given.productKey };
  await sql`
    insert into products (id, source, sku, name) values (${`crm-${sku}`}, 'test', ${sku}, ${`${sku} of the CRM`})
    on conflict do nothing`.execute(db);
  await sql`
    insert into campaigns (id, name, kind, state, candidates, planned, created_at, finished_at)
    values (${id}, ${`Campaign ${id}`}, 'adhoc', 'finished', ${mailed + heldOut}, ${mailed}, ${sentAt}, ${sentAt})`.execute(
    db,
  );
  await sql`
    insert into customers (id, source, consent)
    select ${id} || '-' || n, 'test', 'consent' from generate_series(1, ${mailed + heldOut}::int) n`.execute(
    db,
  );
  await sql`
    with new as (
      insert into sends (campaign_id, customer_id, chunk, state, due_at, sending_at, settled_at)
      select ${id}, ${id} || '-' || n, 0, 'sent', ${sentAt}, ${sentAt}, ${sentAt}
      from generate_series(1, ${mailed}::int) n returning id, customer_id)
    insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
      probability, shown_at)
    select id, 0, customer_id, ${id}, ${block.kind}, ${block.contentId}, 'base', ${block.productKey}, 1, ${sentAt}
    from new`.execute(db);
  await sql`
    insert into held_out (campaign_id, customer_id, chunk, due_at, decided_at, blocks)
    select ${id}, ${id} || '-' || n, 0, ${sentAt}, ${sentAt}, ${JSON.stringify([block])}::jsonb
    from generate_series(${mailed + 1}::int, ${mailed + heldOut}::int) n`.execute(db);
  await sql`
    insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
    select 'after', ${id} || '-' || n, 'test', ${`crm-${sku}`}, 2, (${sentAt}::timestamptz + interval '20 days')::date, 'kept'
    from generate_series(1, ${mailed + heldOut}::int) n
    where n <= ${given.mailedBuyers}::int or (n > ${mailed}::int and n <= ${mailed + given.heldOutBuyers}::int)`.execute(
    db,
  );
}
