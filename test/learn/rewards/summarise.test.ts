import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { appeals } from '../../../src/learn/rewards/appeal.ts';
import { baseRateOf, summarise } from '../../../src/learn/rewards/summarise.ts';
import { summary as summarySchema } from '../../../src/learn/summary.ts';
import type { Library } from '../../../src/library/library.ts';
import { requireLibrary } from '../../../src/library/load.ts';
import type { LearningRules } from '../../../src/library/schema.ts';
import { testDatabase } from '../../stands/database.ts';
import { handWritten, type Showing } from './ledger.ts';

const { db } = await testDatabase();
const { mail, answer } = handWritten(db);
const library = await requireLibrary('templates/library');
beforeEach(async () => {
  await sql`truncate customers, products, campaigns, purchases cascade`.execute(db);
});

const withRules = (learning: Partial<LearningRules>): Library => ({
  ...library,
  settings: { ...library.settings, learning: { ...library.settings.learning, ...learning } },
});

/** Long after all windows; so recent that age hardly counts. */
const SHOWN = '2026-03-01T09:00:00Z';
const LATER = new Date('2026-03-16T09:00:00Z');
const LX300 = 'laserdrucker-lx300';
const OFFER: Showing = { contentId: 'inline-kamera-ic1', productKey: LX300 };
const slowly = withRules({ halfLifeDays: 3650 });

describe('the summary', () => {
  it('of an empty ledger is a guess, and can be stored', async () => {
    const summary = await summarise(db, { library, now: LATER });
    expect(summary).toMatchObject({ baseRate: 0.02, cells: [], developments: [] });
    expect(summary.delay).toHaveLength(15);
    expect(summary.delay[14]).toBe(1);
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  });

  it('has a cell for each form of an offer and each product it was tied to, with its family', async () => {
    await sql`insert into products (id, source, name, family) values ('4711', 'test', 'Unbekannt', 'Pressen')`.execute(
      db,
    );
    const first = await mail('1', SHOWN, [OFFER]);
    await mail('2', SHOWN, [OFFER]);
    await mail('3', SHOWN, [{ ...OFFER, variantId: 'headline=question' }]);
    const last = await mail('4', SHOWN, [{ ...OFFER, productKey: '4711' }]);
    await mail('5', SHOWN, [{ ...OFFER, productKey: 'gone' }]);
    await answer(first, 'yes', '2026-03-02T09:00:00Z');
    await answer(last, 'later', '2026-03-02T09:00:00Z');
    const { cells } = await summarise(db, { library: slowly, now: LATER });
    const family = library.products.get(LX300)?.family;
    expect(
      cells.map(({ productKey, variantId, family: of, trials, earned }) => [
        productKey,
        variantId,
        of,
        trials.toFixed(2),
        earned.toFixed(2),
      ]),
    ).toEqual([
      ['4711', 'base', 'Pressen', '1.00', '0.25'],
      ['gone', 'base', null, '1.00', '0.00'],
      [LX300, 'base', family, '1.99', '1.00'],
      [LX300, 'headline=question', family, '1.00', '0.00'],
    ]);
  });

  it('counts blocks whose window is open by what would have come by now, and never less than they earned', async () => {
    await mail('1', SHOWN, [OFFER]);
    const answered = await mail('2', SHOWN, [{ ...OFFER, productKey: 'laserdrucker-lx500' }]);
    await answer(answered, 'yes', '2026-03-01T10:00:00Z');
    const at = async (now: string) => {
      const { cells, delay } = await summarise(db, { library: slowly, now: new Date(now) });
      return { delay, trials: cells.map(({ trials }) => trials), earned: cells.map(({ earned }) => earned) };
    };
    const young = await at('2026-03-01T15:00:00Z');
    expect(young.trials[0]).toBeGreaterThan(0.05);
    expect(young.trials[0]).toBeLessThan(0.2);
    expect(young.trials[1]).toBe(young.earned[1]);
    const older = await at('2026-03-05T09:00:00Z');
    expect(older.trials[0]).toBeCloseTo(older.delay[4] as number, 2);
    const closed = await at('2026-03-15T09:00:00Z');
    expect(closed.trials[0]).toBeCloseTo(1, 2);
  });

  it('learns from answers how long they take', async () => {
    for (let i = 0; i < 30; i += 1)
      await answer(await mail(`${i}`, SHOWN, [OFFER]), 'yes', '2026-03-09T10:00:00Z');
    const { delay } = await summarise(db, { library, now: LATER });
    expect(delay[8]).toBeLessThan(0.5);
    expect(delay[9]).toBeGreaterThan(0.95);
  });

  it('halves what counts with each half-life, and forgets it after six', async () => {
    const library = withRules({ halfLifeDays: 30 });
    await answer(await mail('1', SHOWN, [OFFER]), 'yes', '2026-03-02T09:00:00Z');
    const sums = async (days: number) => {
      const now = new Date(Date.parse(SHOWN) + days * 86_400_000);
      return (await summarise(db, { library, now })).cells.map(({ trials, earned }) => [trials, earned]);
    };
    expect(await sums(30)).toEqual([[0.5, 0.5]]);
    expect(await sums(60)).toEqual([[0.25, 0.25]]);
    expect(await sums(180)).toEqual([]);
  });

  it('has what developments earned and what was to be expected, so that their order gives way', async () => {
    // by its author's priority the second one comes first
    const [liked, urgent] = ['lx-schulung-einrichter', 'lx300-firmware-4-2'];
    const development = (contentId: string): Showing => ({ kind: 'proven', contentId, productKey: LX300 });
    for (let i = 0; i < 24; i += 1) {
      const send = await mail(`${i}`, SHOWN, [development(urgent), development(liked), OFFER]);
      if (i % 2 === 0) await answer(send, 'call', '2026-03-02T09:00:00Z', { position: 1 });
    }
    const summary = await summarise(db, { library: slowly, now: LATER });
    expect(
      summary.developments.map(({ developmentId, earned }) => [developmentId, Math.round(earned)]),
    ).toEqual([
      [liked, 12],
      [urgent, 0],
    ]);
    const appeal = appeals(summary);
    expect(appeal(liked, LX300)).toBeGreaterThan(1.5);
    expect(appeal(urgent, LX300)).toBeLessThan(0.9);
    expect(summary.cells).toHaveLength(1);
    // pooled: 12 of 72, beside four of two hundred that are taken for granted
    expect(summary.baseRate).toBeCloseTo(16 / 272, 2);
  });
});

describe('the base rate', () => {
  it('moves from two in a hundred to what was answered, and stays away from never and always', () => {
    expect(baseRateOf([])).toBe(0.02);
    expect(baseRateOf([{ trials: 200, earned: 8 }])).toBeCloseTo(0.03, 10);
    expect(baseRateOf([{ trials: 1e9, earned: 0 }])).toBe(0.0005);
    expect(baseRateOf([{ trials: 1e9, earned: 1e9 }])).toBe(0.9);
  });
});
