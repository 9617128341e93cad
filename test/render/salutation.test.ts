import { describe, expect, test } from 'vitest';
import { displayName, salutation } from '../../src/render/salutation.ts';

const nobody = { salutation: null, title: null, firstName: null, lastName: null };
const eva = { salutation: 'frau', title: 'Dr.', firstName: 'Eva', lastName: 'Müller-Lüdenscheidt' } as const;

describe('a mail begins with', () => {
  test.each([
    [eva, 'Guten Tag Frau Dr. Müller-Lüdenscheidt,', 'Hello Dr Müller-Lüdenscheidt,'],
    [{ ...eva, title: null }, 'Guten Tag Frau Müller-Lüdenscheidt,', 'Hello Ms Müller-Lüdenscheidt,'],
    [
      { ...eva, salutation: 'herr', title: 'Prof. Dr.', lastName: 'Öz' } as const,
      'Guten Tag Herr Prof. Dr. Öz,',
      'Hello Professor Öz,',
    ],
    [
      { ...eva, salutation: 'herr', title: null, lastName: 'Smith' } as const,
      'Guten Tag Herr Smith,',
      'Hello Mr Smith,',
    ],
    [{ ...nobody, firstName: 'Kim', lastName: 'Yıldız' }, 'Guten Tag Kim Yıldız,', 'Hello Kim Yıldız,'],
    [{ ...nobody, title: 'Dr.', lastName: 'Yıldız' }, 'Guten Tag Dr. Yıldız,', 'Hello Dr Yıldız,'],
    [{ ...nobody, firstName: 'Kim' }, 'Guten Tag Kim,', 'Hello Kim,'],
    [{ ...nobody, lastName: 'Yıldız' }, 'Guten Tag Yıldız,', 'Hello Yıldız,'],
    [{ ...eva, lastName: null }, 'Guten Tag Eva,', 'Hello Eva,'],
    [{ ...eva, firstName: ' ', lastName: '\n' }, 'Guten Tag,', 'Hello,'],
    [nobody, 'Guten Tag,', 'Hello,'],
    [{ ...nobody, firstName: '-', lastName: '?' }, 'Guten Tag,', 'Hello,'],
    [{ ...eva, lastName: "O'Brien" }, "Guten Tag Frau Dr. O'Brien,", "Hello Dr O'Brien,"],
    [
      { ...eva, lastName: 'Müller\r\nBcc: x' },
      'Guten Tag Frau Dr. Müller Bcc: x,',
      'Hello Dr Müller Bcc: x,',
    ],
    [{ ...eva, lastName: 'Win at http://evil.example' }, 'Guten Tag Eva,', 'Hello Eva,'],
    [{ ...eva, firstName: '<b>', lastName: 'www.evil.example' }, 'Guten Tag,', 'Hello,'],
  ])('%j: %s', (addressee, german, english) => {
    expect(salutation(addressee, 'de')).toBe(german);
    expect(salutation(addressee, 'en')).toBe(english);
  });
});

test('a name that never ends is cut', () => {
  const line = salutation({ ...eva, lastName: 'ab '.repeat(4000) }, 'de');
  expect(line.length).toBeLessThan(70);
  expect(line).toMatch(/…,$/);
});

test('the name in a To header is first and last name, as far as they are names', () => {
  expect(displayName({ firstName: 'Kim', lastName: 'Yıldız' })).toBe('Kim Yıldız');
  expect(displayName({ firstName: null, lastName: ' Yıldız\r\nBcc: x ' })).toBe('Yıldız Bcc: x');
  expect(displayName({ firstName: 'a@b.example', lastName: null })).toBe('');
});
