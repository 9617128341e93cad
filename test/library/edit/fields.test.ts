import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { blankOf, blanksIn } from '../../../src/library/edit/blank.ts';
import { diffLines } from '../../../src/library/edit/diff.ts';
import { readFields, writeFields } from '../../../src/library/edit/fields.ts';
import { usedBy } from '../../../src/library/edit/used-by.ts';
import { loadLibrary } from '../../../src/library/load.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../../templates/library');
const FILE = `# the top
kind: version   # the kind
products: [laser]
published: 2026-02-17

de:
  # about the headline
  headline: "Neu: schneller"
  body: |
    Erster Absatz.

    Zweiter Absatz.
  alt: Ein Bild

en: { headline: New, body: Short. }
`;

test('changes one text and leaves every other character alone', () => {
  const text = writeFields('developments', FILE, { 'de.headline': 'Neu: "leiser"' });
  expect(text).toBe(FILE.replace('"Neu: schneller"', '"Neu: \\"leiser\\""'));
  expect(writeFields('developments', FILE, { 'de.body': 'Nur einer.\r\n\r\nOder zwei.' })).toBe(
    FILE.replace('Erster Absatz.', 'Nur einer.').replace('Zweiter Absatz.', 'Oder zwei.'),
  );
  expect(writeFields('developments', FILE, { 'en.headline': 'Newer, better' })).toBe(
    FILE.replace('headline: New', 'headline: "Newer, better"'),
  );
  expect(writeFields('developments', FILE, readFields('developments', FILE) ?? {})).toBe(FILE);
});

test('adds a text where its neighbours are, and takes away an emptied one', () => {
  const text = writeFields('developments', FILE, {
    'de.linkLabel': 'Mehr',
    'de.alt': '',
    until: '2026-12-31',
    link: 'https://a.example/b',
  });
  expect(text).toBe(
    FILE.replace('  alt: Ein Bild\n', '  linkLabel: Mehr\n').replace(
      'published: 2026-02-17\n',
      'published: 2026-02-17\nuntil: 2026-12-31\nlink: https://a.example/b\n',
    ),
  );
  const oneLanguage = writeFields('developments', FILE, { 'en.headline': '', 'en.body': '' });
  expect(parse(oneLanguage ?? '')).not.toHaveProperty('en');
  expect(oneLanguage).toContain('# about the headline');
});

test.each([
  '- no list',
  '# no comment',
  'key: value',
  '{{product}} first',
  "it's 'quoted'",
  'a "quote"',
  '*star & more',
  'yes',
  '12',
  '2026-01-01',
  '| pipe',
  '<script>alert(1)</script>',
  'ends with: ',
  '\\ backslash \\n',
  '\u202e turned',
  'x'.repeat(199),
  '!tag',
  '@at',
  '%per cent',
])('keeps %j as the text that it is, in every style', (words) => {
  const styles = ['Plain text', '"double"', "'single'", '|\n    block\n'];
  for (const style of styles) {
    const file = `kind: version\npublished: 2026-01-01\nde:\n  headline: ${style}\n  body: x\n`;
    const text = writeFields('developments', file, { 'de.headline': words }) ?? '';
    expect(parse(text, { schema: 'core' })).toMatchObject({ kind: 'version', de: { body: 'x' } });
    expect(readFields('developments', text)?.['de.headline']?.trim()).toBe(words.trim());
  }
});

test('paragraphs that look like anything stay text', () => {
  const words = '  indented\n\n- a list\n# no comment\n---\n...\n&a *b';
  const text = writeFields('developments', FILE, { 'de.body': words }) ?? '';
  expect(parse(text).de.body.trim()).toBe(words.trim());
  expect(parse(text).en.headline).toBe('New');
});

test('every example can be read by fields, and is not touched by saving it unchanged', () => {
  let seen = 0;
  for (const kind of ['developments', 'offers', 'products', 'questions'] as const)
    for (const name of readdirSync(join(EXAMPLES, kind))) {
      const source = readFileSync(join(EXAMPLES, kind, name), 'utf8');
      const values = readFields(kind, source);
      expect(values, name).not.toBeNull();
      expect(writeFields(kind, source, values ?? {}), name).toBe(source);
      seen += 1;
    }
  expect(seen).toBeGreaterThan(50);
});

test('shows a paragraph on one line, and breaks it in the file; lists and untouched paragraphs stay', () => {
  const body = '    One that is\n    broken here.\n\n    - a list\n    - of two\n\n    The last\n    one.\n';
  const file = `de:\n  headline: x\n  body: |\n${body}`;
  const shown = readFields('developments', file)?.['de.body'];
  expect(shown).toBe('One that is broken here.\n\n- a list\n- of two\n\nThe last one.');
  const words = Array.from({ length: 30 }, (_, n) => `word${n}`).join(' ');
  const text = writeFields('developments', file, { 'de.body': `${shown}\n\n${words}` }) ?? '';
  expect(text.startsWith(file)).toBe(true);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(110);
  expect(readFields('developments', text)?.['de.body']).toBe(`${shown}\n\n${words}`);
  const risky = `${'x'.repeat(99)} - no list`;
  const kept = writeFields('developments', file, { 'de.body': risky }) ?? '';
  expect(readFields('developments', kept)?.['de.body']).toBe(risky);
});

test.each([
  'Jetzt mit *zwei* Terminen.',
  'Ein *Wort*.\n\n*Betont* am Anfang & &mehr',
  '- *eins*\n- **zwei** &drei',
])('emphasis is no alias: %j and every text beside it are kept', (words) => {
  const given = { 'de.body': words, 'en.headline': 'Later *field*', until: '2026-12-31' };
  const text = writeFields('developments', FILE, given) ?? '';
  expect(readFields('developments', text)).toMatchObject(given);
});

test('a language without texts yet takes some, and one that is no map is not written over', () => {
  const file = 'kind: version\nde:\nen: { headline: New }\n';
  const text = writeFields('developments', file, { 'de.headline': 'Neu' });
  expect(parse(text ?? '')).toEqual({ kind: 'version', de: { headline: 'Neu' }, en: { headline: 'New' } });
  expect(writeFields('developments', 'de: words\n', { 'de.headline': 'Neu' })).toBeNull();
});

test('a text longer than any mail is not for a field, neither to read nor to write', () => {
  const long = 'x'.repeat(20_001);
  const breaks = `a${'\n'.repeat(150_000)}b`;
  for (const words of [long, breaks])
    expect(writeFields('developments', FILE, { 'de.headline': words })).toBeNull();
  expect(readFields('developments', FILE.replace('Ein Bild', long))).toBeNull();
  const lines = writeFields('developments', FILE, { 'de.headline': 'Eins \n\n zwei\n' }) ?? '';
  expect(parse(lines).de.headline).toBe('Eins zwei');
});

test('leaves files alone that fields cannot hold', () => {
  for (const source of ['de: [', '- a list', 'de: &a {headline: x}\nen: *a', 'de: { headline: [x] }', ''])
    expect(writeFields('developments', source, { 'de.headline': 'x' })).toBeNull();
});

test('a new entry fits the library at once', async () => {
  for (const kind of ['developments', 'offers', 'products', 'questions'] as const) {
    const text = blankOf(kind, { today: '2026-11-25', about: 'tischwaage-tw6' }) ?? '';
    const { problems } = await loadLibrary(EXAMPLES, new Map([[`${kind}/neu.yaml`, Buffer.from(text)]]));
    expect(problems.filter(({ file }) => file.includes('neu'))).toEqual([]);
    expect(readFields(kind, text)).not.toBeNull();
    expect(blanksIn(kind, text)).toContain(
      { developments: 'de.body', offers: 'bridges', products: 'en.name', questions: 'de.question' }[kind],
    );
  }
  expect(blanksIn('developments', FILE)).toEqual([]);
  expect(blankOf('settings', { today: '', about: '' })).toBeNull();
});

test('says what differs, and nothing else', () => {
  const before = Array.from({ length: 20 }, (_, n) => `line ${n + 1}`).join('\n');
  const after = before.replace('line 10', 'another').replace('line 11\n', '');
  expect(diffLines(before, before)).toEqual([]);
  expect(diffLines(before, `${before}\n`)).toEqual([]);
  expect(diffLines(before, after)).toEqual([
    { kind: 'skipped', text: '', number: 6 },
    ...[7, 8, 9].map((number) => ({ kind: 'same', text: `line ${number}`, number })),
    { kind: 'gone', text: 'line 10', number: 10 },
    { kind: 'gone', text: 'line 11', number: 11 },
    { kind: 'new', text: 'another', number: 10 },
    ...[11, 12, 13].map((number) => ({ kind: 'same', text: `line ${number + 1}`, number })),
    { kind: 'skipped', text: '', number: 6 },
  ]);
  expect(diffLines('', 'a\n')).toEqual([{ kind: 'new', text: 'a', number: 1 }]);
});

test('knows what names an entry', async () => {
  const { library } = await loadLibrary(EXAMPLES);
  expect(usedBy(library, { kind: 'pictures', id: 'logo.png' })).toEqual([
    { kind: 'settings', id: 'settings' },
  ]);
  expect(usedBy(library, { kind: 'products', id: 'pruefgeraet-pg8' })).toContainEqual({
    kind: 'offers',
    id: 'fern-audit',
  });
  expect(usedBy(library, { kind: 'products', id: 'nothing' })).toEqual([]);
});
