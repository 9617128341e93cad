import { beforeAll, describe, expect, test } from 'vitest';
import { variantIdOf } from '../../src/domain/genes.ts';
import type { Library } from '../../src/library/library.ts';
import type { Offer } from '../../src/library/schema.ts';
import { createRenderer, type Renderer } from '../../src/render/renderer.ts';
import { experimental, fixtureLibrary, mail, proven, publicUrl, templatesDir } from './stand.ts';

const SENTENCE = { de: 'Das geht auch mit {{product}}.', en: 'That works with the {{product}}, too.' };

const genes: Offer['genes'] = {
  headline: { 'as-question': { de: 'Schon {{product}} befragt?', en: 'Asked the {{product}} yet?' } },
  bridge: { 'for-all': { de: 'Gemacht für {{yourProduct}}.', en: 'Made for {{yourProduct}}.' } },
  picture: { service: { file: 'service.png', de: 'Eine Hand & ein Gerät', en: 'A hand & a machine' } },
  benefit: { 'in-figures': { de: 'Es spart **elf Minuten**.', en: 'It saves **eleven minutes**.' } },
  call: { lend: { de: 'Dürfen wir <eins> zu {{product}} leihen?' } },
};

let library: Library;
let renderer: Renderer;

beforeAll(async () => {
  const fixture = await fixtureLibrary();
  const [offer] = fixture.offers.values();
  if (!offer) throw new Error('The stand has an offer.');
  const withGenes: Offer = { ...offer, picture: 'laserdrucker.png', genes, anyBridge: SENTENCE };
  library = { ...fixture, offers: new Map([[offer.id, withGenes]]) };
  renderer = await createRenderer({ library, templatesDir, publicUrl });
});

const block = (variantId: string, productKey = 'laserdrucker-lx300') => ({
  ...experimental(productKey),
  variantId,
});
const shown = (variantId: string, productKey?: string, language: 'de' | 'en' = 'de') => {
  const { html, text, preheader } = renderer.render(mail([block(variantId, productKey)], { language }));
  return { html: html.replaceAll('\u00a0', ' '), text: text.replace(/(?<=\S)\n(?=\S)/g, ' '), preheader };
};

describe('a variant', () => {
  test.each([
    ['headline=as-question', 'Schon Laserdrucker LX 300 befragt?', 'offer für Laserdrucker LX 300'],
    ['bridge=for-all', 'Gemacht für Ihren Laserdrucker LX 300.', 'Wer druckt, liest auch.'],
    ['benefit=in-figures', 'elf Minuten', 'erstens'],
    ['call=lend', 'zu Laserdrucker LX 300 leihen?', 'Wäre das etwas für Sie?'],
  ])('%s says its own words instead of the offer’s, and nothing else differs', (variantId, own, base) => {
    const form = shown(variantId);
    const offer = shown('base');
    for (const part of ['html', 'text'] as const) {
      expect(form[part]).toContain(own);
      expect(form[part]).not.toContain(base);
      expect(offer[part]).toContain(base);
    }
    const others = [
      'offer für Laserdrucker LX 300',
      'Wer druckt, liest auch.',
      'erstens',
      'Wäre das etwas für Sie?',
    ];
    for (const words of others.filter((each) => each !== base)) expect(form.html).toContain(words);
  });

  test('has its own picture, with what is seen in it', () => {
    const { html } = shown('picture=service');
    expect(html).toContain(`src="${publicUrl}/pictures/service.png"`);
    expect(html).toContain('alt="Eine Hand &amp; ein Gerät"');
    expect(html).not.toContain('laserdrucker.png');
  });

  test('may differ in everything at once', () => {
    const variantId = variantIdOf({
      headline: 'as-question',
      bridge: 'for-all',
      picture: 'service',
      benefit: 'in-figures',
    });
    const { html, preheader } = shown(variantId, 'tischwaage-tw6', 'en');
    for (const words of [
      'Asked the TW 6 bench scale yet?',
      'Made for your TW 6 bench scale.',
      'A hand &amp; a machine',
      'eleven minutes',
      'Could this be something for you?',
    ])
      expect(html).toContain(words);
    expect(preheader).toBe('Asked the TW 6 bench scale yet?');
  });

  test('is never mixed up with another one of the same offer', () => {
    const first = shown('headline=as-question').html;
    expect(shown('base').html).not.toBe(first);
    expect(shown('headline=as-question').html).toBe(first);
  });

  test('cannot bring code or markup into a mail', () => {
    const { html, text } = shown('call=lend');
    expect(html).toContain('&lt;eins&gt;');
    expect(text).toContain('<eins>');
  });

  test.each([
    ['headline=gone', 'de', /"offer" has no headline=gone in "de" \(any more\)/],
    ['call=lend', 'en', /"offer" has no call=lend in "en"/],
    ['headline=constructor,picture=__proto__', 'de', /has no headline=constructor, picture=__proto__ in/],
  ] as const)('%s that is not written in %s is refused by name', (variantId, language, message) => {
    expect(() => shown(variantId, undefined, language)).toThrow(message);
  });
});

describe('the sentence of the bridge', () => {
  test('is the one for any product where no bridge leads from it', () => {
    expect(shown('base', 'messgeraet-mg4').text).toContain('Das geht auch mit Messgerät MG 4.');
    expect(shown('base', 'messgeraet-mg4', 'en').text).toContain('That works with the MG 4 gauge, too.');
    expect(shown('base', 'tischwaage-tw6').text).toContain('Wer wiegt, misst auch.');
  });

  test('is the variant’s own, whichever product it is', () => {
    expect(shown('bridge=for-all', 'messgeraet-mg4').text).toContain('Gemacht für Ihr Messgerät MG 4.');
  });

  test('is never that of any product under a development', () => {
    expect(renderer.render(mail([proven('d1', 'messgeraet-mg4')])).text).not.toContain('Das geht auch');
  });
});
