import type { Language } from './customer.ts';

const MARKS: Readonly<Record<Language, { outer: [string, string]; inner: [string, string] }>> = {
  de: { outer: ['„', '“'], inner: ['‚', '‘'] },
  en: { outer: ['“', '”'], inner: ['‘', '’'] },
};

/** A text in a language's quotation marks; what is quoted within it gets the inner ones. Plain text. */
export function quoted(text: string, language: Language): string {
  const { outer, inner } = MARKS[language];
  const within = text.replace(/[„“]([^„“”]*)[“”]/g, (_, words) => `${inner[0]}${words}${inner[1]}`);
  return `${outer[0]}${within}${outer[1]}`;
}
