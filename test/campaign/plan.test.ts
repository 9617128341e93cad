import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideAll, type PlanContext, planCampaign } from '../../src/campaign/plan.ts';
import { cancelCampaign, createCampaign, getCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';

const now = () => new Date('2026-11-23T08:00:00Z');
let database: TestDatabase;
let context: PlanContext;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await testDatabase();
  const { server } = await syncDemo(database.db, 2500);
  close = () => server.close();
  const library = await requireLibrary(LIBRARY);
  context = {
    db: database.db,
    content: { library, matchProduct: createProductMatcher(library) },
    randomKey: 'k',
    now,
  };
});
afterAll(() => close());

const create = async (id: string, audience = {}) =>
  (await createCampaign(database.db, { id, name: id, kind: 'adhoc', audience, now: now() })).campaign;

describe('planning', () => {
  it('accounts for every customer: candidates = planned + excluded, each with a reason', async () => {
    const counts = await planCampaign(context, await create('all'));
    const excluded = Object.values(counts?.excluded ?? {}).reduce((a, b) => a + b, 0);
    expect(counts?.candidates).toBe(2500);
    expect(counts?.planned).toBe(2500 - excluded);
    const { sends, campaign } = await campaignProgress(database.db, 'all');
    expect(sends.planned).toBe(counts?.planned);
    expect(campaign).toMatchObject({
      state: 'running',
      candidates: 2500,
      planned: counts?.planned,
      excluded: counts?.excluded,
    });
  });

  it('writes to nobody without legal basis, opted out, suppressed or in the holdout', async () => {
    const { rows } = await database.pool.query(`
      select count(*)::int as wrong from sends s join customers c on c.id = s.customer_id
      where c.consent = 'none' or c.opted_out or c.bounced or c.email_key is null`);
    expect(rows).toEqual([{ wrong: 0 }]);
    const { excluded } = await getCampaign(database.db, 'all');
    for (const reason of [
      'no_legal_basis',
      'opted_out',
      'holdout',
      'duplicate_address',
      'bounced',
      'no_address',
    ] as const) {
      expect(excluded[reason]).toBeGreaterThan(0);
    }
  });

  it('writes down the mails that only the holdout kept from being written', async () => {
    const { excluded } = await getCampaign(database.db, 'all');
    const rows = await database.db
      .selectFrom('held_out')
      .leftJoin('sends', 'sends.customer_id', 'held_out.customer_id')
      .select(['held_out.customer_id', 'blocks', 'sends.id as send'])
      .where('held_out.campaign_id', '=', 'all')
      .execute();
    expect(rows).toHaveLength(excluded.holdout ?? 0);
    // What they would be is decided when the others' are.
    for (const row of rows) expect(row).toMatchObject({ send: null, blocks: null });
  });

  it('forgets them where nobody else is written to, or the campaign is cancelled before their time', async () => {
    const { db } = database;
    const of = (id: string) =>
      db.selectFrom('held_out').select('customer_id').where('campaign_id', '=', id).execute();
    await db.deleteFrom('held_out').execute();
    const everybodyHeld = structuredClone(context.content.library.settings);
    everybodyHeld.rules.holdout = 1;
    const library = { ...context.content.library, settings: everybodyHeld };
    const nobody = { ...context, content: { ...context.content, library } };
    await planCampaign(nobody, await create('nobody'));
    expect((await getCampaign(db, 'nobody')).state).toBe('draft');
    expect(await of('nobody')).toEqual([]);

    await planCampaign(context, await create('stopped', { families: ['Messen'] }));
    const before = await of('stopped');
    expect(before.length).toBeGreaterThan(1);
    await db
      .updateTable('held_out')
      .set({ decided_at: now(), blocks: '[]' })
      .where('campaign_id', '=', 'stopped')
      .where('customer_id', '=', before[0]?.customer_id ?? '')
      .execute();
    await cancelCampaign(db, 'stopped', now());
    expect(await of('stopped')).toEqual(before.slice(0, 1));
  });

  it('is the same as the dry run before it, which changes nothing', async () => {
    const campaign = await create('scales', { families: ['Wägen'] });
    const before = await database.db
      .selectFrom('sends')
      .select(({ fn }) => fn.countAll().as('n'))
      .executeTakeFirst();
    const dry: string[] = [];
    for await (const batch of decideAll(context, campaign)) {
      for (const { customer, decision } of batch) if (decision.send) dry.push(customer.id);
    }
    expect(
      await database.db
        .selectFrom('sends')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirst(),
    ).toEqual(before);
    expect((await getCampaign(database.db, 'scales')).state).toBe('draft');
    await planCampaign(context, campaign);
    const rows = await database.db
      .selectFrom('sends')
      .select('customer_id')
      .where('campaign_id', '=', 'scales')
      .orderBy('customer_id')
      .execute();
    expect(rows.map((r) => r.customer_id)).toEqual(dry.sort());
    expect(dry.length).toBeGreaterThan(100);
  });

  it('that died goes on where it stopped, and comes to the same', async () => {
    const campaign = await create('died');
    const dying = new AbortController();
    const half = planCampaign({ ...context, signal: dying.signal }, campaign, () => dying.abort());
    await expect(half).rejects.toThrow();
    expect(await getCampaign(database.db, 'died')).toMatchObject({ state: 'planning', candidates: 1000 });
    const counts = await planCampaign(context, await getCampaign(database.db, 'died'));
    expect(counts?.candidates).toBe(2500);
    const all = await getCampaign(database.db, 'all');
    expect(Math.abs((counts?.planned ?? 0) - (all.planned ?? 0))).toBe(0);
  });

  it('is not ended by resuming: only what was paused can be resumed', async () => {
    const campaign = await create('half');
    const dying = new AbortController();
    await planCampaign({ ...context, signal: dying.signal }, campaign, () => dying.abort()).catch(() => {});
    const resume = moveCampaign(database.db, 'half', 'running', { now: now(), from: 'paused' });
    await expect(resume).rejects.toThrow(/is planning/);
  });

  it('of a library without any development is refused, rather than leaving everybody out', async () => {
    const library = { ...context.content.library, developments: new Map() };
    const empty = { ...context, content: { ...context.content, library } };
    await expect(planCampaign(empty, await create('empty'))).rejects.toThrow(/no developments/);
    expect((await getCampaign(database.db, 'empty')).state).toBe('draft');
  });

  it('cancelled meanwhile stops, and leaves nothing to send', async () => {
    const campaign = await create('cancelled');
    const cancelled: Promise<unknown>[] = [];
    const planning = planCampaign(context, campaign, () => {
      if (cancelled.length === 0) cancelled.push(cancelCampaign(database.db, 'cancelled', now()));
    });
    await expect(planning).rejects.toThrow(/cancelled/);
    await Promise.all(cancelled);
    const { sends } = await campaignProgress(database.db, 'cancelled');
    expect(sends).toMatchObject({ planned: 0, queued: 0 });
  });

  it('done by two processes at once is done once', async () => {
    const campaign = await create('twice');
    const [one, two] = await Promise.all([planCampaign(context, campaign), planCampaign(context, campaign)]);
    expect([one, two].filter((c) => c === null)).toHaveLength(1);
    const { sends } = await campaignProgress(database.db, 'twice');
    expect(sends.planned).toBe((one ?? two)?.planned);
  });
});
