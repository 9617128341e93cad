import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Library } from '../../src/library/library.ts';
import { openToken } from '../../src/links/open.ts';
import type { LinkKind } from '../../src/links/token.ts';
import { compileTemplate } from '../../src/render/brackets.ts';
import { mjmlToHtml } from '../../src/render/mjml.ts';
import { createRenderer, type Renderer } from '../../src/render/renderer.ts';
import {
  addresses,
  customer,
  experimental,
  fixtureLibrary,
  links,
  mail,
  now,
  proven,
  publicUrl,
  secret,
  templatesDir,
} from './stand.ts';

let library: Library;
let renderer: Renderer;
let compiled = 0;

beforeAll(async () => {
  library = await fixtureLibrary();
  const toHtml = (mjml: string) => {
    compiled++;
    return mjmlToHtml(mjml);
  };
  renderer = await createRenderer({ library, templatesDir, publicUrl, toHtml });
});

const KINDS: Record<string, LinkKind> = { a: 'answer', c: 'click', u: 'unsubscribe', p: 'preferences' };

describe('the subject', () => {
  const subject = (...input: Parameters<typeof mail>) => renderer.render(mail(...input)).subject;
  const [lx, tw, mg] = ['laserdrucker-lx300', 'tischwaage-tw6', 'messgeraet-mg4'];

  test('says what the mail is about', () => {
    expect(subject([proven('d1', lx)])).toBe('Eine Weiterentwicklung für Ihren Laserdrucker LX 300');
    expect(subject([proven('d1', lx), proven('d2', lx)])).toBe(
      'Weiterentwicklungen für Ihren Laserdrucker LX 300',
    );
    expect(subject([proven('d1', lx), proven('d2', tw)])).toBe(
      'Weiterentwicklungen für Ihren Laserdrucker LX 300 und Ihre Tischwaage TW 6',
    );
    expect(subject([proven('d1', tw), proven('d2', mg), proven('d3', lx)])).toBe(
      'Weiterentwicklungen für Ihre Tischwaage TW 6 und mehr',
    );
    expect(subject([experimental(lx)])).toBe('Etwas Neues, weil Sie den Laserdrucker LX 300 einsetzen');
    expect(subject([proven('d1', lx), experimental(tw)])).toBe(
      'Eine Weiterentwicklung für Ihren Laserdrucker LX 300',
    );
  });

  test('in English too', () => {
    const language = 'en';
    expect(subject([proven('d1', lx)], { language })).toBe('Something new for your LX 300 laser printer');
    expect(subject([proven('d1', lx), proven('d2', tw)], { language })).toBe(
      'New developments for your LX 300 laser printer and your TW 6 bench scale',
    );
    expect(subject([experimental(lx)], { language })).toBe(
      'Something new, because you use the LX 300 laser printer',
    );
  });

  test.each([
    ['laserdrucker-lx300', 'für Ihren Laserdrucker LX 300'],
    ['laserdrucker-lx500', 'für Ihren Laserdrucker LX 500'],
    ['etikettierer-ek20', 'für Ihren Etikettierer EK 20'],
    ['tischwaage-tw6', 'für Ihre Tischwaage TW 6'],
    ['plattformwaage-pw60', 'für Ihre Plattformwaage PW 60'],
    ['kontrollwaage-kw2', 'für Ihre Kontrollwaage KW 2'],
    ['messgeraet-mg4', 'für Ihr Messgerät MG 4'],
    ['feuchtesensor-fs1', 'für Ihren Feuchtesensor FS 1'],
    ['pruefgeraet-pg8', 'für Ihr Prüfgerät PG 8'],
    ['dosierpumpe-dp10', 'für Ihre Dosierpumpe DP 10'],
    ['dosierventile-dv', 'für Ihre Dosierventile DV'],
    ['aquados', 'für Ihr AquaDos-Produkt'],
  ])('knows the grammar of %s', (key, phrase) => {
    expect(subject([proven('d1', key), proven('d2', key)])).toBe(`Weiterentwicklungen ${phrase}`);
  });

  test('calls a product that the library does not know by its CRM name', () => {
    const product = { id: '99', sku: 'ORV-SON', name: 'Sonderanlage', family: null };
    const owned = [{ product, quantity: 1, since: '2024-01-01' }];
    expect(subject([proven('d1', '99')], { owned })).toBe(
      'Eine Weiterentwicklung für Ihr Sonderanlage-Produkt',
    );
    expect(subject([proven('d1', '99')])).toBe('Eine Weiterentwicklung für Ihr Produkt');
  });

  test('of a test mail says so', () => {
    expect(subject([proven('d1', lx)], { test: true })).toMatch(/^\[Test\] Eine/);
  });
});

describe('a mail', () => {
  test('greets, names each block’s product, and asks', () => {
    const { html, text, preheader } = renderer.render(mail([proven('d1'), proven('d2', 'tischwaage-tw6')]));
    for (const part of [html.replaceAll('\u00a0', ' '), text]) {
      expect(part).toContain('Guten Tag Frau Dr. Müller-Lüdenscheidt,');
      expect(part).toContain('Für Ihre Tischwaage TW 6');
      expect(part).toContain('d1 für Laserdrucker LX 300');
      expect(part).toContain('Möchten Sie dazu Informationen?');
      expect(part).toContain('Rufen Sie mich an');
      expect(part).toContain('Jana Roth');
      expect(part).toContain('Registergericht');
    }
    expect(preheader).toBe('d1 für Laserdrucker LX 300 · d2 für Tischwaage TW 6');
  });

  test('says that an experiment is one, and what bridges to it', () => {
    const { html, text } = renderer.render(mail([experimental('tischwaage-tw6')]));
    for (const part of [html, text]) {
      expect(part).toContain('Ein Versuch');
      expect(part).toContain('Wer wiegt, misst auch.');
      expect(part).toContain('Wäre das etwas für Sie?');
    }
    expect(renderer.render(mail([proven('d1')])).html).not.toContain('Ein Versuch');
  });

  test('says why it came, by the customer’s consent', () => {
    const agreed = renderer.render(mail([proven('d1')]));
    const bought = renderer.render(
      mail([proven('d1')], { customer: { ...customer, consent: 'existing_customer' } }),
    );
    expect(agreed.html).toContain('weil Sie eingewilligt haben');
    expect(bought.html).toContain('weil Sie bei uns gekauft haben');
    expect(bought.html.replaceAll('\n', ' ')).toContain(
      'ohne dass hierfür andere als die Übermittlungskosten nach den Basistarifen entstehen',
    );
    expect(bought.html).not.toContain('eingewilligt');
    expect(bought.text.replaceAll('\n', ' ')).toContain('Übermittlungskosten nach den Basistarifen');
  });

  test('is English from the first line to the last for an English composition', () => {
    const { html, text } = renderer.render(mail([proven('d1'), experimental()], { language: 'en' }));
    expect(html).toMatch(/<html lang="en"/);
    expect(text).toContain('Hello Dr Müller-Lüdenscheidt,');
    expect(text).toContain('If you print, you read.');
    for (const part of [html, text]) expect(part).not.toMatch(/Möchten|Abmelden|Versuch\b/);
  });

  test('has only links that open, each with what it says', () => {
    const { html, text } = renderer.render(mail([proven('d1'), proven('d2'), experimental()]));
    const found = { answer: 0, click: 0, unsubscribe: 0, preferences: 0 };
    for (const address of addresses(html)) {
      const [, path = '', token = ''] = /^https:\/\/post\.orvelin\.example\/(\w+)\/(.*)$/.exec(address) ?? [];
      if (path === '' || path === 'pictures') continue;
      const kind = KINDS[path] ?? 'answer';
      const opened = openToken(token, kind, { secret, now });
      expect(opened).toMatchObject({ ok: true, sendId: 4711 });
      expect(text).toContain(address);
      found[kind]++;
    }
    expect(found).toEqual({ answer: 9, click: 2, unsubscribe: 1, preferences: 1 });
  });

  test('gives each block its own answers, by position', () => {
    const { html } = renderer.render(mail([proven('d1'), experimental()]));
    for (const answer of ['yes', 'call', 'no'] as const)
      expect(html).toContain(links.answer(4711, 0, answer));
    for (const answer of ['yes', 'later', 'no'] as const)
      expect(html).toContain(links.answer(4711, 1, answer));
    expect(html).not.toContain(links.answer(4711, 1, 'call'));
  });

  test('leaves nothing out visibly when picture, link and salesperson are missing', () => {
    const { html, text } = renderer.render(
      mail([proven('plain')], { customer: { ...customer, ownerName: null } }),
    );
    expect(html).not.toContain(links.click(4711, 0));
    expect(html).not.toContain('Ansprechperson');
    for (const part of [html, text])
      expect(part).not.toMatch(/null|undefined|\{\{|\}\}|\[\[|\]\]|[\uE000-\uF8FF]/);
    expect(text).not.toMatch(/\n{3}/);
  });

  test('loads nothing from elsewhere and counts no openings', () => {
    const { html } = renderer.render(mail([proven('d1'), experimental()]));
    expect(html).not.toMatch(/@import|@font-face|<link|<script|googleapis/i);
    const pictures = [...html.matchAll(/<img[^>]*>/g)].map(([tag]) => tag);
    for (const tag of pictures) {
      expect(tag).toMatch(/src="https:\/\/post\.orvelin\.example\/pictures\/[\w-]+\.png"/);
      expect(tag).toMatch(/alt="[^"]+"/);
    }
  });

  test('is built for reading aloud and for dark rooms', () => {
    const { html } = renderer.render(mail([proven('d1'), experimental()]));
    expect(html).toMatch(/<html lang="de"/);
    expect(html).toContain('<title>Eine Weiterentwicklung für Ihren Laserdrucker LX 300</title>');
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html.match(/<h2/g)).toHaveLength(2);
    for (const [table] of html.replace(/<!--\[if[\s\S]*?<!\[endif\]-->/g, '').matchAll(/<table[^>]*>/g)) {
      expect(table).toContain('role="presentation"');
    }
    expect(html).toContain('name="color-scheme" content="light dark"');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('[data-ogsc]');
  });

  test('keeps Outlook’s conditional comments whole', () => {
    const { html } = renderer.render(mail([proven('d1'), experimental()]));
    expect(html.match(/<!--\[if mso \| IE\]>/g)?.length).toBeGreaterThan(4);
    expect(html.match(/<!--\[if/g)?.length).toBe(html.match(/<!\[endif\]-->/g)?.length);
  });

  test('stays below the size at which Gmail cuts, even with the most and the longest', () => {
    const four = renderer.render(mail([proven('d1'), proven('d2'), proven('d3'), experimental()]));
    expect(Buffer.byteLength(four.html)).toBeLessThan(60_000);
    const most = renderer.render(
      mail([...Array.from({ length: 11 }, () => proven('longest')), experimental()]),
    );
    expect(Buffer.byteLength(most.html)).toBeLessThan(102_400);
  });

  test('is refused when the library has lost its content, with the name of what is missing', () => {
    expect(() => renderer.render(mail([proven('gone')]))).toThrow(/"gone" is not in the library/);
  });

  test('taken apart at its loops is letter for letter what the whole template gives', () => {
    for (const language of ['de', 'en'] as const) {
      const templates = renderer.templates(language);
      const html = compileTemplate(templates.html.source, { escape: true });
      const text = compileTemplate(templates.text.source, { escape: false });
      for (const blocks of [
        [proven('d1')],
        [experimental()],
        [proven('d1'), proven('plain'), experimental(), experimental('aquados')],
      ]) {
        const input = mail(blocks, { language });
        expect(renderer.render(input).html).toBe(html(renderer.view(input)));
        expect(renderer.render(input).text).toBe(text(renderer.view(input)));
      }
    }
  });

  test('does not go through MJML: that ran once for each language', () => {
    for (let i = 0; i < 50; i++) renderer.render(mail([proven('d1')], { sendId: i }));
    expect(compiled).toBe(2);
  });
});

describe('whatever the CRM holds', () => {
  const evil = '{{constructor}} [[subject]] <script>alert(1)</script> "Ö\'Brien';
  const noise = `${evil}\r\n\u0000\u202E\ud800 🚀 ${'x'.repeat(10_000)}`;

  function check(text: string) {
    const product = { id: '99', sku: null, name: text, family: null };
    const rendered = renderer.render(
      mail([proven('d1', '99'), experimental('99')], {
        customer: {
          ...customer,
          title: text,
          firstName: text,
          lastName: text,
          companyName: text,
          ownerName: text,
        },
        owned: [{ product, quantity: 1, since: '2024-01-01' }],
      }),
    );
    const plain = renderer.render(mail([proven('d1', '98'), experimental('98')]));
    const tags = (html: string) => html.replace(/<meta[^>]*>/g, '').match(/<[a-z!/][^>]*>/gi)?.length ?? 0;
    const owner = /Ansprechperson/.test(rendered.html) ? 0 : 2;
    expect(tags(rendered.html)).toBe(tags(plain.html) - owner);
    expect(rendered.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect([...rendered.subject].length).toBeLessThanOrEqual(150);
    for (const part of Object.values(rendered)) {
      expect(part.isWellFormed()).toBe(true);
      for (const character of ['\u0000', '\u202E']) expect(part).not.toContain(character);
    }
    expect(rendered.text).not.toContain('[object');
    return rendered;
  }

  test('code, markup and noise stay text', () => {
    const rendered = check(noise);
    expect(rendered.html).not.toContain('<script');
    expect(rendered.html).toContain('&lt;script&gt;');
    expect(rendered.html).not.toContain('function Object');
    expect(Buffer.byteLength(rendered.html)).toBeLessThan(60_000);
    expect(rendered.html).toContain('Guten Tag,');
  });

  test('no string produces markup or a second line in the subject', () => {
    const nasty = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '{{',
      '}}',
      '{{{',
      '[[',
      ']]',
      '\n',
      '\r',
      '\\',
      '$&',
      '`',
    );
    const strings = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string()), { maxLength: 12 });
    fc.assert(
      fc.property(strings, (parts) => {
        check(parts.join(''));
      }),
      { numRuns: 200 },
    );
  });

  test('prototype properties cannot be reached from a template', () => {
    for (const path of ['constructor', '__proto__', 'toString', 'a.constructor', 'a.length.constructor']) {
      const run = () => compileTemplate(`{{${path}}}`, { escape: true })({ a: 'x' });
      let shown = '';
      try {
        shown = run();
      } catch {
        // refusing is fine
      }
      expect(shown).toBe('');
    }
  });
});
