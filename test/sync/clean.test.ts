import { expect, test } from 'vitest';
import { cleanText } from '../../src/sync/clean.ts';

test('ordinary text stays as it is, whatever its script', () => {
  for (const text of ['', 'Kim Müller-Lüdenscheidt', '山田太郎', 'Zoë 🎉', 'a\u00a0b'])
    expect(cleanText(text)).toEqual({ text, damaged: false });
});

test('white space that people type becomes a space, and is no damage', () => {
  expect(cleanText('Kim\r\n\tM.\u2028X')).toEqual({ text: 'Kim M. X', damaged: false });
});

test('what is invisible is taken out', () => {
  expect(cleanText('\ufeffKi\u200bm \u202etxt\u202c \u2066x\u2069')).toEqual({
    text: 'Kim txt x',
    damaged: false,
  });
});

test('what the database refuses is replaced, and is damage', () => {
  expect(cleanText('a\u0000b')).toEqual({ text: 'a b', damaged: true });
  expect(cleanText('a\u0085b')).toEqual({ text: 'a b', damaged: true });
  expect(cleanText('half \ud83c of a pair')).toEqual({ text: 'half \ufffd of a pair', damaged: true });
  expect(cleanText('the other half \udf89')).toEqual({ text: 'the other half \ufffd', damaged: true });
});
