import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanLine, shortened } from '../../src/render/clean.ts';
import { contrast, darkPalette, lightPalette, READABLE } from '../../src/render/colours.ts';
import { wrapText } from '../../src/render/wrap.ts';

describe('cleanLine', () => {
  test.each([
    ['a\r\nb\tc', 'a b c'],
    ['a\u0000b\u202Ec', 'a bc'],
    ['a\ud800b', 'ab'],
    ['  Ünïcode  ok ', 'Ünïcode ok'],
    ['Zoë 🚀', 'Zoë 🚀'],
    ['e\u0301', 'é'],
    [null, ''],
  ])('%j becomes %j', (input, output) => {
    expect(cleanLine(input)).toBe(output);
  });

  test('gives one well-formed line of the length asked for, whatever comes in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.integer({ min: 5, max: 60 }),
        (input, max) => {
          const line = cleanLine(input, max);
          expect([...line].length).toBeLessThanOrEqual(max);
          expect(line.isWellFormed()).toBe(true);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        },
      ),
    );
  });
});

test('a long line is cut at a word and marked', () => {
  expect(shortened('eins zwei drei vier fünf', 16)).toBe('eins zwei drei…');
  expect(shortened('kurz', 16)).toBe('kurz');
});

describe('wrapText', () => {
  test('keeps words whole, and words only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zäöü]{1,90}$/), { minLength: 1, maxLength: 60 }),
        (list) => {
          const wrapped = wrapText(list.join(' '));
          expect(wrapped.split(/\s+/)).toEqual(list);
          for (const line of wrapped.split('\n')) expect(line.length <= 72 || !line.includes(' ')).toBe(true);
        },
      ),
    );
  });

  test('indents what belongs to a list item', () => {
    expect(wrapText('- eins zwei drei', 10)).toBe('- eins\n  zwei\n  drei');
  });
});

test('every accent colour gives text that can be read, in light and dark', () => {
  const channel = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(channel, channel, channel, (...rgb) => {
      const accent = `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
      for (const { sheet, page, panel, ink, muted, accent: text, button, onButton } of [
        lightPalette(accent),
        darkPalette(accent),
      ]) {
        for (const ground of [sheet, panel]) {
          for (const colour of [ink, muted, text])
            expect(contrast(colour, ground)).toBeGreaterThanOrEqual(READABLE);
        }
        expect(contrast(muted, page)).toBeGreaterThanOrEqual(READABLE);
        expect(contrast(onButton, button)).toBeGreaterThanOrEqual(READABLE);
      }
    }),
  );
});
