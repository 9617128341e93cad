import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { REST_DAYS, rankQuestions, reasonKind } from '../../src/brief/rank.ts';
import { because, type GivenAnswer, type QuestionFacts } from '../../src/brief/when.ts';
import { ANSWERS } from '../../src/domain/conversation.ts';
import { GAPS, type Question, questionFile } from '../../src/library/question-schema.ts';

const TODAY = '2026-11-20';
const dayBefore = (days: number) =>
  new Date(Date.parse(TODAY) - days * 86_400_000).toISOString().slice(0, 10);

const question = (id: string, given: object = {}): Question => ({
  ...questionFile.parse({ ask: 'sales', de: { question: 'Wozu?' }, en: { question: 'What for?' }, ...given }),
  id,
});

const answer = (given: Partial<GivenAnswer> = {}): GivenAnswer => ({
  sendId: 1,
  position: 0,
  kind: 'proven',
  contentId: 'news',
  productKey: 'laser',
  answer: 'yes',
  on: dayBefore(3),
  ...given,
});

const facts = (given: Partial<QuestionFacts> = {}): QuestionFacts => ({
  today: TODAY,
  owned: [
    { key: 'laser', family: 'mark', since: '2019-02-01', declared: false },
    { key: 'scale', family: 'weigh', since: '2025-06-01', declared: false },
  ],
  answers: [],
  gaps: new Set(),
  saidTo: new Map(),
  ...given,
});

const ids = (given: QuestionFacts, catalogue: Question[]) =>
  rankQuestions(given, catalogue).map((each) => each.question.id);

describe('a question makes sense', () => {
  const holds = (when: object, given: Partial<QuestionFacts> = {}) =>
    because(question('q', { when }), facts(given));

  it('when all that its `when` says holds, and only then', () => {
    expect(holds({})).toEqual({ answer: null, product: null, ownsIt: false, lacks: [], gap: null });
    expect(holds({ products: ['laser'] })).toMatchObject({ product: 'laser', ownsIt: true });
    expect(holds({ products: ['pump'] })).toBeNull();
    expect(holds({ families: ['weigh'] })).toMatchObject({ product: 'scale' });
    expect(holds({ products: ['pump'], families: ['weigh'] })).toMatchObject({ product: 'scale' });
    expect(holds({ lacks: ['pump'] })).toMatchObject({ lacks: ['pump'] });
    expect(holds({ lacks: ['pump', 'scale'] })).toBeNull();
    expect(holds({ gap: 'single_contact' })).toBeNull();
    expect(holds({ gap: 'single_contact' }, { gaps: new Set(['single_contact']) })).not.toBeNull();
  });

  it('about the product bought last, or the one that is old', () => {
    expect(holds({ families: ['weigh', 'mark'] })).toMatchObject({ product: 'scale' });
    const gaps = new Set(['old_product'] as const);
    expect(holds({ gap: 'old_product' }, { gaps })).toMatchObject({ product: 'laser' });
    expect(holds({ gap: 'old_product', families: ['weigh'] }, { gaps })).toBeNull();
  });

  it('after the freshest answer that fits, about what was answered', () => {
    const answers = [
      answer({ answer: 'no', on: dayBefore(1), productKey: 'scale' }),
      answer({ sendId: 2, on: dayBefore(90), kind: 'experimental', contentId: 'offer' }),
      answer({ sendId: 3, on: dayBefore(200) }),
    ];
    expect(holds({ answers: ['yes'] }, { answers })).toMatchObject({
      answer: { sendId: 2 },
      product: 'laser',
    });
    expect(holds({ answers: ['yes'], kind: 'proven' }, { answers })).toMatchObject({ answer: { sendId: 3 } });
    expect(holds({ kind: 'experimental' }, { answers })).toMatchObject({ answer: { sendId: 2 } });
    expect(holds({ contents: ['other'] }, { answers })).toBeNull();
    expect(holds({ answers: ['no'], products: ['laser'] }, { answers })).toMatchObject({ product: 'laser' });
    expect(holds({ answers: ['yes'] }, { answers: [answer({ on: dayBefore(400) })] })).toBeNull();
  });
});

describe('the best questions', () => {
  it('are the more important ones, then the narrower, then those about what was just said', () => {
    expect(
      ids(facts(), [
        question('nice', { priority: 1 }),
        question('worth-most', { priority: 5 }),
        question('mine', { priority: 1, when: { products: ['scale'] } }),
      ]),
    ).toEqual(['worth-most', 'mine', 'nice']);
    const fresh = question('b', { when: { answers: ['yes'] } });
    const stale = question('a', { when: { answers: ['no'] } });
    const answers = [answer(), answer({ answer: 'no', on: dayBefore(150), productKey: 'scale' })];
    expect(ids(facts({ answers }), [stale, fresh])).toEqual(['b', 'a']);
  });

  it('are never those for the customer’s own page', () => {
    expect(ids(facts(), [question('q', { ask: 'customer' })])).toEqual([]);
  });

  it('leave out what was answered within half a year', () => {
    const saidTo = (days: number) => facts({ saidTo: new Map([['q', dayBefore(days)]]) });
    expect(ids(saidTo(REST_DAYS - 1), [question('q')])).toEqual([]);
    expect(ids(saidTo(REST_DAYS), [question('q')])).toEqual(['q']);
  });

  it('are not all about one product, and not all for one kind of reason', () => {
    const catalogue = [
      ...['a', 'b', 'c', 'd', 'e'].map((id) =>
        question(`laser-${id}`, { priority: 5, when: { products: ['laser'] } }),
      ),
      question('scale', { priority: 3, when: { products: ['scale'] } }),
      question('gap', { priority: 3, when: { gap: 'single_contact' } }),
      question('always', { priority: 3 }),
    ];
    const ranked = rankQuestions(facts({ gaps: new Set(['single_contact']) }), catalogue);
    expect(ranked[0]?.question.id).toBe('laser-a');
    expect(ranked.map((each) => each.question.id)).toEqual(
      expect.arrayContaining(['scale', 'gap', 'always']),
    );
    expect(new Set(ranked.map((each) => reasonKind(each.because))).size).toBe(3);
  });
});

describe('of somebody who owns one product', () => {
  const catalogue = [
    question('after-yes', { priority: 5, when: { answers: ['yes'], kind: 'proven' } }),
    question('after-later', { priority: 4, when: { answers: ['later'] } }),
    question('always', { priority: 4 }),
  ];
  const answers = [
    answer({ on: dayBefore(10) }),
    answer({ sendId: 2, contentId: 'other', answer: 'later', on: TODAY }),
  ];

  it('that they are about this one speaks against none: a fresh answer is followed', () => {
    const [laser] = facts().owned;
    expect(ids(facts({ answers, owned: laser ? [laser] : [] }), catalogue).slice(0, 2)).toEqual([
      'after-yes',
      'after-later',
    ]);
    expect(ids(facts({ answers }), catalogue).slice(0, 2)).not.toContain('after-later');
  });
});

const KEYS = ['laser', 'scale', 'pump'];
const FAMILIES = ['mark', 'weigh', 'dose'];
const anyDay = fc.integer({ min: 0, max: 500 }).map(dayBefore);
const some = <T>(of: readonly T[]) => fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: 3 });
const anyFacts: fc.Arbitrary<QuestionFacts> = fc.record({
  today: fc.constant(TODAY),
  owned: fc.uniqueArray(
    fc.record({
      key: fc.constantFrom(...KEYS),
      family: fc.constantFrom(...FAMILIES, null),
      since: fc.integer({ min: 0, max: 4000 }).map(dayBefore),
      declared: fc.boolean(),
    }),
    { selector: (each) => each.key },
  ),
  answers: fc.uniqueArray(
    fc.record({
      sendId: fc.integer({ min: 1, max: 5 }),
      position: fc.integer({ min: 0, max: 2 }),
      kind: fc.constantFrom('proven' as const, 'experimental' as const),
      contentId: fc.constantFrom('news', 'offer'),
      productKey: fc.constantFrom(...KEYS),
      answer: fc.constantFrom(...ANSWERS),
      on: anyDay,
    }),
    { selector: (each) => `${each.sendId} ${each.position}` },
  ),
  gaps: fc.subarray([...GAPS]).map((gaps) => new Set(gaps)),
  saidTo: fc.array(fc.tuple(fc.constantFrom('q0', 'q1', 'q2'), anyDay)).map((said) => new Map(said)),
});
const anyQuestion = fc
  .record({
    ask: fc.constantFrom('sales', 'sales', 'sales', 'customer'),
    priority: fc.integer({ min: 1, max: 5 }),
    when: fc.record(
      {
        answers: some(ANSWERS),
        kind: fc.constantFrom('proven', 'experimental'),
        contents: some(['news', 'offer']),
        products: some(KEYS),
        families: some(FAMILIES),
        lacks: some(KEYS),
        gap: fc.constantFrom(...GAPS),
      },
      { requiredKeys: [] },
    ),
  })
  .map((given) => question('', given));
const anyCatalogue = fc
  .array(anyQuestion, { maxLength: 25 })
  .map((all) => all.map((each, index) => ({ ...each, id: `q${index}` })));

test('for any customer and catalogue: at most five, none twice, none that does not make sense or was answered', () => {
  fc.assert(
    fc.property(anyFacts, anyCatalogue, (given, catalogue) => {
      const ranked = rankQuestions(given, catalogue);
      const sensible = catalogue.filter((each) => {
        const said = given.saidTo.get(each.id);
        const rests = said !== undefined && Date.parse(TODAY) - Date.parse(said) < REST_DAYS * 86_400_000;
        return each.ask === 'sales' && !rests && because(each, given) !== null;
      });
      expect(ranked.length).toBe(Math.min(5, sensible.length));
      expect(new Set(ranked.map((each) => each.question)).size).toBe(ranked.length);
      for (const each of ranked) expect(sensible).toContain(each.question);
    }),
  );
});

test('for the same facts in any order it is the same choice', () => {
  fc.assert(
    fc.property(anyFacts, anyCatalogue, fc.infiniteStream(fc.nat()), (given, catalogue, random) => {
      const shuffled = <T>(list: readonly T[]): T[] =>
        list
          .map((each) => ({ each, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);
      const other = { ...given, owned: shuffled(given.owned), answers: shuffled(given.answers) };
      expect(rankQuestions(other, shuffled(catalogue))).toEqual(rankQuestions(given, catalogue));
    }),
  );
});

test('a question that becomes more important never moves down', () => {
  fc.assert(
    fc.property(
      anyFacts,
      anyCatalogue,
      fc.nat(24),
      fc.integer({ min: 1, max: 5 }),
      (given, catalogue, at, to) => {
        const chosen = catalogue[at];
        fc.pre(chosen !== undefined && chosen.priority < to);
        const id = `q${at}`;
        const raised = catalogue.map((each) => (each.id === id ? { ...each, priority: to } : each));
        const place = (list: string[]) => (list.includes(id) ? list.indexOf(id) : 5);
        expect(place(ids(given, raised))).toBeLessThanOrEqual(place(ids(given, catalogue)));
      },
    ),
  );
});
