import type { ConsentBasis, Language } from '../domain/customer.ts';

/** How a person is addressed, from texts such as "Frau Prof. Dr." or "Mr". */
export interface Salutation {
  salutation: 'frau' | 'herr' | null;
  title: string | null;
}

const FRAU = new Set(['frau', 'fr', 'ms', 'mrs', 'miss', 'madam', 'mme', 'madame']);
const HERR = new Set(['herr', 'herrn', 'hr', 'hrn', 'mr', 'mister', 'sir', 'm', 'monsieur']);
/** What may stand before a name as a title; everything else ("Familie", "c/o") is dropped. */
const TITLE =
  /^(prof|dr|mag|dipl|ing|med|dent|vet|h\.?\s?c|e\.?h|habil|rer|nat|phil|jur|pol|oec|techn|univ|priv|doz|pd|mba|ph\.?d|b\.?sc|m\.?sc|b\.?a|m\.?a|b\.?eng|m\.?eng)\b/i;
/** Titles that are written with a dot but often typed without. */
const DOTTED: Record<string, string> = { prof: 'Prof.', dr: 'Dr.', mag: 'Mag.' };

export function parseSalutation(text: string | null): Salutation {
  const words = (text ?? '')
    // "Prof.Dr." → "Prof. Dr."; "h.c." and "Dipl.-Ing." stay
    .replace(/\.(?=\p{Lu})/gu, '. ')
    .split(/[\s,]+/)
    .filter(Boolean);
  let salutation: Salutation['salutation'] = null;
  const title: string[] = [];
  for (const word of words) {
    const bare = word.toLowerCase().replace(/\.$/, '');
    if (FRAU.has(bare)) salutation ??= 'frau';
    else if (HERR.has(bare)) salutation ??= 'herr';
    else if (TITLE.test(word)) title.push(DOTTED[bare] ?? word);
  }
  return { salutation, title: title.length > 0 ? title.join(' ') : null };
}

const GERMAN_SPEAKING = new Set(['DE', 'AT', 'CH', 'LI']);

/**
 * The language to write in. A language set on the contact decides: German in all its forms, English for every
 * other. Without one the country decides; `countryText` is what was typed, so that an unknown country is not
 * taken for none.
 */
export function chooseLanguage(
  language: string | null,
  country: string | null,
  countryText: string | null,
): Language {
  if (language) return /^de([-_]|$)/i.test(language.trim()) ? 'de' : 'en';
  if (country) return GERMAN_SPEAKING.has(country) ? 'de' : 'en';
  return countryText ? 'en' : 'de';
}

/** HubSpot's legal bases as contacts show them and as its API for subscriptions names them. */
const CONSENT = new Set(['freely given consent from contact', 'consent_with_notice', 'true', 'yes', 'ja']);
const CUSTOMER = new Set([
  'legitimate interest - existing customer',
  'legitimate_interest_client',
  'performance of a contract',
  'performance_of_contract',
]);

/**
 * Consent from HubSpot's legal bases for processing, separated by ";", or from a ticked check box. Only these allow
 * mail; the legitimate interest in a prospect or "other" does not (UWG §7(3) needs a sale), nor does the consent to
 * store data (`PROCESS_AND_STORE`).
 */
export function consentFromLegalBasis(text: string | null): ConsentBasis {
  const labels = (text ?? '').split(';').map((label) =>
    label
      .toLowerCase()
      // en dash, em dash, minus: people and exports mix them
      .replace(/\s*[-‐‑‒–—−]\s*/g, ' - ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  if (labels.some((label) => CONSENT.has(label))) return 'consent';
  return labels.some((label) => CUSTOMER.has(label)) ? 'existing_customer' : 'none';
}
