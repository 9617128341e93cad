import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut } from '../../src/domain/cut.ts';

test('what fits stays, what does not ends in an ellipsis', () => {
  expect(cut('abc', 3)).toBe('abc');
  expect(cut('abcd', 3)).toBe('ab…');
  expect(cut('😀😀😀', 3)).toBe('😀😀😀');
  expect(cut('😀😀😀😀', 3)).toBe('😀😀…');
});

test('whatever is cut, it is a text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      (text, most) => {
        const short = cut(text, most);
        expect(short.isWellFormed()).toBe(true);
        expect(Array.from(short).length).toBeLessThanOrEqual(most);
      },
    ),
  );
});
