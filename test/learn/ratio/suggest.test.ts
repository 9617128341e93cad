import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { renewSuggestions } from '../../../src/learn/ratio/renew.ts';
import { suggestRatios } from '../../../src/learn/ratio/suggest.ts';
import { createCampaign } from '../../../src/ledger/campaigns.ts';
import { library, matchProduct } from '../../brief/stand.ts';
import { testDatabase } from '../../stands/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-23T04:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const tools = (at = now) => ({ library, matchProduct, now: at });
await createCampaign(db, { id: 'herbst', name: 'herbst', kind: 'adhoc', now });
await sql`
  insert into products (id, source, sku, name) values ('lx', 'test', 'ORV-LX300', 'LX'), ('tw', 'test', 'ORV-TW6', 'TW')`.execute(
  db,
);

beforeEach(async () => {
  await sql`truncate customers, companies, purchases, sends, shown_blocks, answers, preferences, suppressions,
    ratio_suggestions, crm_entries cascade`.execute(db);
});

/**
 * Customers with 20 mails each, of two developments and an offer; to so many of them "yes" was said to the offer, and to
 * the last development. To the first development everybody always says yes.
 */
async function readers(
  prefix: string,
  given: { n: number; product: 'lx' | 'tw'; toNew: number; toProven: number; ratio?: number },
): Promise<string[]> {
  const { n, product, toNew, toProven, ratio = null } = given;
  await sql`
    insert into customers (id, source, email, consent, innovation_ratio)
    select ${prefix} || i, 'test', ${prefix} || i || '@kunde.example', 'consent', ${ratio}::numeric
    from generate_series(1, ${n}::int) i`.execute(db);
  await sql`
    insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
    select 'first', ${prefix} || i, 'test', ${product}, 1, '2020-01-01', 'kept'
    from generate_series(1, ${n}::int) i`.execute(db);
  const key = product === 'lx' ? 'laserdrucker-lx300' : 'tischwaage-tw6';
  await sql`
    with mails as (
      insert into sends (campaign_id, customer_id, chunk, state, former_id, settled_at)
      select 'herbst', ${prefix} || i, 0, 'sent', case when m > 1 then 'mail' || m end,
        ${now}::timestamptz - m * interval '2 days'
      from generate_series(1, ${n}::int) i, generate_series(1, 20) m
      returning id, customer_id, settled_at),
    blocks as (
      insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
        probability, shown_at)
      select id, p, customer_id, 'herbst', case when p = 2 then 'experimental' else 'proven' end,
        case when p = 2 then 'kalibrier-abo' else 'lx300-firmware-4-2' end, 'base', ${key}, 1, settled_at
      from mails, generate_series(0, 2) p),
    numbered as (
      select *, row_number() over (partition by customer_id order by id) as m from mails)
    insert into answers (send_id, position, customer_id, content_id, answer, answered_at)
    select id, p, customer_id, 'x', 'yes', settled_at + interval '1 hour'
    from numbered, generate_series(0, 2) p
    where p = 0 or m <= case when p = 2 then ${toNew}::int else ${toProven}::int end`.execute(db);
  return Array.from({ length: n }, (_, i) => `${prefix}${i + 1}`);
}

/** As many as it takes for the one to stand out. */
const crowd = () => readers('even', { n: 30, product: 'tw', toNew: 3, toProven: 3 });
const entries = async () =>
  (await db.selectFrom('crm_entries').select(['customer_id', 'kind']).orderBy('id').execute()).map(
    ({ customer_id, kind }) => `${kind} ${customer_id}`,
  );
const rows = () => db.selectFrom('ratio_suggestions').selectAll().orderBy('customer_id').execute();

describe('from the ledger', () => {
  test('nothing is suggested where there is nothing, or no difference', async () => {
    expect(await suggestRatios(db, tools())).toEqual({ segments: [], customers: [] });
    await crowd();
    expect(await suggestRatios(db, tools())).toEqual({ segments: [], customers: [] });
  });

  test('offers are compared with the last development of a mail, for those who own the same, and for one alone', async () => {
    await crowd();
    await readers('fond', { n: 8, product: 'lx', toNew: 9, toProven: 3 });
    const { segments, customers } = await suggestRatios(db, tools());
    // the library's ratio for owners of this product
    expect(segments).toMatchObject([
      { productKey: 'laserdrucker-lx300', ratio: 0.25, suggested: 0.35, customers: 8 },
    ]);
    expect(segments[0]?.times).toBeGreaterThan(1.8);
    expect(segments[0]?.times).toBeLessThan(3);
    expect(customers.map(({ customerId }) => customerId.slice(0, 4))).toEqual(Array(8).fill('fond'));
    expect(customers[0]).toMatchObject({ ratio: 0.25, suggested: 0.35 });
  });

  test('one who stands out is suggested something of their own, from the ratio that holds for them', async () => {
    await crowd();
    await readers('up', { n: 1, product: 'tw', toNew: 12, toProven: 2, ratio: 0.1 });
    await readers('down', { n: 1, product: 'tw', toNew: 0, toProven: 14, ratio: 0.3 });
    const { segments, customers } = await suggestRatios(db, tools());
    expect(segments).toEqual([]);
    expect(customers).toMatchObject([
      { customerId: 'down1', ratio: 0.3, suggested: 0.2 },
      { customerId: 'up1', ratio: 0.1, suggested: 0.2 },
    ]);
    expect(customers[0]?.times).toBeLessThan(0.5);
  });

  test('who said themselves what they wish, wants no offers, gets no mail or has none by decision is left alone', async () => {
    await crowd();
    const ids = await readers('up', { n: 6, product: 'tw', toNew: 12, toProven: 2 });
    const [wish, topic, important, out, suppressed, none] = ids as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const changed_at = now;
    await db
      .insertInto('preferences')
      .values([
        { customer_id: wish, ratio_wish: 1, changed_at },
        { customer_id: topic, topics_off: ['offers'], changed_at },
        { customer_id: important, frequency: 'important', changed_at },
      ])
      .execute();
    await db.updateTable('customers').set({ opted_out: true }).where('id', '=', out).execute();
    await db.updateTable('customers').set({ innovation_ratio: 0 }).where('id', '=', none).execute();
    await db
      .insertInto('suppressions')
      .values({ email_key: `${suppressed}@kunde.example`, reason: 'unsubscribed', created_at: now })
      .execute();
    expect((await suggestRatios(db, tools())).customers).toEqual([]);
  });
});

describe('a night', () => {
  test('the CRM is told of a suggestion once, and nobody’s ratio is touched', async () => {
    await crowd();
    await readers('up', { n: 1, product: 'tw', toNew: 12, toProven: 2, ratio: 0.1 });
    expect(await renewSuggestions(db, tools())).toEqual({ made: 1, ended: 0 });
    expect(await rows()).toMatchObject([
      { customer_id: 'up1', ratio: 0.1, suggested: 0.2, settled_at: null },
    ]);
    expect(await renewSuggestions(db, tools(later(1)))).toEqual({ made: 0, ended: 0 });
    expect(await entries()).toEqual(['profile up1']);
    const { rows: ratios } = await sql`select innovation_ratio from customers where id = 'up1'`.execute(db);
    expect(ratios).toEqual([{ innovation_ratio: 0.1 }]);
  });

  test('when a person has set another ratio the CRM is told so, and for ninety days there is nothing new', async () => {
    await crowd();
    await readers('up', { n: 1, product: 'tw', toNew: 12, toProven: 2, ratio: 0.1 });
    await renewSuggestions(db, tools());
    await db.updateTable('customers').set({ innovation_ratio: 0.2 }).where('id', '=', 'up1').execute();
    expect(await renewSuggestions(db, tools(later(1)))).toEqual({ made: 0, ended: 1 });
    expect(await renewSuggestions(db, tools(later(60)))).toEqual({ made: 0, ended: 0 });
    expect(await rows()).toMatchObject([{ settled_at: later(1) }]);
    expect(await renewSuggestions(db, tools(later(91)))).toEqual({ made: 1, ended: 0 });
    expect(await rows()).toMatchObject([{ ratio: 0.2, suggested: 0.3, settled_at: null }]);
  });

  test('a suggestion goes when they say themselves what they wish; of one who is gone nobody is told', async () => {
    await crowd();
    await readers('up', { n: 2, product: 'tw', toNew: 12, toProven: 2 });
    await renewSuggestions(db, tools());
    await db.deleteFrom('crm_entries').execute();
    await db
      .insertInto('preferences')
      .values({ customer_id: 'up1', ratio_wish: -1, changed_at: now })
      .execute();
    await db.updateTable('customers').set({ archived_at: now }).where('id', '=', 'up2').execute();
    expect(await renewSuggestions(db, tools(later(1)))).toEqual({ made: 0, ended: 1 });
    expect(await rows()).toEqual([]);
    expect(await entries()).toEqual(['profile up1']);
  });
});
