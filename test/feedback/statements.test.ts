import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadFacts } from '../../src/compose/load-facts.ts';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { type AskedQuestion, askQuestion } from '../../src/feedback/asked-question.ts';
import { addMonths } from '../../src/feedback/months.ts';
import { type MomentFacts, makesSense, nextQuestion } from '../../src/feedback/next-question.ts';
import { recordStatement, type Statement } from '../../src/feedback/statements.ts';
import { type Question, questionFile } from '../../src/library/question-schema.ts';
import { type LibraryProduct, productFile } from '../../src/library/schema.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend } from '../web/stand.ts';

const NOW = new Date('2026-10-12T22:30:00Z');
const LASER: LibraryProduct = {
  ...productFile.parse({
    skus: ['LASER'],
    family: 'Kennzeichnen',
    de: { name: 'Laserdrucker LX', gender: 'm' },
    en: { name: 'LX laser printer' },
  }),
  key: 'laser',
};
const question = (id: string, given: object): Question => ({
  id,
  ...questionFile.parse({ ask: 'customer', de: { question: `${id}?` }, ...given }),
});

describe('the next question', () => {
  const facts = (given: Partial<MomentFacts> = {}): MomentFacts => ({
    answer: 'yes',
    kind: 'proven',
    contentId: 'firmware',
    products: new Set(['laser']),
    families: new Set(['Kennzeichnen']),
    gaps: new Set(),
    saidTo: new Map(),
    now: NOW,
    ...given,
  });
  const asked = (catalogue: Question[], given: Partial<MomentFacts> = {}) =>
    nextQuestion(catalogue, facts(given))?.id;

  test('is none without a catalogue, and never one for salespeople', () => {
    expect(asked([])).toBeUndefined();
    expect(asked([question('sales', { ask: 'sales' })])).toBeUndefined();
  });

  test('is the most important one, then the one for fewer moments, then by id', () => {
    const plain = question('plain', {});
    const yes = question('yes', { when: { answers: ['yes'] } });
    const other = question('other', { when: { answers: ['yes'] } });
    const urgent = question('urgent', { priority: 5 });
    expect(asked([plain, yes, other, urgent])).toBe('urgent');
    expect(asked([plain, yes, other])).toBe('other');
    expect(asked([plain, yes, other], { saidTo: new Map([['other', new Date('2025-01-01')]]) })).toBe('yes');
    expect(asked([plain, yes, other], { answer: 'no' })).toBe('plain');
  });

  test('rests for 180 days after it was answered', () => {
    const said = (days: number) => ({
      saidTo: new Map([['q', new Date(NOW.getTime() - days * 86_400_000)]]),
    });
    expect(asked([question('q', {})], said(179))).toBeUndefined();
    expect(asked([question('q', {})], said(180))).toBe('q');
  });

  test.each<[object, Partial<MomentFacts>, boolean]>([
    [{ kind: 'experimental' }, {}, false],
    [{ kind: 'proven' }, {}, true],
    [{ contents: ['schulung'] }, {}, false],
    [{ contents: ['schulung', 'firmware'] }, {}, true],
    [{ products: ['scale'] }, {}, false],
    [{ products: ['scale'], families: ['Kennzeichnen'] }, {}, true],
    [{ families: ['Wägen'] }, {}, false],
    [{ lacks: ['scale'] }, {}, true],
    [{ lacks: ['scale', 'laser'] }, {}, false],
    [{ gap: 'no_wish' }, {}, false],
    [{ gap: 'no_wish' }, { gaps: new Set(['no_wish'] as const) }, true],
    [{ gap: 'no_wish', answers: ['no'] }, { gaps: new Set(['no_wish'] as const) }, false],
  ])('with %j makes sense only when all of it holds', (when, given, expected) => {
    expect(makesSense(question('q', { when }), facts(given))).toBe(expected);
  });

  test('does not depend on the order of the catalogue, and always makes sense', () => {
    const some = fc.record({
      priority: fc.integer({ min: 1, max: 5 }),
      when: fc.record(
        {
          answers: fc.subarray(['yes', 'call', 'later', 'no'], { minLength: 1 }),
          kind: fc.constantFrom('proven', 'experimental'),
          products: fc.subarray(['laser', 'scale'], { minLength: 1 }),
          lacks: fc.subarray(['laser', 'scale'], { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
    });
    const catalogues = fc
      .array(some, { maxLength: 8 })
      .map((given) => given.map((each, at) => question(`q${at}`, each)))
      .chain((catalogue) =>
        fc.tuple(
          fc.constant(catalogue),
          fc.shuffledSubarray(catalogue, { minLength: catalogue.length, maxLength: catalogue.length }),
        ),
      );
    fc.assert(
      fc.property(catalogues, ([catalogue, shuffled]) => {
        const chosen = nextQuestion(catalogue, facts());
        expect(nextQuestion(shuffled, facts())).toBe(chosen);
        const sensible = catalogue.filter((each) => makesSense(each, facts()));
        if (chosen === undefined) expect(sensible).toEqual([]);
        else for (const each of sensible) expect(each.priority).toBeLessThanOrEqual(chosen.priority);
      }),
    );
  });
});

describe('a question in words', () => {
  const wants = question('wants', {
    words: true,
    choices: [
      { id: 'papers', de: 'Unterlagen zu {{product}}' },
      { id: 'english-only', en: 'Only in English' },
      { id: 'other', de: 'Etwas zu {{yourProduct}}', eachProduct: true },
    ],
    de: { question: 'Was genau wollen Sie zu {{product}}?', words: 'In Ihren Worten' },
  });
  const about = { key: 'laser', product: LASER };

  test('names the products, and offers at most five of them', () => {
    const owned = [about, ...[1, 2, 3, 4, 5, 6].map((n) => ({ key: `p${n}`, product: `Gerät ${n}` }))];
    const asked = askQuestion(wants, { about, owned, language: 'de' });
    expect(asked?.question).toBe('Was genau wollen Sie zu Laserdrucker LX?');
    expect(asked?.choices.map(({ code, words }) => [code, words]).slice(0, 3)).toEqual([
      ['papers', 'Unterlagen zu Laserdrucker LX'],
      ['other:laser', 'Etwas zu Ihren Laserdrucker LX'],
      ['other:p1', 'Etwas zu Ihr Gerät-1-Produkt'],
    ]);
    expect(asked?.choices).toHaveLength(6);
  });

  test('is not asked in a language it has no text in', () => {
    expect(askQuestion(wants, { about, owned: [], language: 'en' })).toBeNull();
  });
});

test.each([
  ['2026-11-30', 3, '2027-02-28'],
  ['2027-11-30', 3, '2028-02-29'],
  ['2026-12-31', 1, '2027-01-31'],
  ['2026-08-15', -60, '2021-08-15'],
])('%s and %i months is %s', (day, months, expected) => {
  expect(addMonths(day, months)).toBe(expected);
});

describe('what somebody says', async () => {
  const { db } = await testDatabase();
  let sendId: number;
  let customerId: string;
  let count = 0;
  beforeEach(async () => {
    count += 1;
    customerId = `s${count}`;
    sendId = await seedSend(db, { id: customerId });
  });

  const why = question('why', {
    choices: [
      { id: 'unused', de: 'Nicht im Einsatz', means: 'not_used' },
      { id: 'spring', de: 'Im Frühling', means: 'ask_later', months: 6 },
      { id: 'price', de: 'Zu teuer' },
    ],
  });
  const asked = askQuestion(why, {
    about: { key: 'laser', product: LASER },
    owned: [],
    language: 'de',
  }) as AskedQuestion;
  const say = (choice: string | null, words: string | null = null, given: Partial<Statement> = {}) =>
    recordStatement(
      db,
      {
        saidBy: 'customer',
        about: { sendId, position: 0, contentId: 'firmware' },
        question: asked,
        choice: asked.choices.find(({ code }) => code === choice) ?? null,
        words,
        ...given,
      },
      {
        now: NOW,
        timeZone: 'Europe/Berlin',
        matchProduct: ({ sku }) => (sku === 'LASER' ? LASER : undefined),
      },
    );
  const statements = () =>
    db.selectFrom('statements').selectAll().where('customer_id', '=', customerId).orderBy('id').execute();
  const owned = async () =>
    (
      await db
        .selectFrom('owned_products')
        .select('product_id')
        .where('customer_id', '=', customerId)
        .execute()
    ).map((row) => row.product_id);

  test('is kept in the words that were read, and the CRM is to be told of it', async () => {
    expect(await say('price', 'Vielleicht 2028')).toBe(true);
    expect(await statements()).toMatchObject([
      {
        send_id: sendId,
        position: 0,
        content_id: 'firmware',
        question: 'why?',
        choice: 'price',
        choice_words: 'Zu teuer',
        words: 'Vielleicht 2028',
        said_by: 'customer',
        not_before: null,
      },
    ]);
    expect(
      await db
        .selectFrom('crm_entries')
        .select(['kind', 'send_id', 'position'])
        .where('customer_id', '=', customerId)
        .orderBy('kind')
        .execute(),
    ).toEqual([
      { kind: 'note', send_id: sendId, position: 0 },
      { kind: 'profile', send_id: null, position: null },
    ]);
  });

  test('replaces what was said before, as long as the CRM was not told', async () => {
    await say('price');
    await say('spring');
    // half past midnight in Berlin
    expect(await statements()).toMatchObject([{ choice: 'spring', not_before: '2027-04-13' }]);
    await db
      .updateTable('statements')
      .set({ crm_entry_id: 1 })
      .where('customer_id', '=', customerId)
      .execute();
    await say(null, 'Doch lieber bald');
    expect(await statements()).toMatchObject([{ choice: 'spring' }, { words: 'Doch lieber bald' }]);
  });

  test('about a product that is not in use corrects what is owned, until it is taken back', async () => {
    expect(await owned()).toEqual(['p1']);
    await say('unused');
    expect(await owned()).toEqual([]);
    await say('unused');
    expect(await owned()).toEqual([]);
    await say('price');
    expect(await owned()).toEqual(['p1']);
  });

  test('is stored once when it is sent many times at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => say('unused', 'zweimal gedrückt')));
    expect(await statements()).toHaveLength(1);
    expect(await owned()).toEqual([]);
  });

  test('can be noted by a salesperson without any mail', async () => {
    expect(await say('unused', null, { saidBy: 'salesperson', about: { customerId } })).toBe(true);
    expect(await statements()).toMatchObject([{ send_id: null, said_by: 'salesperson' }]);
    expect(await owned()).toEqual([]);
  });

  describe('to an answer that they change', () => {
    const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
    const answer = (given: 'yes' | 'no' | 'later', minutes: number) =>
      recordAnswer(db, { sendId, position: 0, answer: given, now: at(minutes) });
    const told = () =>
      db
        .updateTable('statements')
        .set({ crm_entry_id: 1 })
        .where('customer_id', '=', customerId)
        .where('crm_entry_id', 'is', null)
        .execute();
    const notBefore = async () =>
      (
        await loadFacts(db, [customerId], {
          now: at(60),
          rules: { periodDays: 90, minDaysBetween: 7, laterDays: 30 },
        })
      ).get(customerId)?.notBefore;

    test('no longer keeps the content away', async () => {
      await answer('later', -1);
      await say('spring');
      expect(await notBefore()).toEqual(new Map([['firmware', '2027-04-13']]));
      await answer('yes', 1);
      expect(await notBefore()).toEqual(new Map());
      expect(await statements()).toMatchObject([{ choice: 'spring', not_before: '2027-04-13' }]);
    });

    test('keeps it away all the same when a program changed the answer', async () => {
      await answer('later', -1);
      await say('spring');
      await answer('yes', 1);
      await db
        .updateTable('answers')
        .set({ doubted_at: at(2) })
        .where('answer', '=', 'yes')
        .where('send_id', '=', sendId)
        .execute();
      expect(await notBefore()).toEqual(new Map([['firmware', '2027-04-13']]));
    });

    test('no longer says that a product is not in use, even when the CRM was told', async () => {
      await answer('no', -1);
      await say('unused');
      await told();
      expect(await owned()).toEqual([]);
      await answer('yes', 1);
      expect(await owned()).toEqual(['p1']);
      expect(await statements()).toMatchObject([{ choice: 'unused', not_used: ['p1'] }]);
    });

    test('still holds when the same answer is given again', async () => {
      await answer('no', -1);
      await say('unused');
      await answer('no', 1);
      expect(await owned()).toEqual([]);
    });

    test('gives way to the preferences that they have saved since', async () => {
      await answer('no', -1);
      await say('unused');
      await told();
      await db
        .insertInto('preferences')
        .values({
          customer_id: customerId,
          language: null,
          frequency: null,
          ratio_wish: null,
          paused_until: null,
          changed_at: at(1),
        })
        .execute();
      await answer('yes', 2);
      expect(await owned()).toEqual([]);
    });

    test('brings back a product that only they say they use', async () => {
      await db.deleteFrom('purchases').where('customer_id', '=', customerId).execute();
      await db
        .insertInto('product_use')
        .values({ customer_id: customerId, product_id: 'p1', used: true, said_on: '2026-01-01' })
        .execute();
      await answer('no', -1);
      await say('unused');
      expect(await owned()).toEqual([]);
      await answer('yes', 1);
      expect(await owned()).toEqual(['p1']);
    });
  });

  test('goes nowhere when there is no such customer any more', async () => {
    await db.deleteFrom('customers').where('id', '=', customerId).execute();
    expect(await say('price')).toBe(false);
    expect(await statements()).toEqual([]);
  });
});
