import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Library } from '../../src/library/library.ts';
import { createRenderer } from '../../src/render/renderer.ts';
import { TemplateError } from '../../src/render/template-error.ts';
import { fixtureLibrary, mail, proven, publicUrl, templatesDir } from './stand.ts';

let dir: string;
let library: Library;

beforeAll(async () => {
  library = await fixtureLibrary();
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spielbein-templates-'));
  await cp(join(templatesDir, 'mail'), join(dir, 'mail'), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

const load = () => createRenderer({ library, templatesDir: dir, publicUrl });

/** Changes one line of a template and gives its number. */
async function change(file: string, from: string, to: string): Promise<number> {
  const source = await readFile(join(dir, file), 'utf8');
  const at = source.indexOf(from);
  expect(at, `"${from}" in ${file}`).toBeGreaterThanOrEqual(0);
  await writeFile(join(dir, file), source.slice(0, at) + to + source.slice(at + from.length));
  return source.slice(0, at).split('\n').length;
}

async function mistake(): Promise<TemplateError> {
  const error = await load().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TemplateError);
  return error as TemplateError;
}

describe('a mistake in a template is shown with file, line and excerpt', () => {
  test.each([
    ['a value that no mail has', 'mail/newsletter.mjml', '[[greeting]]', '[[greting]]', /"greting"/],
    ['a value that no block has', 'mail/partials/proven.mjml', '[[headline]]', '[[greeting]]', /"greeting"/],
    [
      'a fixed word that does not exist',
      'mail/partials/footer.mjml',
      '{{words.privacy}}',
      '{{words.p}}',
      /"p"/,
    ],
    ['a tag that MJML does not know', 'mail/partials/proven.mjml', '<mj-divider', '<mj-dividr', /mj-dividr/],
    [
      'an attribute that MJML does not know',
      'mail/newsletter.mjml',
      'width="600px"',
      'widht="600px"',
      /widht/,
    ],
    [
      'a loop outside of mj-raw',
      'mail/newsletter.mjml',
      '<mj-raw>[[#each proven]]</mj-raw>',
      '[[#each proven]]',
      /mj-raw/,
    ],
    [
      'braces left open',
      'mail/partials/header.mjml',
      '{{company.website}}',
      '{{company.website}',
      /no valid template/,
    ],
    [
      'a condition left open',
      'mail/newsletter.txt',
      '[[#if consented]]',
      '[[#unless consented]]',
      /unless doesn't match if/,
    ],
    ['a value of the text part', 'mail/newsletter.txt', '[[bridgeText]]', '[[brigeText]]', /"brigeText"/],
    [
      'the mail’s values in a loop',
      'mail/newsletter.txt',
      '[[later]]',
      '[[../preferences]]',
      /only the block's own values/,
    ],
    ['a word of the wrong kind', 'mail/words.yaml', 'more: Mehr dazu', 'more: [1]', /de\.more/],
    ['a word that nobody uses', 'mail/words.yaml', 'more: Mehr dazu', 'moar: Mehr', /de.*more|moar/],
    [
      'YAML that is none',
      'mail/words.yaml',
      'closing: Freundliche Grüße',
      'closing: "Freundliche',
      /quote|Missing|flow|multi/i,
    ],
    [
      'a subject with a value that it does not have',
      'mail/words.yaml',
      'Eine Weiterentwicklung [[forProduct]]',
      'Hallo [[firstName]]',
      /de\.subject\.oneDevelopment: .*"firstName"/,
    ],
  ])('%s', async (_, file, from, to, problem) => {
    const line = await change(file, from, to);
    const error = await mistake();
    expect(error.file).toBe(file);
    expect(error.problem).toMatch(problem);
    const near = /YAML|nobody uses|left open/.test(_) ? 200 : 0;
    expect(Math.abs(error.line - line)).toBeLessThanOrEqual(near);
    expect(error.excerpt).toMatch(new RegExp(`^> +${error.line} \\|`, 'm'));
    expect(error.message).toContain(`${file}:${error.line}: `);
  });

  test('a missing file is named', async () => {
    await rm(join(dir, 'mail/newsletter.txt'));
    await expect(load()).rejects.toThrow(/newsletter\.txt.*TEMPLATES_DIR/);
  });
});

test('words and settings cannot smuggle template code into the second pass', async () => {
  const company = { ...library.settings.company, name: '{{subject}} [[#each]] <b>' };
  const odd = { ...library, settings: { ...library.settings, company } };
  const renderer = await createRenderer({ library: odd, templatesDir: dir, publicUrl });
  const { html, text } = renderer.render(mail([proven('d1')]));
  expect(html).toContain('{ {subject}} [ [#each]] &lt;b&gt;');
  expect(text).toContain('{ {subject}} [ [#each]] <b>');
});

test('a changed template is a changed mail', async () => {
  await change('mail/words.yaml', 'Ja, bitte', 'Ja, gern');
  const { html, text } = (await load()).render(mail([proven('d1')]));
  expect(html).toContain('>Ja, gern<');
  expect(text).toContain('Ja, gern:');
});
