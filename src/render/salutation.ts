import type { Customer, Language } from '../domain/customer.ts';
import { cleanLine } from './clean.ts';

/** What a mail needs to address somebody. */
export type Addressee = Pick<Customer, 'salutation' | 'title' | 'firstName' | 'lastName'>;

/** Long enough for every real name part; longer ones are somebody's joke. */
const MAX_NAME = 40;

/**
 * The first line of a mail, with its comma:
 *
 * | known | German | English |
 * |---|---|---|
 * | salutation and last name | Guten Tag Frau Dr. Müller-Lüdenscheidt, | Hello Dr Smith, / Hello Ms Smith, |
 * | no salutation | Guten Tag Kim Yıldız, | Hello Kim Yıldız, |
 * | title and last name only | Guten Tag Dr. Yıldız, | Hello Dr Yıldız, |
 * | first name only | Guten Tag Kim, | Hello Kim, |
 * | nothing usable | Guten Tag, | Hello, |
 */
export function salutation(addressee: Addressee, language: Language): string {
  const german = language === 'de';
  const hello = german ? 'Guten Tag' : 'Hello';
  const name = german ? germanName(addressee) : englishName(addressee);
  return name === '' ? `${hello},` : `${hello} ${name},`;
}

function germanName(addressee: Addressee): string {
  const { title, first, last } = parts(addressee);
  if (last === '') return first;
  if (addressee.salutation === 'frau') return joined('Frau', title, last);
  if (addressee.salutation === 'herr') return joined('Herr', title, last);
  return joined(title, first, last);
}

/** In English the title replaces Ms and Mr, only the highest is spoken, and it has no full stop. */
function englishName(addressee: Addressee): string {
  const { title, first, last } = parts(addressee);
  if (last === '') return first;
  if (/\bprof/i.test(title)) return joined('Professor', last);
  if (/\bdr\b/i.test(title)) return joined('Dr', last);
  if (addressee.salutation === 'frau') return joined('Ms', last);
  if (addressee.salutation === 'herr') return joined('Mr', last);
  return joined(first, last);
}

function parts({ title, firstName, lastName }: Addressee) {
  return { title: namePart(title), first: namePart(firstName), last: namePart(lastName) };
}

const joined = (...words: string[]): string => words.filter((word) => word !== '').join(' ');

/** The name for a To header: "Kim Yıldız"; empty when nothing usable is known. */
export function displayName({ firstName, lastName }: Pick<Customer, 'firstName' | 'lastName'>): string {
  return joined(namePart(firstName), namePart(lastName));
}

/**
 * A part of a name as it may be shown, or nothing. What holds markup, an address or a link is no name: it came
 * through a form from somebody who wants our mails to carry it.
 */
export function namePart(text: string | null): string {
  const line = cleanLine(text, MAX_NAME);
  return /[<>{}[\]@\\|]|\/\/|www\./i.test(line) || !/\p{L}/u.test(line) ? '' : line;
}
