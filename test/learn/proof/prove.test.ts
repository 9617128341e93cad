import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Draws } from '../../../src/learn/model/draws.ts';
import { logit } from '../../../src/learn/model/posterior.ts';
import { decideProposal } from '../../../src/learn/proof/decide.ts';
import { loadDifferences } from '../../../src/learn/proof/differences.ts';
import { prove } from '../../../src/learn/proof/prove.ts';
import { rewardRules } from '../../../src/learn/rewards/blocks.ts';
import type { Library } from '../../../src/library/library.ts';
import { development, library as fixture, offer } from '../../compose/fixtures.ts';
import { testDatabase } from '../../stands/database.ts';

const { db } = await testDatabase();
const DAY = 86_400_000;
const now = new Date('2026-06-15T04:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY);

const library: Library = fixture({
  developments: [development('news'), development('tips')],
  offers: [offer('camera')],
});

const rate = (value: number): Draws => ({
  size: 10,
  sharpness: 1,
  of: () => new Float64Array(10).fill(logit(value)),
});
const cells = [
  { offerId: 'camera', variantId: 'base', productKey: 'laser', family: null, trials: 500, earned: 40 },
];
const look = (at = now, draws = rate(0.08)) => prove(db, { library, cells, draws, now: at });

/** What was answered with yes in so many alike mails: the offer in its base form, and two developments before it. */
interface Mails {
  mails: number;
  offer?: boolean;
  news?: boolean;
}

let campaigns = 0;

/** Mails of one campaign to people never written to before; `company`: all of them are of this one. */
async function send(
  at: Date,
  groups: Mails[],
  { company = null as string | null, people = null as string | null } = {},
): Promise<void> {
  campaigns += 1;
  const campaign = `c${campaigns}`;
  await sql`
    insert into campaigns (id, name, kind, state, created_at) values (${campaign}, 'any', 'adhoc', 'finished', ${at})`.execute(
    db,
  );
  for (const [index, group] of groups.entries()) {
    const who = people ?? `${campaign} ${index}`;
    await sql`
      insert into customers (id, source, consent, company_id)
      select ${who} || ' ' || n, 'test', 'consent', ${company} from generate_series(1, ${group.mails}::int) n
      on conflict do nothing`.execute(db);
    await sql`
      with sent as (
        insert into sends (campaign_id, customer_id, chunk, state, due_at)
        select ${campaign}, ${who} || ' ' || n, 0, 'sent', ${at}
        from generate_series(1, ${group.mails}::int) n returning id, customer_id),
      blocks as (
        insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
          probability, shown_at)
        select id, position, customer_id, ${campaign}, kind, content, 'base', 'laser', 1, ${at}
        from sent, (values (0, 'proven', 'news'), (1, 'proven', 'tips'), (2, 'experimental', 'camera'))
          b (position, kind, content))
      insert into answers (send_id, position, customer_id, content_id, answer, answered_at)
      select id, position, customer_id, 'any', 'yes', ${new Date(at.getTime() + DAY)}
      from sent, unnest(${[...(group.offer ? [2] : []), ...(group.news ? [0] : [])]}::int[]) position`.execute(
      db,
    );
  }
}

async function born(): Promise<void> {
  await db
    .insertInto('variants')
    .values({ offer_id: 'camera', variant_id: 'base', origin: 'founder', born_at: daysAgo(200) })
    .execute();
}
const variant = async () =>
  await db.selectFrom('variants').select(['tested_since', 'test_number']).executeTakeFirstOrThrow();
const proposals = async () => await db.selectFrom('proposals').selectAll().orderBy('id').execute();
const differences = async () => await loadDifferences(db, await rewardRules(db, { library, now }));

/** The test began a hundred days ago. */
async function underTest(): Promise<void> {
  await born();
  await db
    .updateTable('variants')
    .set({ tested_since: daysAgo(100), test_number: 1 })
    .execute();
}

beforeEach(async () => {
  await sql`truncate variants, proposals, answers, shown_blocks, sends, campaigns, customers cascade`.execute(
    db,
  );
});

describe('a variant that seems better than what is proven', () => {
  beforeEach(async () => {
    await born();
    await send(daysAgo(50), [{ mails: 96 }, { mails: 4, news: true }]);
  });

  it('is tested from now on, and what came before does not count', async () => {
    await send(daysAgo(40), [{ mails: 400, offer: true }]);
    expect((await look()).begun).toEqual([{ offerId: 'camera', variantId: 'base' }]);
    expect(await variant()).toEqual({ tested_since: now, test_number: 1 });
    expect(await look(new Date(now.getTime() + DAY))).toEqual({ begun: [], graduates: [], tired: null });
    expect(await variant()).toEqual({ tested_since: now, test_number: 1 });
  });

  it('is not tested when the model is not sure, or when it could not become a development', async () => {
    expect((await look(now, rate(0.001))).begun).toEqual([]);
    const barred = fixture({
      developments: [development('news')],
      offers: [offer('camera', { bridges: [{ product: 'laser', similar: false }] })],
    });
    expect((await prove(db, { library: barred, cells, draws: rate(0.08), now })).begun).toEqual([]);
  });
});

describe('a variant under test', () => {
  const better = [{ mails: 40, offer: true }, { mails: 10, news: true }, { mails: 350 }];

  it('is put forward once its evidence is enough, with the numbers', async () => {
    await underTest();
    await send(daysAgo(50), better);
    expect((await look()).graduates).toEqual([{ offerId: 'camera', variantId: 'base' }]);
    const [proposal] = await proposals();
    expect(proposal).toMatchObject({
      kind: 'graduate',
      content_id: 'camera',
      variant_id: 'base',
      decision: null,
    });
    const evidence = proposal?.evidence as Record<string, number>;
    expect(evidence).toMatchObject({
      mails: 400,
      comparisons: 400,
      yes: 40,
      bought: 0,
      rate: 0.1,
      provenRate: 0.0125,
      number: 1,
    });
    expect(evidence.eValue).toBeGreaterThan(80);
    expect(evidence.atLeast).toBeGreaterThan(0.02);
    expect(evidence.atLeast).toBeLessThan(0.0875);
    expect((await look()).graduates).toEqual([]);
    expect(await proposals()).toHaveLength(1);
  });

  it('is not put forward again after a no, nor is its offer after a yes', async () => {
    await underTest();
    await send(daysAgo(50), better);
    await look();
    const [proposal] = await proposals();
    await decideProposal(db, { id: proposal?.id as number, yes: false, now });
    expect(await look()).toMatchObject({ begun: [], graduates: [] });
    expect(await proposals()).toHaveLength(1);
  });

  it('needs more evidence as a later test', async () => {
    await underTest();
    await db.updateTable('variants').set({ test_number: 1_000_000 }).execute();
    await send(daysAgo(50), better);
    expect((await look()).graduates).toEqual([]);
  });

  it('counts nothing from before its test, and nothing that may still be returned', async () => {
    await underTest();
    await send(daysAgo(101), [{ mails: 10, offer: true }]);
    await send(daysAgo(29), [{ mails: 10, offer: true }]);
    await send(daysAgo(30), [{ mails: 3, offer: true }]);
    expect(await differences()).toMatchObject([{ mails: 3, outcomes: [{ difference: 1, times: 3 }] }]);
  });

  it('counts a person once, with the first mail that showed it', async () => {
    await underTest();
    await send(daysAgo(60), [{ mails: 5 }], { people: 'same' });
    await send(daysAgo(30), [{ mails: 5, offer: true }], { people: 'same' });
    expect(await differences()).toMatchObject([{ mails: 5, outcomes: [{ difference: 0, times: 5 }] }]);
  });

  it('counts colleagues of the same day as one', async () => {
    await underTest();
    await send(daysAgo(60), [{ mails: 3, offer: true }, { mails: 1 }], { company: 'acme' });
    await send(daysAgo(30), [{ mails: 1, news: true }], { company: 'acme' });
    const [test] = await differences();
    expect(test).toMatchObject({ mails: 5, comparisons: 2 });
    expect(test?.outcomes).toEqual([
      { difference: -0.5, times: 1 },
      { difference: 0.75, times: 1 },
    ]);
  });

  it('compares nothing where no proven block stands beside it', async () => {
    await underTest();
    await send(daysAgo(60), [{ mails: 3, offer: true }]);
    await sql`delete from shown_blocks where kind = 'proven'`.execute(db);
    expect(await differences()).toMatchObject([{ mails: 0, outcomes: [] }]);
  });
});

describe('a development that nobody answers any more', () => {
  it('is put forward to be rewritten, one at a time, and not again for half a year', async () => {
    await send(daysAgo(50), [{ mails: 60, news: true }, { mails: 640 }]);
    // in the same places, "news" and "tips" are answered quite differently
    await sql`update shown_blocks set position = position + 10 where content_id = 'tips'`.execute(db);
    await sql`update shown_blocks set content_id = 'tips' where content_id = 'news' and send_id in (
      select s.id from sends s where not exists (select from answers a where a.send_id = s.id) limit 400)`.execute(
      db,
    );
    expect((await look()).tired).toBe('tips');
    const [proposal] = await proposals();
    expect(proposal).toMatchObject({
      kind: 'rewrite',
      content_id: 'tips',
      evidence: { earned: 0, days: 180 },
    });
    expect((await look()).tired).toBeNull();
    await decideProposal(db, { id: proposal?.id as number, yes: false, now });
    expect((await look(new Date(now.getTime() + 30 * DAY))).tired).toBeNull();
  });

  it('is left alone when it is answered as often as the rest', async () => {
    await send(daysAgo(50), [{ mails: 60, news: true }, { mails: 640 }]);
    expect((await look()).tired).toBeNull();
  });
});

describe('a decision about a proposal', () => {
  const put = async (kind: 'rewrite' | 'stopped') =>
    (
      await db
        .insertInto('proposals')
        .values({ kind, content_id: 'news', made_at: now, evidence: '{}' })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id;

  it('is kept, and final', async () => {
    const id = await put('rewrite');
    expect(await decideProposal(db, { id, yes: true, now })).toMatchObject({
      kind: 'rewrite',
      decision: 'yes',
    });
    await expect(decideProposal(db, { id, yes: false, now })).rejects.toThrow(/decided already/);
    await expect(decideProposal(db, { id: id + 1, yes: true, now })).rejects.toThrow(/no proposal/);
  });

  it('does not bring back what did harm', async () => {
    const id = await put('stopped');
    await expect(decideProposal(db, { id, yes: false, now })).rejects.toThrow(/stays stopped/);
    expect(await decideProposal(db, { id, yes: true, now })).toMatchObject({ decision: 'yes' });
  });
});
