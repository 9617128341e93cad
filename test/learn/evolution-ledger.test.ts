import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { decidePairing } from '../../src/learn/evolution/decide-pairing.ts';
import { type EvolutionContext, evolveAll } from '../../src/learn/evolution/evolve-all.ts';
import { loadPopulation } from '../../src/learn/population.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { testDatabase } from '../stands/database.ts';
import { learningLibrary } from './library.ts';

const { db } = await testDatabase();
const NIGHT = new Date('2026-03-02T02:00:00Z');
const DAY = 86_400_000;
const later = (days: number) => new Date(NIGHT.getTime() + days * DAY);

async function context(): Promise<EvolutionContext> {
  const library = await requireLibrary((await learningLibrary()).libraryDir);
  return {
    library,
    matchProduct: createProductMatcher(library),
    summary: { baseRate: 0.03, delay: [1], cells: [], developments: [] },
    randomKey: 'key',
    now: NIGHT,
  };
}

/** Customers of a laser, every second of whom has a pump too. */
async function sell(): Promise<void> {
  await sql`
    insert into products (id, source, sku, name) values ('L', 'test', 'LASER', 'L'), ('P', 'test', 'PUMPE', 'P')
    on conflict do nothing`.execute(db);
  await sql`
    insert into customers (id, source, consent) select 'c' || n, 'test', 'consent' from generate_series(1, 60) n`.execute(
    db,
  );
  await sql`
    insert into purchases (id, source, customer_id, product_id, quantity, purchased_on, status)
    select 'L' || n, 'test', 'c' || n, 'L', 1, date '2025-01-01', 'kept' from generate_series(1, 60) n
    union all select 'P' || n, 'test', 'c' || n, 'P', 1, date '2025-01-01', 'kept' from generate_series(1, 30) n`.execute(
    db,
  );
}

beforeEach(async () => {
  for (const table of ['variants', 'pairings', 'purchases', 'customers'] as const)
    await db.deleteFrom(table).execute();
});

describe('a night of evolution', () => {
  it('gives birth to founders where there is something to vary, once', async () => {
    const given = await context();
    const { born } = await evolveAll(db, given);
    expect(new Set(born.map(({ offerId }) => offerId))).toEqual(new Set(['kamera', 'app']));
    expect((await loadPopulation(db)).get('app')).toEqual(['base', 'headline=as-question']);
    const again = await evolveAll(db, given);
    expect(again).toEqual({ born: [], retired: [], returned: [], proposed: [], agreed: [] });
  });

  it('is the same for two processes at once as for one', async () => {
    const given = await context();
    const both = await Promise.all([evolveAll(db, given), evolveAll(db, given)]);
    expect(both.map(({ born }) => born.length).filter((count) => count > 0)).toHaveLength(1);
  });

  it('ends a form whose text is gone, says why, and tries it again when it is back', async () => {
    const given = await context();
    await evolveAll(db, given);
    const app = given.library.offers.get('app');
    if (!app) throw new Error('no app');
    const offers = new Map(given.library.offers).set('app', {
      ...app,
      genes: { ...app.genes, headline: {} },
    });
    const without = { ...given, library: { ...given.library, offers }, now: later(1) };
    expect((await evolveAll(db, without)).retired).toMatchObject([
      { offerId: 'app', variantId: 'headline=as-question', reason: 'unwritten' },
    ]);
    const row = await db
      .selectFrom('variants')
      .selectAll()
      .where('offer_id', '=', 'app')
      .where('variant_id', '=', 'headline=as-question')
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'retired', end_reason: 'unwritten', ended_at: later(1) });
    expect(row.end_detail).toContain('Bibliothek');
    const { returned } = await evolveAll(db, { ...given, now: later(2) });
    expect(returned).toEqual([{ offerId: 'app', variantId: 'headline=as-question' }]);
  });

  it('retires what others outdo', async () => {
    const given = await context();
    await evolveAll(db, given);
    const cells = [...(await loadPopulation(db))].flatMap(([offerId, variants]) =>
      variants.map((variantId, k) => ({
        offerId,
        variantId,
        productKey: 'laser',
        family: null,
        trials: 2000,
        earned: k === 0 ? 5 : 150,
      })),
    );
    const judged = { ...given, summary: { ...given.summary, cells } };
    // not before a generation has passed
    expect((await evolveAll(db, { ...judged, now: later(20) })).retired).toEqual([]);
    const { retired } = await evolveAll(db, { ...judged, now: later(28) });
    expect(retired).toContainEqual(
      expect.objectContaining({ offerId: 'kamera', variantId: 'base', reason: 'outdone' }),
    );
    // of two forms both stay
    expect(retired.some(({ offerId }) => offerId === 'app')).toBe(false);
  });
});

describe('a pairing that nobody had thought of', () => {
  it('waits for a person, one a week, and is not asked again once refused', async () => {
    await sell();
    const given = await context();
    const { proposed } = await evolveAll(db, given);
    expect(proposed).toMatchObject([
      { offerId: 'kamera', productKey: 'pumpe', state: 'proposed', owners: 30, also: 30 },
    ]);
    await decidePairing(db, {
      offerId: 'kamera',
      productKey: 'pumpe',
      yes: false,
      similar: false,
      now: later(1),
    });
    for (const days of [2, 9, 30]) {
      expect((await evolveAll(db, { ...given, now: later(days) })).proposed).toEqual([]);
    }
  });

  it('is agreed to at once where the settings ask nobody, and never as similar', async () => {
    await sell();
    const given = await context();
    const { settings } = given.library;
    const learning = { ...settings.learning, approvePairings: false };
    const library = { ...given.library, settings: { ...settings, learning } };
    expect((await evolveAll(db, { ...given, library })).agreed).toHaveLength(1);
    const row = await db.selectFrom('pairings').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'agreed', is_similar: false });
  });

  it('is decided once; a yes may be taken back', async () => {
    await sell();
    await evolveAll(db, await context());
    const about = { offerId: 'kamera', productKey: 'pumpe', similar: true, now: later(1) };
    await decidePairing(db, { ...about, yes: true });
    await expect(decidePairing(db, { ...about, yes: true })).rejects.toThrow('agreed to before');
    await decidePairing(db, { ...about, yes: false });
    await expect(decidePairing(db, { ...about, yes: true })).rejects.toThrow('refused before');
    await expect(decidePairing(db, { ...about, offerId: 'nothing', yes: true })).rejects.toThrow(
      'Nobody has proposed',
    );
  });
});
