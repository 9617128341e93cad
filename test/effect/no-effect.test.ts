import { type Insertable, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlanContext, planCampaign } from '../../src/campaign/plan.ts';
import type { Tables } from '../../src/db/schema.ts';
import type { CampaignAudience } from '../../src/domain/send.ts';
import { type Effect, measureEffects } from '../../src/effect/effects.ts';
import { cancelCampaign, createCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { manualClock } from '../stands/clock.ts';
import { testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';
import { seeded } from './company-chance.ts';
import { deliver } from './deliver.ts';

const DAY = 86_400_000;
const HISTORIES = 30;
const SEED = Number(process.env.NO_EFFECT_SEED ?? 20_261_125);

const { db } = await testDatabase();
const clock = manualClock('2026-09-01T08:00:00Z');
let context: PlanContext;
let close: () => Promise<void>;
/** Customers who never unsubscribe, and buy more often for whatever reason. */
let faithful: Set<string>;
let campaigns: Effect[][];
const totals: Effect[] = [];

/**
 * A busy autumn in which no mail does anything: campaigns that overlap, are stopped halfway and made again, or are
 * paused for weeks; people who object, on both sides; and people who unsubscribe because of a mail, whom only the
 * mailed side loses, and who are those who buy less.
 */
beforeAll(async () => {
  const { server } = await syncDemo(db, 1500);
  close = () => server.close();
  const library = await requireLibrary(LIBRARY);
  const settings = { ...library.settings, rules: { ...library.settings.rules, holdout: 0.35 } };
  const content = { library: { ...library, settings }, matchProduct: createProductMatcher(library) };
  context = { db, content, randomKey: 'no effect', now: clock.now };
  const random = seeded(SEED);
  const everybody = await db.selectFrom('customers').select('id').orderBy('id').execute();
  faithful = new Set(everybody.filter(() => random() < 0.5).map(({ id }) => id));

  await plan('part', { families: ['Wägen'] });
  await plan('all');
  await deliver(context, 'all', 1);
  await deliver(context, 'part');
  await deliver(context, 'all');
  await object(everybody.filter(() => random() < 0.05).map(({ id }) => id));
  const { rows } = await sql<{ id: string }>`
    select customer_id as id from sends where state = 'sent' order by id`.execute(db);
  await object(rows.filter(({ id }) => !faithful.has(id) && random() < 0.4).map(({ id }) => id));
  clock.advance(30 * DAY);
  await plan('stopped');
  await deliver(context, 'stopped', 1);
  clock.advance(DAY);
  await cancelCampaign(db, 'stopped', clock.now());
  await plan('again');
  await deliver(context, 'again');
  clock.advance(10 * DAY);
  await plan('paused');
  await moveCampaign(db, 'paused', 'paused', { now: clock.now() });
  clock.advance(21 * DAY);
  await object(everybody.filter(() => random() < 0.15).map(({ id }) => id));
  await moveCampaign(db, 'paused', 'running', { now: clock.now() });
  await deliver(context, 'paused');
  clock.advance(65 * DAY);

  campaigns = [];
  for (let history = 0; history < HISTORIES; history += 1) {
    await buy(random, history);
    const given = { content, now: clock.now() };
    totals.push(...(await measureEffects(db, { ...given, by: 'total' })).effects);
    campaigns.push((await measureEffects(db, { ...given, by: 'campaign' })).effects);
  }
}, 240_000);
afterAll(() => close());

async function plan(id: string, audience: CampaignAudience = {}): Promise<void> {
  const { campaign } = await createCampaign(db, { id, name: id, kind: 'adhoc', audience, now: clock.now() });
  await planCampaign(context, campaign);
}

async function object(ids: string[]): Promise<void> {
  await db.updateTable('customers').set({ opted_out: true }).where('id', 'in', ids).execute();
}

/** Everybody buys of what there is, by nothing but chance; the faithful three times as often. */
async function buy(random: () => number, history: number): Promise<void> {
  await sql`delete from purchases where id like 'chance-%'`.execute(db);
  const owned = await sql<{ customer: string; product: string }>`
    select distinct customer_id as customer, product_id as product from purchases
    where status = 'kept' and quantity > 0 order by 1, 2`.execute(db);
  const bought: Insertable<Tables['purchases']>[] = [];
  for (const [index, { customer, product }] of owned.rows.entries()) {
    if (random() >= (faithful.has(customer) ? 0.45 : 0.15)) continue;
    const day = new Date(Date.parse('2026-09-01') + Math.floor(random() * 120) * DAY);
    bought.push({
      id: `chance-${history}-${index}`,
      customer_id: customer,
      source: 'test',
      product_id: product,
      quantity: 1,
      purchased_on: day.toISOString().slice(0, 10),
      status: 'kept',
    });
  }
  for (let at = 0; at < bought.length; at += 2000)
    await db
      .insertInto('purchases')
      .values(bought.slice(at, at + 2000))
      .execute();
}

const mean = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const containsZero = ({ result }: Effect) => result !== null && result.low <= 0 && result.high >= 0;

describe('mails that change nothing', () => {
  it('went out, were left out and came to nothing in every way', async () => {
    const { rows } = await sql<{ state: string; n: number }>`
      select coalesce(reason, state) as state, count(*)::int as n from sends group by 1
      union all select 'held ' || coalesce(reason, 'out'), count(*)::int from held_out group by 1`.execute(
      db,
    );
    const states = Object.fromEntries(rows.map(({ state, n }) => [state, n]));
    for (const state of ['sent', 'campaign_cancelled', 'opted_out', 'capped_recently', 'held out'])
      expect(states[state], state).toBeGreaterThan(5);
    for (const state of ['held opted_out', 'held capped_recently'])
      expect(states[state], state).toBeGreaterThan(2);
    expect(states['held campaign_cancelled']).toBeUndefined();
  });

  it('show no effect in total, although those who buy less drop out of the mailed side only', () => {
    expect(totals).toHaveLength(HISTORIES);
    for (const { mailed, heldOut } of totals) {
      expect(mailed.buyers / mailed.people).toBeGreaterThan(0.05);
      expect(heldOut.people).toBeGreaterThan(150);
    }
    if (process.env.NO_EFFECT_SHOWN)
      console.log(
        'total',
        mean(totals.map((t) => t.result?.difference ?? 9)),
        totals.filter(containsZero).length,
      );
    expect(Math.abs(mean(totals.map((total) => total.result?.difference ?? Number.NaN)))).toBeLessThan(0.03);
    expect(totals.filter(containsZero).length).toBeGreaterThanOrEqual(HISTORIES * 0.8);
  });

  it('show none in the campaigns that began at once, either', () => {
    for (const id of ['part', 'all']) {
      const rows = campaigns.flatMap((effects) => effects.filter(({ unit }) => unit === id));
      if (process.env.NO_EFFECT_SHOWN)
        console.log(id, mean(rows.map((t) => t.result?.difference ?? 9)), rows.filter(containsZero).length);
      expect(rows).toHaveLength(HISTORIES);
      expect(Math.abs(mean(rows.map(({ result }) => result?.difference ?? Number.NaN)))).toBeLessThan(0.06);
      expect(rows.filter(containsZero).length).toBeGreaterThanOrEqual(HISTORIES * 0.8);
    }
    // stopped halfway: no row of its own
    expect(campaigns.flat().some(({ unit }) => unit === 'stopped')).toBe(false);
  });
});
