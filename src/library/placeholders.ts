import type { Language } from '../domain/customer.ts';
import { type NamedProduct, productName, yourProduct } from './grammar.ts';

/** What texts of the library may leave open, to be filled for each customer. */
export const PLACEHOLDERS = ['product', 'yourProduct'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** Exactly `{{name}}`: no spaces, no third brace, no backslash before it. */
export const PLACEHOLDER = /(?<![{\\])\{\{(product|yourProduct)\}\}(?!\})/g;

/** Every run of doubled braces that is not a known placeholder, as it is written. */
export function unknownPlaceholders(text: string): string[] {
  const rest = text.replace(PLACEHOLDER, '\n');
  return [...rest.matchAll(/\\?\{\{+[^{}\n]*\}*|\}\}+/g)].map((match) => match[0]);
}

/** What the placeholders stand for when a text is tied to this product. Plain text: escape it for HTML. */
export function placeholderValues(product: NamedProduct, language: Language): Record<Placeholder, string> {
  return { product: productName(product, language), yourProduct: yourProduct(product, language) };
}

/**
 * Fills a text in one pass, so that a value that looks like a placeholder stays what it is: data.
 * `encode` escapes the values for where they go, e.g. HTML.
 */
export function fillPlaceholders(
  text: string,
  values: Readonly<Record<Placeholder, string>>,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(PLACEHOLDER, (_, name: Placeholder) => encode(values[name]));
}
