import { expect, test } from 'vitest';
import { loadLibrary } from '../../src/library/load.ts';
import { isHuge } from '../../src/library/pictures.ts';
import { changed, SAMPLE, sampleLibrary } from './sample.ts';

type Files = Record<string, string | Buffer | null>;
const NEU = 'developments/neu.yaml';
const PROBE = 'offers/probe.yaml';
const SETTINGS = 'settings.yaml';
const DRUCKER = 'products/drucker.yaml';

const timing = (line: string) => changed(SETTINGS, 'nightly:', `timing:\n  ${line}\nnightly:`);

/** What somebody wrote, and the one problem that must come of it: `file:line:column severity code`. */
const SLIPS: [what: string, files: Files, expected: string, hint?: string][] = [
  ['a syntax error', changed(NEU, 'published: 2026', 'published: "2026'), `${NEU}:20:1 error yaml_syntax`],
  [
    'a tab as indent',
    changed(NEU, '  headline: New', '\theadline: New'),
    `${NEU}:16:1 error yaml_syntax`,
    'spaces',
  ],
  [
    'a text beginning with braces',
    changed(NEU, 'Neu am {{product}}', '{{product}} neu'),
    `${NEU}:8:14 error yaml_syntax`,
    'quotes',
  ],
  ['a key twice', changed(NEU, 'link:', 'kind: service\nlink:'), `${NEU}:6:1 error duplicate_key`],
  ['a tag', changed(NEU, 'alt: Ein Drucker', 'alt: !!js/x Ein Drucker'), `${NEU}:13:8 error yaml_tag`],
  ['an alias without anchor', changed(NEU, 'alt: Ein Drucker', 'alt: *x'), `${NEU}:13:8 error yaml_alias`],
  ['an alias bomb', { [NEU]: bomb(5) }, `${NEU}:1:1 error yaml_alias`],
  ['a bomb with many aliases', { [NEU]: bomb(10) }, `${NEU}:7:8 error yaml_alias`],
  ['a huge file', { [NEU]: `# ${'x'.repeat(200_001)}\n${SAMPLE[NEU]}` }, `${NEU}:1:1 error file_too_large`],
  [
    'another encoding',
    { [NEU]: Buffer.from(String(SAMPLE[NEU]).replace('für', 'f\xfcr'), 'latin1') },
    `${NEU}:1:1 error not_utf8`,
  ],
  ['an empty file', { [NEU]: '' }, `${NEU}:1:1 error missing`],
  ['a file name with capitals', { 'products/Waage.yaml': '' }, 'products/Waage.yaml:1:1 error bad_file_name'],
  ['a .yml file', { 'offers/x.yml': '' }, 'offers/x.yml:1:1 error bad_file_name'],
  ['no settings', { [SETTINGS]: null }, `${SETTINGS}:1:1 error file_missing`],

  ['a missing field', changed(NEU, 'published: 2026-01-05\n', ''), `${NEU}:1:1 error missing`, 'YYYY-MM-DD'],
  [
    'a missing field deeper down',
    changed(DRUCKER, '  name: Drucker D 1\n', ''),
    `${DRUCKER}:3:1 error missing`,
  ],
  ['a field left empty', changed(NEU, 'until: 2026-12-31', 'until:'), `${NEU}:4:7 error missing`],
  [
    'an unknown field',
    changed(NEU, 'headline: New', 'headlin: x\n  headline: New'),
    `${NEU}:16:3 error unknown_key`,
    '"headline"',
  ],
  [
    'an unknown field at the top',
    changed(SETTINGS, 'nightly:', 'rulez: {}\nnightly:'),
    `${SETTINGS}:8:1 error unknown_key`,
    '"rules"',
  ],
  [
    'an unknown field in a list',
    changed(PROBE, 'similar: false', 'similar: false\n    prodct: x'),
    `${PROBE}:9:5 error unknown_key`,
    '"product"',
  ],
  [
    'a number for a date',
    changed(NEU, '2026-01-05', '20260105'),
    `${NEU}:3:12 error wrong_type`,
    '"20260105"',
  ],
  ['text for a number', changed(NEU, 'kind:', 'priority: high\nkind:'), `${NEU}:1:11 error wrong_type`],
  ['one word for a list', changed(NEU, '[drucker]', 'drucker'), `${NEU}:2:11 error wrong_type`],
  ['a date that is none', changed(NEU, '2026-12-31', '2026-02-30'), `${NEU}:4:8 error invalid_value`],
  ['http instead of https', changed(NEU, 'https:', 'http:'), `${NEU}:6:7 error invalid_value`],
  [
    'a word that is no choice',
    changed(NEU, 'version', 'verison'),
    `${NEU}:1:7 error unknown_value`,
    '"version"',
  ],

  [
    'an unknown product',
    changed(NEU, '[drucker]', '[druker]'),
    `${NEU}:2:12 error unknown_product`,
    '"drucker"',
  ],
  [
    'an unknown family',
    changed(NEU, 'published', 'families:\n  - Druckn\npublished'),
    `${NEU}:4:5 error unknown_family`,
    '"Drucken"',
  ],
  [
    'an unknown product offered',
    changed(PROBE, 'waage', 'wage'),
    `${PROBE}:1:10 error unknown_product`,
    '"waage"',
  ],
  [
    'a bridge from an unknown product',
    changed(PROBE, '- product: drucker', '- product: druckr'),
    `${PROBE}:4:14 error unknown_product`,
  ],
  [
    'a bridge from an unknown family',
    changed(PROBE, 'Drucken', 'Messen'),
    `${PROBE}:7:13 error unknown_family`,
    'Drucken',
  ],
  [
    'a bridge from nothing',
    changed(PROBE, '- product: drucker\n    similar', '- similar'),
    `${PROBE}:4:5 error bridge_without_source`,
  ],
  [
    'a bridge from two things',
    changed(PROBE, 'family: Drucken', 'family: Drucken\n    product: drucker'),
    `${PROBE}:7:5 error bridge_with_two_sources`,
  ],
  [
    'a bridge from what is offered',
    changed(PROBE, 'product: drucker', 'product: waage'),
    `${PROBE}:4:14 error bridge_from_itself`,
  ],
  [
    'two bridges from the same',
    changed(PROBE, 'family: Drucken', 'product: drucker'),
    `${PROBE}:7:5 error duplicate_bridge`,
  ],
  ['news about nothing', changed(NEU, 'products: [drucker]\n', ''), `${NEU}:1:1 error about_nothing`],
  [
    'until before published',
    changed(NEU, '2026-12-31', '2025-12-31'),
    `${NEU}:4:8 error until_before_published`,
  ],
  [
    'a SKU in two products',
    changed(DRUCKER, '[D-1]', '[D-1, w-1B ]'),
    'products/waage.yaml:1:13 error duplicate_sku',
    'one of the two',
  ],
  [
    'a name in two products',
    changed(DRUCKER, 'family', 'names: ["Waage  W 1"]\nfamily'),
    'products/waage.yaml:5:9 error duplicate_name',
  ],
  [
    'a development and an offer of one name',
    { 'offers/neu.yaml': String(SAMPLE[PROBE]) },
    'offers/neu.yaml:1:1 error duplicate_id',
  ],

  [
    'a picture that is not there',
    changed(NEU, 'bild.png', 'bidl.png'),
    `${NEU}:5:10 error unknown_picture`,
    '"bild.png"',
  ],
  [
    'a logo that is not there',
    changed(SETTINGS, 'nightly:', '  logo: logo.png\nnightly:'),
    `${SETTINGS}:8:9 error unknown_picture`,
  ],
  ['a picture that is none', { 'pictures/bild.png': 'GIF89a' }, 'pictures/bild.png:1:1 error broken_picture'],
  [
    'a small file with a huge picture in it',
    { 'pictures/bild.png': wide(SAMPLE['pictures/bild.png'] as Buffer) },
    'pictures/bild.png:1:1 error huge_picture',
    '4000 a side',
  ],
  [
    'a heavy picture',
    { 'pictures/bild.png': Buffer.concat([SAMPLE['pictures/bild.png'] as Buffer, Buffer.alloc(150_001)]) },
    'pictures/bild.png:1:1 warning heavy_picture',
  ],
  [
    'a picture without words for it',
    changed(NEU, '  alt: A printer\n', ''),
    `${NEU}:15:1 error picture_without_alt`,
    '"en:"',
  ],
  ['no English', changed(NEU, /en:\n[\s\S]*/, ''), `${NEU}:1:1 warning missing_language`],
  ['neither language', changed(PROBE, /de:\n {2}head[\s\S]*/, ''), `${PROBE}:1:1 error no_language`],
  ['a link without label', changed(NEU, '  linkLabel: More\n', ''), `${NEU}:15:1 warning link_without_label`],
  [
    'a label without link',
    changed(PROBE, 'body: Sie wiegt.', 'body: Sie wiegt.\n  linkLabel: Mehr'),
    `${PROBE}:12:14 warning label_without_link`,
  ],

  ['a bad cron pattern', changed(SETTINGS, '30 3 * * *', '30 25 * * *'), `${SETTINGS}:9:9 error bad_cron`],
  [
    'a cron pattern of six fields',
    changed(SETTINGS, '30 3 * * *', '0 30 3 * * *'),
    `${SETTINGS}:9:9 error bad_cron`,
  ],
  [
    'a bad time zone',
    changed(SETTINGS, 'Europe/Berlin', 'Europe/Berlyn'),
    `${SETTINGS}:10:13 error bad_time_zone`,
    '"Europe/Berlin"',
  ],
  [
    'a bad time zone of a country',
    timing('timeZones: {US: America/Chicago, CA: America/Torronto}'),
    `${SETTINGS}:9:40 error bad_time_zone`,
    '"America/Toronto"',
  ],
  [
    'a country code that is not ISO’s',
    timing('timeZones: {UK: Europe/London}'),
    `${SETTINGS}:9:19 error unknown_country`,
    'GB',
  ],
  [
    'a country that does not exist',
    timing('timeZones: {QX: Europe/London}'),
    `${SETTINGS}:9:19 error unknown_country`,
  ],
  [
    'a send window without time',
    timing('window: {from: "08:00", to: "08:00"}'),
    `${SETTINGS}:9:31 error empty_window`,
    'window',
  ],

  [
    'an unknown placeholder in a headline',
    changed(NEU, 'am {{product}}', 'am {{prodct}}'),
    `${NEU}:8:20 error unknown_placeholder`,
    '{{product}}',
  ],
  [
    'an unknown placeholder deep in a body',
    changed(NEU, 'Noch ein Absatz', 'Noch {{#each x}} ein'),
    `${NEU}:12:10 error unknown_placeholder`,
  ],
  [
    'spaces in a placeholder',
    changed(NEU, 'New on the {{product}}', 'New {{ product }}'),
    `${NEU}:16:17 error unknown_placeholder`,
    '{{product}}',
  ],
  [
    'three braces',
    changed(NEU, 'New on the {{product}}', 'New {{{product}}}'),
    `${NEU}:16:17 error unknown_placeholder`,
  ],
  [
    'an unknown placeholder in a bridge',
    changed(PROBE, '{{product}}', '{{name}}'),
    `${PROBE}:6:12 error unknown_placeholder`,
  ],
  [
    'a link elsewhere in a body',
    changed(NEU, 'Noch ein', 'Noch [ein](http://x.example)'),
    `${NEU}:12:10 error bad_link`,
  ],
  [
    'HTML in a body',
    changed(NEU, 'Noch ein', 'Noch <b>ein</b>'),
    `${NEU}:12:10 warning unsupported_markdown`,
  ],
];

for (const [what, files, expected, hint] of SLIPS) {
  test(`${what} is found in its place`, async () => {
    await using sample = await sampleLibrary(files);
    const { problems } = await loadLibrary(sample.dir);
    const found = problems.map(
      ({ file, line, column, severity, code }) => `${file}:${line}:${column} ${severity} ${code}`,
    );
    expect(found).toContain(expected);
    if (hint !== undefined) {
      expect(problems[found.indexOf(expected)]?.hint).toContain(hint);
    }
  });
}

test('every problem that is expected alone comes alone', async () => {
  for (const [what, files, expected] of SLIPS) {
    await using sample = await sampleLibrary(files);
    const { problems } = await loadLibrary(sample.dir);
    const others = problems.map(({ code }) => code).filter((code) => !expected.endsWith(` ${code}`));
    expect([what, ...others]).toEqual([what]);
  }
});

test('a pit of brackets is climbed out of', async () => {
  await using sample = await sampleLibrary({ [NEU]: '['.repeat(100_000) });
  const { problems } = await loadLibrary(sample.dir);
  expect(problems).toMatchObject([{ file: NEU, line: 1, code: 'yaml_syntax', message: 'nested too deeply' }]);
});

test('the pixels of a JPEG stand behind its other segments', () => {
  const jpeg = (width: number, height: number) => {
    const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3]);
    frame.writeUInt16BE(height, 5);
    frame.writeUInt16BE(width, 7);
    // APP0, a table (C4, which is no frame) and a byte that fills
    const before = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xc0, 0xff, 0xc4, 0, 3, 9, 0xff];
    return Buffer.concat([Buffer.from(before), frame]);
  };
  expect([jpeg(4_000, 4_000), jpeg(4_001, 1), jpeg(1, 20_000)].map(isHuge)).toEqual([false, true, true]);
  expect([Buffer.from([0xff, 0xd8, 0xff]), jpeg(9_000, 9_000).subarray(0, 16)].map(isHuge)).toEqual([
    false,
    false,
  ]);
});

test('thousands of aliases are told once, before any is looked up', async () => {
  await using sample = await sampleLibrary({ [NEU]: `a: [${'*x, '.repeat(5_000)}]` });
  const { problems } = await loadLibrary(sample.dir);
  expect(problems).toMatchObject([{ file: NEU, code: 'yaml_alias', message: 'more than 50 aliases' }]);
});

/** The same bytes, but for the width that the head tells. */
function wide(png: Buffer): Buffer {
  const data = Buffer.alloc(Math.max(png.length, 33));
  png.copy(data);
  data.writeUInt32BE(20_000, 16);
  return data;
}

function bomb(depth: number): string {
  const levels = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < depth; i++) {
    const [now, before] = ['abcdefghij'.charAt(i), 'abcdefghij'.charAt(i - 1)];
    levels.push(`${now}: &${now} [${Array(10).fill(`*${before}`).join(', ')}]`);
  }
  return levels.join('\n');
}
