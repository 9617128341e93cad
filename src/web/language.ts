import { LANGUAGES, type Language } from '../domain/customer.ts';

/**
 * Which language a page speaks: what the address asks for (`?lang=`), what was chosen before, what the browser
 * prefers of the languages we have, else the fallback.
 */
export function pickLanguage(
  given: { query?: unknown; chosen?: string | undefined; acceptLanguage?: string | undefined },
  fallback: Language = 'de',
): Language {
  return known(given.query) ?? known(given.chosen) ?? preferred(given.acceptLanguage ?? '') ?? fallback;
}

/** The best of our languages in an Accept-Language header, e.g. "en-GB,en;q=0.9,de;q=0.8". */
function preferred(header: string): Language | undefined {
  return header
    .slice(0, 500)
    .split(',')
    .map((part, index) => {
      const [tag = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const q = parameters.find((p) => p.startsWith('q='));
      const weight = q === undefined ? 1 : Number.parseFloat(q.slice(2));
      return { language: known(tag.split('-')[0]), weight: Number.isFinite(weight) ? weight : 0, index };
    })
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)[0]?.language;
}

const known = (value: unknown): Language | undefined => LANGUAGES.find((language) => language === value);
