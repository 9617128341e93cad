import { sql } from 'kysely';
import type { Database } from '../../../src/db/connect.ts';
import type { BlockKind } from '../../../src/domain/composition.ts';
import type { Answer, MachineSign } from '../../../src/domain/conversation.ts';

/** A block to show; what is left out is as in the first of all examples. */
export interface Showing {
  kind?: BlockKind;
  contentId?: string;
  productKey?: string;
  variantId?: string;
}

/** When something happens: an instant, ISO 8601. */
type At = string;

/** Writes ledgers by hand: one campaign, customers as they are needed. */
export function handWritten(db: Database) {
  /** Shows these blocks in one mail, and returns the id of its send. */
  async function mail(customer: string, at: At, blocks: Showing[] = [{}]): Promise<number> {
    await sql`insert into customers (id, source, consent) values (${customer}, 'test', 'consent') on conflict do nothing`.execute(
      db,
    );
    const campaign = `c ${customer} ${at}`;
    await sql`
      insert into campaigns (id, name, kind, state, created_at) values (${campaign}, 'any', 'adhoc', 'finished', ${at})`.execute(
      db,
    );
    const { rows } = await sql<{ id: number }>`
      insert into sends (campaign_id, customer_id, chunk, state, due_at, sending_at, settled_at)
      values (${campaign}, ${customer}, 0, 'sent', ${at}, ${at}, ${at}) returning id`.execute(db);
    const id = rows[0]?.id as number;
    for (const [position, block] of blocks.entries()) {
      const {
        kind = 'experimental',
        contentId = 'camera-offer',
        productKey = 'laser',
        variantId = 'base',
      } = block;
      await sql`
        insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
          probability, shown_at)
        values (${id}, ${position}, ${customer}, ${campaign}, ${kind}, ${contentId}, ${variantId}, ${productKey}, 1, ${at})`.execute(
        db,
      );
    }
    return id;
  }

  async function answer(
    send: number,
    answer: Answer,
    at: At,
    { position = 0, doubted = false } = {},
  ): Promise<void> {
    await sql`
      insert into answers (send_id, position, customer_id, content_id, answer, answered_at, doubted_at)
      select ${send}, ${position}, customer_id, 'any', ${answer}, ${at}, ${doubted ? at : null}
      from sends where id = ${send}`.execute(db);
  }

  async function click(
    send: number,
    at: At,
    given: { position?: number; machine?: MachineSign; denied?: boolean } = {},
  ): Promise<void> {
    const { position = 0, machine = null, denied = false } = given;
    await sql`
      insert into visits (send_id, link, position, machine, denied, visited_at)
      values (${send}, 'click', ${position}, ${machine}, ${denied}, ${at})`.execute(db);
  }

  async function object(send: number, at: At, kind = 'unsubscribe'): Promise<void> {
    await sql`
      insert into mail_events (send_id, kind, source, occurred_at) values (${send}, ${kind}, 'link', ${at})`.execute(
      db,
    );
  }

  /** @param on a day; @param quantity below zero: that much came back */
  async function buy(
    customer: string,
    product: string,
    on: string,
    { quantity = 1, status = 'kept' } = {},
  ): Promise<void> {
    await sql`
      insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
      values (${`${customer} ${product} ${on} ${quantity}`}, ${customer}, 'test', ${product}, ${quantity}, ${on},
        ${status})`.execute(db);
  }

  return { mail, answer, click, object, buy };
}
