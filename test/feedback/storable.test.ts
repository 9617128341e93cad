import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storable } from '../../src/feedback/storable.ts';

test('what PostgreSQL refuses, or what only confuses, is not stored', () => {
  expect(storable('a\u0000b\ud800c\r\n\td')).toBe('a b\ufffdc\r\n\td');
  expect(storable('Ja\u202e, nein\u202c \u2067doch\u2069')).toBe('Ja, nein doch');
});

test('a text that nobody could see is empty', () => {
  const unseen = fc.string({
    unit: fc.constantFrom(
      ' ',
      '\n',
      '\u00ad',
      '\u200b',
      '\u200d',
      '\u2060',
      '\u202e',
      '\u2800',
      '\u3164',
      '\ufeff',
      '\u0007',
    ),
  });
  fc.assert(fc.property(unseen, (text) => storable(text) === ''));
});

test('what holds a visible text together stays: families of emoji, soft hyphens, scripts of any direction', () => {
  for (const text of ['👩\u200d🔧', 'Weiter\u00adentwicklung', 'שלום', 'می\u200cخواهم'])
    expect(storable(text)).toBe(text);
});
