import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { FREQUENCIES, NO_PREFERENCES, TOPICS } from '../../src/domain/conversation.ts';
import { loadPreferences, onDay } from '../../src/feedback/preferences/load.ts';
import { knownProducts } from '../../src/feedback/preferences/product-use.ts';
import { savePreferences } from '../../src/feedback/preferences/save.ts';
import type { PreferencesForm } from '../../src/feedback/preferences/wish.ts';
import { preferenceWords } from '../../src/feedback/preferences/words.ts';
import { type LibraryProduct, productFile } from '../../src/library/schema.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend } from '../web/stand.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-10-12T09:00:00Z');

const libraryProduct = (key: string): LibraryProduct => ({
  ...productFile.parse({ family: 'Alles', de: { name: key }, en: { name: key } }),
  key,
});
/** What the CRM calls a product, and which one of the library it is; `p1` is bought by everybody who is seeded. */
const CRM = { p1: 'laser', p2: 'laser', p3: 'scale', p4: 'scale', p5: null } as const;
const KEYS = ['laser', 'scale', 'p5'];
const matchProduct = ({ id }: { id: string }) => {
  const key = CRM[id as keyof typeof CRM];
  return key ? libraryProduct(key) : undefined;
};

let customerId: string;
let sendId: number;
let count = 0;

beforeEach(async () => {
  count += 1;
  customerId = `w${count}`;
  sendId = await seedSend(db, { id: customerId });
  await db
    .insertInto('products')
    .values(['p2', 'p3', 'p4', 'p5'].map((id) => ({ id, source: 'test', name: id, family: 'Alles' })))
    .onConflict((oc) => oc.doNothing())
    .execute();
});

test('of freight and the like there is nothing to ask', async () => {
  await db
    .insertInto('products')
    .values({ id: 'freight', source: 'test', name: 'Fracht und Verpackung', family: null })
    .execute();
  await buy('freight', '2026-01-01');
  const known = await knownProducts(db, customerId, matchProduct);
  expect(known.map(({ productId }) => productId)).toEqual(['p1']);
});

const form = (given: Partial<PreferencesForm> = {}): PreferencesForm => ({
  language: 'de',
  frequency: null,
  topicsOff: [],
  ratioWish: null,
  pause: null,
  shown: ['laser'],
  used: ['laser'],
  ...given,
});
const save = (given: Partial<PreferencesForm> = {}, now = NOW) =>
  savePreferences(db, sendId, form(given), { now, timeZone: 'Europe/Berlin', matchProduct });
const owned = async () =>
  (
    await db
      .selectFrom('owned_products')
      .select('product_id')
      .where('customer_id', '=', customerId)
      .orderBy('product_id')
      .execute()
  ).map((row) => row.product_id);
const buy = (productId: string, on: string, quantity = 1) =>
  db
    .insertInto('purchases')
    .values({
      id: `buy-${productId}-${on}`,
      customer_id: customerId,
      source: 'test',
      product_id: productId,
      quantity,
      purchased_on: on,
      status: 'kept',
    })
    .execute();
const entries = () =>
  db
    .selectFrom('crm_entries')
    .select(['kind', 'send_id'])
    .where('customer_id', '=', customerId)
    .orderBy('kind')
    .execute();

describe('what is saved', () => {
  test('is nothing when the form says what holds anyway', async () => {
    expect(await save()).toEqual([]);
    expect(await loadPreferences(db, customerId)).toEqual(NO_PREFERENCES);
    expect(
      await db.selectFrom('preferences').selectAll().where('customer_id', '=', customerId).execute(),
    ).toEqual([]);
    expect(await entries()).toEqual([]);
  });

  test('is what differs, and the CRM is to be told of it as a whole', async () => {
    expect(
      await save({ frequency: 'quarterly', topicsOff: ['training'], ratioWish: 2, pause: 'begin' }),
    ).toEqual([
      { what: 'topics', wanted: false, topics: ['training'] },
      { what: 'frequency', to: 'quarterly' },
      { what: 'wish', to: 2 },
      { what: 'paused', until: '2027-01-12' },
    ]);
    expect(await loadPreferences(db, customerId)).toEqual({
      language: null,
      frequency: 'quarterly',
      topicsOff: ['training'],
      ratioWish: 2,
      pausedUntil: '2027-01-12',
    });
    expect(await entries()).toEqual([
      { kind: 'note', send_id: null },
      { kind: 'profile', send_id: null },
    ]);
  });

  test('twice changes nothing more', async () => {
    const said = { frequency: 'monthly', used: [], pause: 'begin' } as const;
    await save(said);
    const before = await db
      .selectFrom('preferences')
      .selectAll()
      .where('customer_id', '=', customerId)
      .execute();
    expect(await save(said, new Date(NOW.getTime() + 60_000))).toEqual([]);
    expect(
      await db.selectFrom('preferences').selectAll().where('customer_id', '=', customerId).execute(),
    ).toEqual(before);
  });

  test('keeps a language that was chosen, also when the CRM comes to agree', async () => {
    await save({ language: 'en' });
    await db.updateTable('customers').set({ language: 'en' }).where('id', '=', customerId).execute();
    expect(await save({ language: 'en' })).toEqual([]);
    expect((await loadPreferences(db, customerId)).language).toBe('en');
    expect(await save({ language: 'de' })).toEqual([{ what: 'language', to: 'de' }]);
    expect((await loadPreferences(db, customerId)).language).toBe('de');
  });

  test('says so when nothing is left to write about', async () => {
    expect(await save({ topicsOff: TOPICS })).toEqual([{ what: 'nothing_left' }]);
  });

  test('belongs to nobody when the customer is gone', async () => {
    await db.deleteFrom('customers').where('id', '=', customerId).execute();
    expect(await save({ frequency: 'monthly' })).toBeNull();
    expect(await loadPreferences(db, customerId)).toEqual(NO_PREFERENCES);
  });
});

describe('a pause', () => {
  test('runs for three months at most, and is over by itself', async () => {
    await save({ pause: '2030-01-01' });
    const kept = await loadPreferences(db, customerId);
    expect(kept.pausedUntil).toBe('2027-01-12');
    expect(onDay(kept, '2027-01-11').pausedUntil).toBe('2027-01-12');
    expect(onDay(kept, '2027-01-12').pausedUntil).toBeNull();
    // a form from before it was over
    expect(await save({ pause: '2027-01-12' }, new Date('2027-02-01T09:00:00Z'))).toEqual([]);
  });

  test('goes on as it was shown, and ends when it is cleared', async () => {
    await save({ pause: 'begin' });
    expect(await save({ pause: '2027-01-12' }, new Date('2026-11-12T09:00:00Z'))).toEqual([]);
    expect(await save({ pause: null })).toEqual([{ what: 'resumed' }]);
  });
});

describe('corrections of products', () => {
  test('survive a sync that writes the purchases again, until the product is bought once more', async () => {
    await save({ used: [] });
    expect(await owned()).toEqual([]);
    await db.deleteFrom('purchases').where('customer_id', '=', customerId).execute();
    await buy('p1', '2024-03-01');
    expect(await owned()).toEqual([]);
    await buy('p1', '2026-10-13');
    expect(await owned()).toEqual(['p1']);
    // said again, it counts again
    expect(await save({ used: [] }, new Date('2026-10-14T09:00:00Z'))).toMatchObject([{ inUse: false }]);
    expect(await owned()).toEqual([]);
  });

  test('hold against a purchase that the CRM dates into the future', async () => {
    await buy('p1', '2031-01-01');
    await save({ used: [] });
    expect(await owned()).toEqual([]);
    await buy('p1', '2031-01-02');
    expect(await owned()).toEqual(['p1']);
  });

  test('count for every CRM product that is the same one to customers', async () => {
    await buy('p2', '2025-01-01');
    expect(await owned()).toEqual(['p1', 'p2']);
    await save({ used: [] });
    expect(await owned()).toEqual([]);
    expect(await save({ used: ['laser'] })).toMatchObject([
      { what: 'products', inUse: true, products: [{ key: 'laser' }] },
    ]);
    expect(await owned()).toEqual(['p1', 'p2']);
    expect(
      await db.selectFrom('product_use').selectAll().where('customer_id', '=', customerId).execute(),
    ).toEqual([]);
  });

  test('add what no purchase tells of, once, and take it away again', async () => {
    await save({ used: ['laser', 'scale'] });
    expect(await owned()).toEqual(['p1', 'p3']);
    await save({ shown: ['laser', 'scale'], used: ['laser'] });
    expect(await owned()).toEqual(['p1']);
    expect(
      await db.selectFrom('product_use').selectAll().where('customer_id', '=', customerId).execute(),
    ).toEqual([]);
  });

  test('touch only what the form listed, not what was bought meanwhile, and nothing that does not exist', async () => {
    await buy('p3', '2025-01-01');
    expect(await save({ shown: ['laser', 'nonsense'], used: ['laser', 'nonsense'] })).toEqual([]);
    expect(await save({ shown: ['nonsense'], used: ['nonsense'] })).toEqual([]);
    expect(await owned()).toEqual(['p1', 'p3']);
  });
});

const anyForm: fc.Arbitrary<PreferencesForm> = fc
  .record({
    language: fc.constantFrom('de' as const, 'en' as const),
    frequency: fc.constantFrom(null, ...FREQUENCIES),
    topicsOff: fc.subarray([...TOPICS]),
    ratioWish: fc.constantFrom(null, -2, -1, 0, 1, 2),
    pause: fc.constantFrom(null, 'begin', '2026-12-24'),
    shown: fc.subarray(KEYS),
  })
  .chain((said) => fc.subarray(KEYS).map((used) => ({ ...said, used })));

test('after any forms, what is stored says exactly what the last one said', async () => {
  await buy('p4', '2025-05-05');
  await buy('p5', '2025-05-05');
  await fc.assert(
    fc.asyncProperty(fc.array(anyForm, { minLength: 1, maxLength: 4 }), async (forms) => {
      let inUse: string[] = [];
      for (const said of forms) {
        const before = new Set((await owned()).map((id) => CRM[id as keyof typeof CRM] ?? id));
        await save(said);
        inUse = KEYS.filter(
          (key) => said.used.includes(key) || (before.has(key) && !said.shown.includes(key)),
        );
      }
      const last = forms.at(-1) as PreferencesForm;
      const stored = await loadPreferences(db, customerId);
      expect(stored).toEqual({
        language: stored.language,
        frequency: last.frequency,
        topicsOff: TOPICS.filter((topic) => last.topicsOff.includes(topic)),
        ratioWish: last.ratioWish,
        pausedUntil: last.pause === 'begin' ? '2027-01-12' : last.pause,
      });
      expect(stored.language ?? 'de').toBe(last.language);
      const keys = new Set((await owned()).map((id) => CRM[id as keyof typeof CRM] ?? id));
      expect([...keys].sort()).toEqual(inUse.toSorted());
      expect(await save({ ...last, pause: stored.pausedUntil })).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('of two forms at the same time one is stored whole', async () => {
  const one = { frequency: 'monthly', ratioWish: 2, shown: ['laser', 'scale'], used: [] } as const;
  const other = { frequency: 'quarterly', ratioWish: -2, used: ['laser', 'scale'] } as const;
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([save(one), save(other), save(one), save(other)]);
    const { frequency, ratioWish } = await loadPreferences(db, customerId);
    expect([
      ['monthly', 2, []],
      ['quarterly', -2, ['p1', 'p3']],
    ]).toContainEqual([frequency, ratioWish, await owned()]);
  }
});

describe('preferences in words', () => {
  const all = {
    language: 'en',
    frequency: 'quarterly',
    topicsOff: ['training', 'offers'],
    ratioWish: 1,
    pausedUntil: '2027-02-24',
  } as const;

  test('say everything that was said, and nothing else', () => {
    expect(preferenceWords(NO_PREFERENCES, 'de')).toEqual([]);
    expect(preferenceWords({ ...all, topicsOff: [...all.topicsOff] }, 'de')).toEqual([
      'Höchstens einmal im Quartal Post',
      'Kein Interesse an: Schulungen, Neues und Angebote',
      'Mehr Neues',
      'Sprache: Englisch',
      'Pause: keine Post vor dem 24.02.2027',
    ]);
    expect(preferenceWords({ ...all, topicsOff: [...TOPICS] }, 'en', '2027-02-24')).toEqual([
      'A mail once a quarter at most',
      'All topics turned off: gets no mail',
      'More that is new',
      'Language: English',
    ]);
  });
});
