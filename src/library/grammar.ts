import type { Language } from '../domain/customer.ts';
import type { LibraryProduct } from './schema.ts';

/**
 * How sentences speak of a product. The library knows its gender; a product that only the CRM knows comes as
 * its bare name, and is then spoken of in ways that are right for any name. All results are plain text.
 */
export type NamedProduct = Pick<LibraryProduct, 'de' | 'en'> | string;

type Gender = LibraryProduct['de']['gender'];

/** Accusative of "Ihr" and of the article, by gender. */
const YOUR = { m: 'Ihren', f: 'Ihre', n: 'Ihr', pl: 'Ihre' } as const;
const NOUN = { de: 'Produkt', en: 'product' } as const;
const THE = { m: 'den', f: 'die', n: 'das', pl: 'die' } as const;

/** The product's name in the language: "Laserdrucker LX 300", "LX 300 laser printer". */
export function productName(product: NamedProduct, language: Language): string {
  return nameOf(product, language) || NOUN[language];
}

/** Accusative with pronoun: "Ihren Laserdrucker LX 300", "Ihr AquaDos-Produkt", "your LX 300 laser printer". */
export function yourProduct(product: NamedProduct, language: Language): string {
  const name = nameOf(product, language);
  const gender = name === '' ? undefined : genderOf(product);
  if (language === 'en') return gender ? `your ${name}` : `your ${anyProduct(name, 'en')}`;
  return gender ? `${YOUR[gender]} ${name}` : `Ihr ${anyProduct(name, 'de')}`;
}

/** "für Ihren Laserdrucker LX 300", "for your LX 300 laser printer". */
export function forYourProduct(product: NamedProduct, language: Language): string {
  return `${language === 'de' ? 'für' : 'for'} ${yourProduct(product, language)}`;
}

/**
 * The reason an offer begins with: "weil Sie den Laserdrucker LX 300 einsetzen", "because you use the …".
 * A library product without gender is a name of its own ("weil Sie AquaDos einsetzen"); a bare CRM name may be
 * anything, so it is called a product ("weil Sie das Sonderanlage-Produkt einsetzen").
 */
export function becauseYouUse(product: NamedProduct, language: Language): string {
  const name = nameOf(product, language);
  const gender = name === '' ? undefined : genderOf(product);
  const standsAlone = typeof product !== 'string' && name !== '';
  if (language === 'en') {
    const what = gender ? `the ${name}` : standsAlone ? name : `the ${anyProduct(name, 'en')}`;
    return `because you use ${what}`;
  }
  const what = gender ? `${THE[gender]} ${name}` : standsAlone ? name : `das ${anyProduct(name, 'de')}`;
  return `weil Sie ${what} einsetzen`;
}

/** "A", "A und B", "A, B und C"; "A, B and C". Empty names are left out. */
export function joinNames(names: readonly string[], language: Language): string {
  const cleaned = names.map(clean).filter((name) => name !== '');
  const last = cleaned.pop();
  if (last === undefined) return '';
  if (cleaned.length === 0) return last;
  return `${cleaned.join(', ')} ${language === 'de' ? 'und' : 'and'} ${last}`;
}

function nameOf(product: NamedProduct, language: Language): string {
  return clean(typeof product === 'string' ? product : product[language].name);
}

function genderOf(product: NamedProduct): Gender {
  return typeof product === 'string' ? undefined : product.de.gender;
}

/** Up to three plain words can be joined with hyphens (Durchkopplung: "LX-300-Produkt"); longer is quoted. */
const JOINABLE = /^[\p{L}\p{N}][\p{L}\p{N}.+/-]*(?:\s[\p{L}\p{N}][\p{L}\p{N}.+/-]*){0,2}$/u;

function anyProduct(name: string, language: Language): string {
  const noun = NOUN[language];
  if (name === '') return noun;
  if (JOINABLE.test(name) && !/[./-]$/.test(name)) {
    return language === 'de' ? `${name.replace(/\s/g, '-')}-Produkt` : `${name} product`;
  }
  return language === 'de' ? `Produkt „${name}“` : `product “${name}”`;
}

/** Names are data: one line, single spaces, no control or direction characters. */
function clean(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s{2,}/g, ' ')
    .trim();
}
