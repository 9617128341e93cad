import { describe, expect, test } from 'vitest';
import { loadLibrary } from '../../src/library/load.ts';
import { headlineOf, pieceTitle } from '../../src/library/piece-title.ts';
import { offerForm, unwrittenAlleles } from '../../src/library/variant.ts';
import { changed, sampleLibrary } from './sample.ts';

const PROBE = 'offers/probe.yaml';

/** The sample's offer with these lines before its texts; they begin at line 9. */
const withLines = (...lines: string[]) =>
  changed(PROBE, 'similar: false\n', `similar: false\n${lines.join('\n')}\n`);
const genes = (...lines: string[]) => withLines('genes:', ...lines.map((line) => `  ${line}`));

async function problemsOf(files: Record<string, string | Buffer | null>): Promise<string[]> {
  await using sample = await sampleLibrary(files);
  const { problems } = await loadLibrary(sample.dir);
  return problems.map(
    ({ file, line, column, severity, code, message }) =>
      `${file}:${line}:${column} ${severity} ${code}: ${message}`,
  );
}

describe('alleles', () => {
  test('of every gene, in both languages, are no problem', async () => {
    const files = genes(
      'headline:',
      '  as-question: {de: Wiegen Sie schon?, en: Weighing yet?}',
      'bridge:',
      '  lend-first: {de: "Passt zu {{product}}.", en: "Goes with the {{product}}."}',
      'picture:',
      '  scale: {file: bild.png, de: Eine Waage, en: A scale}',
      'benefit:',
      '  in-figures:',
      '    de: Sie wiegt **viel**.',
      '    en: It weighs **a lot**.',
      'call:',
      '  try-it: {de: Probieren?, en: Try it?}',
    );
    expect(await problemsOf(files)).toEqual([]);
  });

  test.each([
    [
      'a placeholder that does not exist',
      ['headline:', '  as-question: {de: "Was wiegt {{prodct}}?", en: Weighing?}'],
      '11:34 error unknown_placeholder: "{{prodct}}" in "genes.headline.as-question.de" is no placeholder',
    ],
    [
      'Markdown that mails do not show',
      ['benefit:', '  table: {de: "Sie <br>wiegt.", en: It weighs well.}'],
      '11:22 warning unsupported_markdown: HTML is shown as it is written: <br>',
    ],
    [
      'a link that leads nowhere safe',
      ['benefit:', '  linked: {de: "Sie [wiegt](http://x.example).", en: It weighs well.}'],
      '11:23 error bad_link: [wiegt](http://x.example) does not lead to an https:// address or a mailto:',
    ],
    [
      'a picture that is not there',
      ['picture:', '  close: {file: nah.png, de: Nah, en: Close}'],
      '11:19 error unknown_picture: there is no pictures/nah.png',
    ],
    [
      'a picture without words for it',
      ['picture:', '  close: {file: bild.png, de: Nah}'],
      '11:5 error picture_without_alt: the picture "close" has no English alternative text',
    ],
    [
      'a language missing',
      ['call:', '  lend: {de: Leihen?}'],
      '11:5 warning allele_without_text: call "lend" has no English text: readers of English never see it',
    ],
    [
      'the same as the offer',
      ['headline:', '  again: {de: "Eine  Waage dazu", en: Another scale}'],
      '11:17 warning duplicate_allele: headline "again" says in German the same as the offer itself',
    ],
    [
      'the same as another one',
      ['call:', '  one: {de: Leihen?, en: Lend?}', '  two: {de: Borgen?, en: Lend?}'],
      '12:28 warning duplicate_allele: call "two" says in English the same as "one"',
    ],
    [
      'the same picture twice',
      [
        'picture:',
        '  one: {file: bild.png, de: Ein Bild, en: A picture}',
        '  two: {file: bild.png, de: Es, en: It}',
      ],
      '12:17 warning duplicate_allele: picture "two" shows the same as "one"',
    ],
    [
      'a name that mails cannot remember',
      ['headline:', '  As Question: {de: Wiegen?, en: Weigh?}'],
      '11:5 error invalid_value: "genes.headline.As Question": name an allele in lower-case letters, digits and hyphens, e.g. "as-question"',
    ],
    [
      'the name of the offer’s own form',
      ['headline:', '  base: {de: Wiegen?, en: Weigh?}'],
      '11:5 error invalid_value: "genes.headline.base": "base" is the offer as it is written; name this one otherwise',
    ],
    [
      'a gene that does not exist',
      ['colour:', '  red: {de: Rot, en: Red}'],
      '10:3 error unknown_key: "genes.colour" is no field of this file',
    ],
    [
      'a language that does not exist',
      ['headline:', '  short: {de: Kurz, eng: Short}'],
      '11:23 error unknown_key: "genes.headline.short.eng" is no field of this file',
    ],
  ])('with %s are found in their place', async (_, lines, expected) => {
    expect(await problemsOf(genes(...lines))).toEqual([`${PROBE}:${expected}`]);
  });

  test('of an offer in one language need no other', async () => {
    const english = /en:\n {2}headline: A scale[\s\S]*/;
    const written = genes('call:', '  lend: {de: Leihen?}')[PROBE]?.replace(english, '') ?? '';
    expect(await problemsOf({ [PROBE]: written })).toEqual([
      `${PROBE}:1:1 warning missing_language: no English text: readers of English will not be told`,
    ]);
  });
});

describe('the sentence for owners of anything', () => {
  test('is checked like a bridge', async () => {
    expect(await problemsOf(withLines('anyBridge: {de: "Auch {{name}}.", en: Others too.}'))).toEqual([
      `${PROBE}:9:23 error unknown_placeholder: "{{name}}" in "anyBridge.de" is no placeholder`,
    ]);
  });

  test('in one language is missing in the other', async () => {
    expect(await problemsOf(withLines('anyBridge: {de: Auch andere.}'))).toEqual([
      `${PROBE}:9:1 warning missing_language: no English sentence: in a new pairing, readers of English are not told what the offer has to do with theirs`,
    ]);
  });
});

describe('a variant', async () => {
  await using sample = await sampleLibrary(
    genes(
      'headline:',
      '  asks: {de: "Wer wiegt neben {{product}}?"}',
      'call:',
      '  lend: {de: Leihen?, en: Lend?}',
    ),
  );
  const { library } = await loadLibrary(sample.dir);
  const offer = library.offers.get('probe');
  if (!offer) throw new Error('The sample has an offer.');

  test('says what its alleles say, and the rest as the offer does', () => {
    expect(offerForm(offer, 'headline=asks', 'de')).toEqual({
      headline: 'Wer wiegt neben {{product}}?',
      body: 'Sie wiegt.',
    });
    expect(offerForm(offer, 'call=lend', 'en')).toEqual({
      headline: 'A scale to go with it',
      body: 'It weighs.',
      call: 'Lend?',
    });
  });

  test('is written only where all its alleles are', () => {
    expect(unwrittenAlleles(offer, 'base', 'en')).toEqual([]);
    expect(unwrittenAlleles(offer, 'headline=asks,call=lend', 'de')).toEqual([]);
    expect(unwrittenAlleles(offer, 'headline=asks,call=lend', 'en')).toEqual(['headline=asks']);
    expect(unwrittenAlleles(offer, 'picture=gone,call=constructor', 'de')).toEqual([
      'picture=gone',
      'call=constructor',
    ]);
  });

  test('has its headline as title, in the language of the page or as the offer itself', () => {
    const piece = { kind: 'experimental', contentId: 'probe', productKey: 'drucker' } as const;
    const title = (variantId: string, language: 'de' | 'en') =>
      pieceTitle(library, { ...piece, variantId }, language);
    expect(title('headline=asks', 'de')).toBe('Wer wiegt neben Drucker D 1?');
    expect(title('headline=asks', 'en')).toBe('A scale to go with it');
    expect(title('headline=gone', 'de')).toBe('Eine Waage dazu');
    expect(pieceTitle(library, piece, 'de')).toBe('Eine Waage dazu');
    const development = library.developments.get('neu');
    expect(development && headlineOf(development, 'base', 'en')).toBe('New on the {{product}}');
  });
});
