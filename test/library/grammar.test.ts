import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/customer.ts';
import {
  becauseYouUse,
  forYourProduct,
  joinNames,
  type NamedProduct,
  productName,
  yourProduct,
} from '../../src/library/grammar.ts';
import { GENDERS } from '../../src/library/schema.ts';

const LASER: NamedProduct = {
  de: { name: 'Laserdrucker LX 300', gender: 'm' },
  en: { name: 'LX 300 laser printer' },
};
const SCALE: NamedProduct = {
  de: { name: 'Tischwaage TW 6', gender: 'f' },
  en: { name: 'TW 6 bench scale' },
};
const GAUGE: NamedProduct = { de: { name: 'Messgerät MG 4', gender: 'n' }, en: { name: 'MG 4 gauge' } };
const VALVES: NamedProduct = {
  de: { name: 'Dosierventile DV', gender: 'pl' },
  en: { name: 'DV dosing valves' },
};
const AQUADOS: NamedProduct = { de: { name: 'AquaDos' }, en: { name: 'AquaDos' } };

test.each([
  [LASER, 'Ihren Laserdrucker LX 300', 'your LX 300 laser printer'],
  [SCALE, 'Ihre Tischwaage TW 6', 'your TW 6 bench scale'],
  [GAUGE, 'Ihr Messgerät MG 4', 'your MG 4 gauge'],
  [VALVES, 'Ihre Dosierventile DV', 'your DV dosing valves'],
  [AQUADOS, 'Ihr AquaDos-Produkt', 'your AquaDos product'],
  ['Sonderanlage', 'Ihr Sonderanlage-Produkt', 'your Sonderanlage product'],
  ['LX 300', 'Ihr LX-300-Produkt', 'your LX 300 product'],
  ['A+ Pumpe 2.0', 'Ihr A+-Pumpe-2.0-Produkt', 'your A+ Pumpe 2.0 product'],
  ['Pumpe (neu), 230 V', 'Ihr Produkt „Pumpe (neu), 230 V“', 'your product “Pumpe (neu), 230 V”'],
  [
    'Eine sehr lange Bezeichnung',
    'Ihr Produkt „Eine sehr lange Bezeichnung“',
    'your product “Eine sehr lange Bezeichnung”',
  ],
  ['  ', 'Ihr Produkt', 'your product'],
])('%j is yours in both languages', (product, german, english) => {
  expect(yourProduct(product, 'de')).toBe(german);
  expect(yourProduct(product, 'en')).toBe(english);
  expect(forYourProduct(product, 'de')).toBe(`für ${german}`);
  expect(forYourProduct(product, 'en')).toBe(`for ${english}`);
});

test.each([
  [LASER, 'weil Sie den Laserdrucker LX 300 einsetzen', 'because you use the LX 300 laser printer'],
  [SCALE, 'weil Sie die Tischwaage TW 6 einsetzen', 'because you use the TW 6 bench scale'],
  [GAUGE, 'weil Sie das Messgerät MG 4 einsetzen', 'because you use the MG 4 gauge'],
  [VALVES, 'weil Sie die Dosierventile DV einsetzen', 'because you use the DV dosing valves'],
  [AQUADOS, 'weil Sie AquaDos einsetzen', 'because you use AquaDos'],
  ['Sonderanlage', 'weil Sie das Sonderanlage-Produkt einsetzen', 'because you use the Sonderanlage product'],
])('%j is a reason in both languages', (product, german, english) => {
  expect(becauseYouUse(product, 'de')).toBe(german);
  expect(becauseYouUse(product, 'en')).toBe(english);
});

test('names are joined as people join them', () => {
  expect(joinNames([], 'de')).toBe('');
  expect(joinNames(['A'], 'de')).toBe('A');
  expect(joinNames(['A', 'B'], 'de')).toBe('A und B');
  expect(joinNames(['A', 'B', 'C'], 'de')).toBe('A, B und C');
  expect(joinNames(['A', ' ', 'B', 'C'], 'en')).toBe('A, B and C');
});

test('names are one line of text, whatever the CRM holds', () => {
  expect(productName('Pumpe\t\n  DP\u200b 10\u202e', 'de')).toBe('Pumpe DP 10');
  expect(productName('LX\u00a0300', 'de')).toBe('LX\u00a0300');
  expect(productName('Wa\u0308ge\u00adzelle', 'de')).toBe('Wägezelle');
});

test('no name makes a phrase with gaps, holes or line breaks', () => {
  const name = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', ' ', '\n', '\u00a0', '{{product}}'),
  );
  const product = fc.oneof(
    name,
    fc.record({
      de: fc.record({ name, gender: fc.constantFrom(...GENDERS) }, { requiredKeys: ['name'] }),
      en: fc.record({ name }),
    }),
  );
  fc.assert(
    fc.property(product, fc.constantFrom(...LANGUAGES), fc.array(name), (thing, language, names) => {
      const phrases = [
        productName(thing, language),
        yourProduct(thing, language),
        forYourProduct(thing, language),
        becauseYouUse(thing, language),
      ];
      for (const phrase of phrases) {
        expect(phrase).not.toMatch(/\s\s|^\s|\s$|[\n\r\t]/);
        expect(phrase.length).toBeGreaterThan(0);
        if (!JSON.stringify(thing).includes('undefined')) expect(phrase).not.toContain('undefined');
      }
      expect(joinNames(names, language)).not.toMatch(/\s\s|^\s|\s$/);
    }),
  );
});
