import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { moveCampaign } from '../../src/ledger/campaigns.ts';
import { DAY, deliveryScene } from '../stands/scene.ts';

/** Everybody owns the same, and the lot takes away about four in ten: what becomes of one side becomes of the other. */
const scene = deliveryScene(60);
const { clock } = scene;

beforeAll(() => {
  const rules = { holdout: 0.4, defaultRatio: 0.3, maxProven: 1, maxBlocks: 2 };
  Object.assign(scene.stand.context.content.library.settings.rules, rules);
});
beforeEach(async () => {
  await scene.database.db.deleteFrom('held_out').execute();
});

/** What became of each customer of a campaign, on both sides: the contents they were (or would be) shown, or why none. */
async function sides(campaign: string) {
  const { db } = scene.database;
  const mailed = await db
    .selectFrom('sends')
    .select(['state', 'reason', 'composition'])
    .where('campaign_id', '=', campaign)
    .execute();
  const held = await db.selectFrom('held_out').selectAll().where('campaign_id', '=', campaign).execute();
  const what = (blocks: { kind: string; contentId: string }[] | undefined) =>
    (blocks ?? []).filter((block) => block.kind === 'proven').map((block) => block.contentId);
  const counts = (all: string[]) => [...new Set(all)].sort();
  expect(mailed.length).toBeGreaterThan(15);
  expect(held.length).toBeGreaterThan(10);
  expect(held.every((row) => row.decided_at !== null)).toBe(true);
  return {
    mailed: counts(
      mailed.map((send) =>
        send.state === 'sent' ? `sent ${what(send.composition?.blocks)[0]}` : `${send.reason}`,
      ),
    ),
    held: counts(held.map((row) => row.reason ?? `sent ${what(row.blocks ?? [])[0]}`)),
  };
}

describe('the holdout', () => {
  it('is decided about when the others are, from the same facts', async () => {
    const first = `${scene.id()}-first`;
    await scene.stand.plan(first);
    await scene.stand.deliver(first);
    const one = await sides(first);
    expect(one.held).toEqual(one.mailed);
    expect(one.held[0]).toMatch(/^sent /);

    // A week later both sides have heard that, and are told the next thing; the lot writes to nobody.
    clock.advance(8 * DAY);
    const second = `${scene.id()}-second`;
    await scene.stand.plan(second);
    await scene.stand.deliver(second);
    const two = await sides(second);
    expect(two.held).toEqual(two.mailed);
    expect(two.held).not.toEqual(one.held);
    const { rows } = await scene.database.pool.query(
      'select count(*)::int as both from held_out h join sends s using (campaign_id, customer_id)',
    );
    expect(rows).toEqual([{ both: 0 }]);
  });

  it('runs into the caps like the others when campaigns overlap', async () => {
    const [a, b] = [`${scene.id()}-a`, `${scene.id()}-b`];
    await scene.stand.plan(a);
    await scene.stand.plan(b);
    await scene.stand.deliver(a);
    await scene.stand.deliver(b);
    expect(await sides(b)).toEqual({ mailed: ['capped_recently'], held: ['capped_recently'] });
  });

  it('waits with the others while a campaign is paused', async () => {
    const { db } = scene.database;
    const [a, b] = [`${scene.id()}-a`, `${scene.id()}-b`];
    await scene.stand.plan(a);
    await moveCampaign(db, a, 'paused', { now: clock.now() });
    await scene.stand.deliver(a);
    clock.advance(3 * DAY);
    await scene.stand.plan(b);
    await scene.stand.deliver(b);
    const between = await sides(b);
    expect(between.held).toEqual(between.mailed);
    await moveCampaign(db, a, 'running', { now: clock.now() });
    await scene.stand.deliver(a);
    expect(await sides(a)).toEqual({ mailed: ['capped_recently'], held: ['capped_recently'] });
  });

  it('has an innovation account of its own, kept like the others’', async () => {
    for (let round = 0; round < 4; round++) {
      const id = `${scene.id()}-${round}`;
      await scene.stand.plan(id);
      await scene.stand.deliver(id);
      clock.advance(8 * DAY);
    }
    const { rows } = await scene.database.pool.query<{ blocks: number; experiments: number; n: number }>(`
      select count(distinct customer_id)::int as n, count(*)::int as blocks,
        (count(*) filter (where block ->> 'kind' = 'experimental'))::int as experiments
      from held_out, jsonb_array_elements(blocks) block group by customer_id`);
    expect(rows.length).toBeGreaterThan(10);
    const accounts = await scene.database.db
      .selectFrom('held_out')
      .select(['account'])
      .where('account', 'is not', null)
      .execute();
    for (const { account } of accounts) {
      const owed = ((account?.wanted ?? 0) - (account?.forgiven ?? 0)) / 10_000 - (account?.given ?? 0);
      expect(Math.abs(owed)).toBeLessThanOrEqual(3);
    }
    expect(accounts.some(({ account }) => (account?.given ?? 0) > 0)).toBe(true);
  });
});
