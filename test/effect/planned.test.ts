import { type Insertable, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlanContext, planCampaign } from '../../src/campaign/plan.ts';
import type { Tables } from '../../src/db/schema.ts';
import { measureEffects } from '../../src/effect/effects.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { manualClock } from '../stands/clock.ts';
import { testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';
import { seeded } from './company-chance.ts';
import { deliver } from './deliver.ts';

const DAY = 86_400_000;
const CAMPAIGNS = ['autumn', 'winter', 'spring'];
const RATE = 0.06;
const EFFECT = 0.12;

const { db } = await testDatabase();
const clock = manualClock('2026-09-01T08:00:00Z');
let content: PlanContext['content'];
let close: () => Promise<void>;
/** Who bought what they were told of in the first campaign, or would have been. */
const byHand = { mailed: { people: 0, buyers: 0 }, heldOut: { people: 0, buyers: 0 } };

beforeAll(async () => {
  const { server } = await syncDemo(db, 1600);
  close = () => server.close();
  const library = await requireLibrary(LIBRARY);
  const settings = { ...library.settings, rules: { ...library.settings.rules, holdout: 0.3 } };
  content = { library: { ...library, settings }, matchProduct: createProductMatcher(library) };
  for (const id of CAMPAIGNS) {
    await planAndSend(id);
    if (id === CAMPAIGNS[0]) await buyAfter(id);
    clock.advance(65 * DAY);
  }
}, 120_000);
afterAll(() => close());

/** Plans as the program does, and decides as delivery does: every mail arrives. */
async function planAndSend(id: string): Promise<void> {
  const context: PlanContext = { db, content, randomKey: 'k', now: clock.now };
  const { campaign } = await createCampaign(db, { id, name: id, kind: 'adhoc', now: clock.now() });
  await planCampaign(context, campaign);
  await deliver(context, id);
}

/** Everybody buys a product of one of their blocks with a chance of RATE; the mailed with EFFECT more. */
async function buyAfter(id: string): Promise<void> {
  const random = seeded(11);
  const crmIds = new Map<string, string>();
  for (const product of await db.selectFrom('products').selectAll().orderBy('id').execute())
    crmIds.set(content.matchProduct(product)?.key ?? product.id, product.id);
  const { rows } = await sql<{ customer: string; mailed: boolean; keys: string[]; content: string[] }>`
    select customer_id as customer, mailed, array_agg(key) as keys, array_agg(kind || ' ' || content_id) as content
    from (
      select customer_id, true as mailed, kind, content_id, product_key as key from shown_blocks where campaign_id = ${id}
      union all
      select customer_id, false, b ->> 'kind', b ->> 'contentId', b ->> 'productKey'
      from held_out, jsonb_array_elements(blocks) b where campaign_id = ${id}) shown
    group by customer_id, mailed order by customer_id`.execute(db);
  const bought: Insertable<Tables['purchases']>[] = [];
  for (const { customer, mailed, keys, content: shown } of rows) {
    const group = mailed ? byHand.mailed : byHand.heldOut;
    group.people += 1;
    if (random() >= RATE + (mailed ? EFFECT : 0)) continue;
    const [kind, contentId = ''] = (shown[0] ?? '').split(' ');
    const key = kind === 'proven' ? keys[0] : content.library.offers.get(contentId)?.product;
    const product = crmIds.get(key ?? '');
    if (!product) continue;
    group.buyers += 1;
    const day = new Date(clock.now().getTime() + (1 + Math.floor(random() * 60)) * DAY);
    bought.push({
      id: `after-${customer}`,
      customer_id: customer,
      source: 'test',
      product_id: product,
      quantity: 2,
      purchased_on: day.toISOString().slice(0, 10),
      status: 'kept' as const,
    });
  }
  await db.insertInto('purchases').values(bought).execute();
}

describe('campaigns that were planned with a holdout', () => {
  it('count exactly the purchases that were made', async () => {
    const { effects } = await measureEffects(db, { content, by: 'campaign', now: clock.now() });
    const autumn = effects.find(({ unit }) => unit === 'autumn');
    expect(byHand.heldOut.people).toBeGreaterThan(150);
    // the demo company's people bought things of their own in these weeks, too
    const own = await ownPurchases();
    expect(autumn?.mailed.people).toBe(byHand.mailed.people);
    expect(autumn?.heldOut.people).toBe(byHand.heldOut.people);
    expect(autumn?.mailed.buyers).toBeGreaterThanOrEqual(byHand.mailed.buyers);
    expect(autumn?.mailed.buyers).toBeLessThanOrEqual(byHand.mailed.buyers + own.mailed);
    expect(autumn?.heldOut.buyers).toBeGreaterThanOrEqual(byHand.heldOut.buyers);
    expect(autumn?.heldOut.buyers).toBeLessThanOrEqual(byHand.heldOut.buyers + own.heldOut);
  });

  it('show the effect that there was, and none where there was none', async () => {
    const { effects } = await measureEffects(db, { content, by: 'campaign', now: clock.now() });
    const of = (id: string) => effects.find(({ unit }) => unit === id);
    expect(of('autumn')?.verdict).toBe('more');
    expect(of('autumn')?.standsOut).toBe(true);
    expect(of('autumn')?.result?.low).toBeLessThan(EFFECT);
    expect(of('autumn')?.result?.high).toBeGreaterThan(EFFECT * 0.8);
    for (const id of ['winter', 'spring']) expect(of(id)?.verdict).not.toBe('more');
  });

  it('keep both groups alike, campaign after campaign', async () => {
    const { rows } = await sql<{ campaign: string; share: number; mailed: number; held: number }>`
      select c.id as campaign, h.people::float8 / (h.people + s.people) as share, s.blocks as mailed, h.blocks as held
      from campaigns c,
      lateral (select count(*) as people, avg(jsonb_array_length(composition -> 'blocks'))::float8 as blocks
        from sends where campaign_id = c.id) s,
      lateral (select count(*) as people, avg(jsonb_array_length(blocks))::float8 as blocks
        from held_out where campaign_id = c.id) h`.execute(db);
    expect(rows).toHaveLength(3);
    for (const { share, mailed, held } of rows) {
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.35);
      expect(Math.abs(mailed - held)).toBeLessThan(0.25);
    }
  });

  it('are told apart by product, content and in total', async () => {
    const total = await measureEffects(db, { content, by: 'total', now: clock.now() });
    expect(total.effects).toHaveLength(1);
    expect(total.effects[0]?.verdict).toBe('more');
    const people = await sql<{ n: number }>`
      select count(*)::int as n from (
        select customer_id from sends union select customer_id from held_out) touched`.execute(db);
    const all = total.effects[0];
    expect((all?.mailed.people ?? 0) + (all?.heldOut.people ?? 0)).toBe(people.rows[0]?.n);
    for (const by of ['product', 'content'] as const) {
      const { effects, compared } = await measureEffects(db, { content, by, now: clock.now() });
      expect(compared).toBeGreaterThan(3);
      for (const { unit } of effects) {
        const known = by === 'product' ? content.library.products.has(unit) : /^[a-z0-9-]+$/.test(unit);
        expect(known, unit).toBe(true);
      }
    }
  });

  it('wait until the window is over', async () => {
    const early = new Date('2026-10-15T08:00:00Z');
    const { effects, compared } = await measureEffects(db, { content, by: 'total', now: early });
    expect(compared).toBe(0);
    expect(effects[0]?.verdict).toBe('too_early');
    expect(effects[0]?.open.mailed).toBeGreaterThan(300);
    expect(effects[0]?.mailed.buyers).toBe(0);
  });
});

/** How many bought anything without our doing in the window of the first campaign. */
async function ownPurchases() {
  const { rows } = await sql<{ mailed: number; heldOut: number }>`
    select count(distinct p.customer_id) filter (where s.id is not null)::int as mailed,
      count(distinct p.customer_id) filter (where h.customer_id is not null)::int as "heldOut"
    from purchases p
    left join sends s on s.customer_id = p.customer_id and s.campaign_id = 'autumn'
    left join held_out h on h.customer_id = p.customer_id and h.campaign_id = 'autumn'
    where p.id not like 'after-%' and p.purchased_on > '2026-09-01' and p.purchased_on <= '2026-10-31'`.execute(
    db,
  );
  return rows[0] ?? { mailed: 0, heldOut: 0 };
}
