import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ANSWERS } from '../../src/domain/conversation.ts';
import { loadLibrary, requireLibrary } from '../../src/library/load.ts';
import { GAPS } from '../../src/library/question-schema.ts';
import { SAMPLE, sampleLibrary } from './sample.ts';

const FILE = 'questions/nach-ja.yaml';
const QUESTION = `ask: customer
when:
  answers: [yes]
  products: [drucker]
  families: [Wiegen]
  contents: [neu, probe]
priority: 4
choices:
  - id: offer
    de: Ein Angebot
    en: An offer
  - id: other
    de: Etwas anderes zum {{product}}
    en: Something else about {{yourProduct}}
    eachProduct: true
  - id: later
    de: Später
    en: Later
    means: ask_later
    months: 6
de:
  question: Was genau wollen Sie zu {{product}}?
en:
  question: What exactly would you like?
`;

const changed = (from: string, to: string): Record<string, string> => {
  if (!QUESTION.includes(from)) throw new Error(`the question does not contain ${from}`);
  return { [FILE]: QUESTION.replace(from, to) };
};

test('a question is known by its file’s name, and may say little', async () => {
  await using sample = await sampleLibrary({
    [FILE]: QUESTION,
    'questions/kurz.yaml': 'ask: sales\nde: {question: Wozu?}\nen: {question: What for?}\n',
  });
  const { library, problems } = await loadLibrary(sample.dir);
  expect(problems).toEqual([]);
  expect([...library.questions.keys()]).toEqual(['kurz', 'nach-ja']);
  expect(library.questions.get('nach-ja')).toMatchObject({
    id: 'nach-ja',
    ask: 'customer',
    priority: 4,
    words: true,
    choices: [{ id: 'offer', eachProduct: false }, { id: 'other' }, { means: 'ask_later', months: 6 }],
  });
  expect(library.questions.get('kurz')).toMatchObject({ when: {}, priority: 3, choices: [], words: true });
});

test('a library without questions is one, and a question more or less is another version', async () => {
  const versionOf = async (files: Record<string, string>): Promise<string> => {
    await using sample = await sampleLibrary(files);
    const { library, problems } = await loadLibrary(sample.dir);
    expect(problems).toEqual([]);
    return library.version;
  };
  const versions = [
    await versionOf({}),
    await versionOf({ [FILE]: QUESTION }),
    await versionOf(changed('Was genau', 'Was')),
  ];
  expect(new Set(versions).size).toBe(3);
});

const SLIPS: [what: string, files: Record<string, string>, expected: string[], hint?: string][] = [
  ['an unknown answer', changed('[yes]', '[yse]'), ['3:13 error unknown_value'], '"yes"'],
  ['an unknown product', changed('[drucker]', '[druker]'), ['4:14 error unknown_product'], '"drucker"'],
  ['an unknown family', changed('[Wiegen]', '[Wigen]'), ['5:14 error unknown_family'], '"Wiegen"'],
  ['an unknown content', changed('[neu, probe]', '[neu, prob]'), ['6:19 error unknown_content'], '"probe"'],
  ['an unknown gap', changed('families: [Wiegen]', 'gap: old'), ['5:8 error unknown_value'], 'old_product'],
  ['an unknown missing product', changed('families: [Wiegen]', 'lacks: [x]'), ['5:11 error unknown_product']],
  ['a field nobody knows', changed('  contents:', '  content:'), ['6:3 error unknown_key'], '"contents"'],
  ['a choice twice', changed('id: other', 'id: offer'), ['12:9 error duplicate_choice']],
  ['a choice in one language', changed('    en: An offer\n', ''), ['9:5 error choice_without_words'], 'en'],
  [
    'a choice for each product that names none',
    changed('Etwas anderes zum {{product}}', 'Etwas anderes'),
    ['13:9 error choice_without_product'],
    '{{product}}',
  ],
  ['later without months', changed('    months: 6\n', ''), ['16:5 error later_without_months'], 'months: 6'],
  ['months without later', changed('    means: ask_later\n', ''), ['19:13 error months_without_later']],
  ['no use and months', changed('means: ask_later', 'means: not_used'), ['20:13 error months_without_later']],
  [
    'a slip in a placeholder',
    changed('zu {{product}}?', 'zu {{produkt}}?'),
    ['22:37 error unknown_placeholder'],
    '{{product}}',
  ],
  [
    'a slip in a choice’s placeholder',
    changed('{{yourProduct}}', '{{ yourProduct }}'),
    ['14:30 error unknown_placeholder', '14:9 error choice_without_product'],
  ],
  [
    'one language only',
    changed('en:\n  question: What exactly would you like?\n', ''),
    ['1:1 warning missing_language'],
  ],
  ['no language', { [FILE]: 'ask: sales\n' }, ['1:1 error no_language']],
  [
    'a question that nobody can answer',
    { [FILE]: 'ask: customer\nwords: false\nde: {question: Na?}\nen: {question: Well?}\n' },
    ['1:1 error nothing_to_answer'],
  ],
];

test.each(SLIPS)('%s is reported where it stands', async (_, files, expected, hint) => {
  await using sample = await sampleLibrary(files);
  const { problems } = await loadLibrary(sample.dir);
  const found = problems.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`);
  expect(found.sort()).toEqual([...expected].sort());
  expect(problems.every(({ file }) => file === FILE)).toBe(true);
  if (hint) expect(problems.map((each) => each.hint).join()).toContain(hint);
});

test('a question about broken content is not blamed for that', async () => {
  await using sample = await sampleLibrary({
    [FILE]: QUESTION,
    'developments/neu.yaml': String(SAMPLE['developments/neu.yaml']).replace('version', 'verison'),
  });
  const { problems } = await loadLibrary(sample.dir);
  expect(problems.map(({ file, code }) => `${file} ${code}`)).toEqual([
    'developments/neu.yaml unknown_value',
  ]);
});

test('the example catalogue asks after every answer and about every product family', async () => {
  const library = await requireLibrary(join(import.meta.dirname, '../../templates/library'));
  const questions = [...library.questions.values()];
  const of = (ask: 'customer' | 'sales') => questions.filter((each) => each.ask === ask);
  expect(of('customer').length).toBeGreaterThanOrEqual(5);
  expect(of('sales').length).toBeGreaterThanOrEqual(12);
  for (const ask of ['customer', 'sales'] as const)
    for (const answer of ANSWERS)
      expect(
        of(ask).some(({ when }) => when.answers?.includes(answer)),
        `${ask} ${answer}`,
      ).toBe(true);
  const families = new Set([...library.products.values()].map((product) => product.family));
  for (const family of families)
    expect(
      of('sales').some(({ when }) => when.families?.includes(family)),
      family,
    ).toBe(true);
  const gaps = new Set(of('sales').map(({ when }) => when.gap));
  expect(GAPS.filter((gap) => !gaps.has(gap))).toEqual(['no_wish']);
});

test('the example questions are open, short and calm, in both languages', async () => {
  const library = await requireLibrary(join(import.meta.dirname, '../../templates/library'));
  for (const { id, de, en } of library.questions.values()) {
    for (const text of [de, en]) {
      expect(text?.question, id).toMatch(/\?$/);
      expect(text?.why, id).toBeDefined();
      expect(text?.question.length, id).toBeLessThan(100);
      expect(`${text?.question}${text?.why}${text?.words}`, id).not.toMatch(/!|"|Sehr geehrte/);
    }
  }
});
