import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Evaluated } from '../../src/learn/evaluate/policies.ts';
import { evaluatePolicy } from '../../src/learn/evaluate/report.ts';
import { library, now } from '../compose/fixtures.ts';
import { testDatabase } from '../stands/database.ts';
import { seedOffers } from './evaluate-seed.ts';

const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const content = { library: library(), matchProduct: () => undefined };

describe('an evaluation of the ledger', async () => {
  const { db } = await testDatabase();
  const evaluated = (policy: Evaluated = 'uniform', since: string | null = null) =>
    evaluatePolicy(db, { content, policy, since, now });

  it('says that nothing was offered', async () => {
    expect(await evaluated()).toMatchObject({ verdict: 'nothing', closed: 0, open: 0, result: null });
  });

  it('waits until windows are over, and a day longer for what was bought on their last day', async () => {
    await seedOffers(db, { campaignId: 'young', customers: 50, sentAt: daysAgo(14.5) });
    expect(await evaluated()).toMatchObject({ verdict: 'too_early', closed: 0, open: 50, result: null });
  });

  it('leaves out blocks whose odds are not stored, and says so', async () => {
    await seedOffers(db, { campaignId: 'early', customers: 50, sentAt: daysAgo(300), odds: false });
    expect(await evaluated()).toMatchObject({ verdict: 'no_odds', closed: 50, withoutOdds: 50, open: 50 });
  });

  it('does not make much of little', async () => {
    await seedOffers(db, { campaignId: 'few', customers: 100, sentAt: daysAgo(200) });
    const { verdict, result } = await evaluated();
    expect(verdict).toBe('too_few');
    expect(result).toMatchObject({ blocks: 100, answered: 6 });
  });

  it('finds what lots, the best offer and learning would have earned', async () => {
    await seedOffers(db, { campaignId: 'many', customers: 3000, sentAt: daysAgo(100) });
    const lots = await evaluated();
    expect(lots).toMatchObject({
      closed: 3150,
      withoutOdds: 50,
      open: 50,
      verdict: 'more',
      result: { blocks: 3100, customers: 3100, answered: 186, weights: { mean: expect.closeTo(1, 9) } },
    });
    expect(lots.result?.real.value).toBeCloseTo(0.06, 9);
    for (const by of ['ips', 'snips', 'dr'] as const)
      expect(lots.result?.other[by].value).toBeCloseTo(0.1125, 3);
    const greedy = await evaluated('greedy');
    expect(greedy.verdict).toBe('more');
    expect(greedy.result?.other.snips.value).toBeCloseTo(0.2, 9);
    expect(greedy.result?.weights.heaviest).toBeCloseTo(5, 9);
    const learned = await evaluated('thompson');
    // all but the half of the 5 % that are shared out evenly
    expect(learned.result?.other.ips.value).toBeCloseTo(0.975 * 0.2 + 0.025 * 0.025, 3);
  });

  it('looks at what was shown since a day', async () => {
    const { closed, days, withoutOdds } = await evaluated('uniform', '2026-01-01');
    expect({ closed, withoutOdds }).toEqual({ closed: 3000, withoutOdds: 0 });
    expect(days).toEqual({ first: '2026-03-07', last: '2026-03-07' });
  });

  it('counts several blocks of one customer as one customer', async () => {
    await sql`update shown_blocks set customer_id = 'one' where campaign_id = 'few'`.execute(db);
    const { result } = await evaluated();
    expect(result).toMatchObject({ blocks: 3100, customers: 3001 });
  });

  it('leaves nothing behind', async () => {
    const { rows } = await sql`select from pg_class where relname = 'drawn_blocks'`.execute(db);
    expect(rows).toHaveLength(0);
  });
});
