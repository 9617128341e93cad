import type { Language } from '../domain/customer.ts';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/**
 * Phrases that readers, and filters that learn from them, know from unwanted mail. Short on purpose: no filter goes by
 * one word alone, no provider publishes what it goes by, and long lists forbid plain German. English: phrases that
 * SpamAssassin has had rules for (money back, risk free, act now, no cost …). German: what lists of mail companies have
 * in common (e.g. https://www.mailjet.com/de/blog/e-mail/spam-woerter-emails), without words that a maker of machines
 * needs, such as "Angebot" or "Rabatt".
 */
const PHRASES: Record<Language, readonly string[]> = {
  de: [
    '100 % gratis',
    '100% gratis',
    'absolut kostenlos',
    'garantiert kostenlos',
    'gratis',
    'geld verdienen',
    'nebenverdienst',
    'geld-zurück-garantie',
    'geld zurück',
    'jetzt zugreifen',
    'jetzt zuschlagen',
    'jetzt kaufen',
    'nur heute',
    'nur für kurze zeit',
    'letzte chance',
    'ohne risiko',
    'risikolos',
    'sonderangebot',
    'schnäppchen',
    'sie haben gewonnen',
    'herzlichen glückwunsch',
    'gewinnen sie',
    'hier klicken',
    'klicken sie hier',
    'dringend handeln',
    'unglaubliches angebot',
    'supergünstig',
    'spottbillig',
    'kredit ohne schufa',
    'kein spam',
  ],
  en: [
    '100% free',
    'absolutely free',
    'free gift',
    'act now',
    'buy now',
    'order now',
    'click here',
    'congratulations',
    'you have won',
    'you are a winner',
    'earn money',
    'extra income',
    'limited time only',
    'last chance',
    'money back',
    'no cost',
    'no obligation',
    'risk free',
    'risk-free',
    'special promotion',
    'urgent action',
    'once in a lifetime',
    'lowest price',
    'cash bonus',
    'this is not spam',
  ],
};

const ESCAPED = /[.*+?^${}()|[\]\\]/g;
/** Letters and digits on neither side: "gratis" is not found in "Gratisexemplar". */
const FINDERS = Object.fromEntries(
  Object.entries(PHRASES).map(([language, phrases]) => {
    const each = phrases.map((phrase) =>
      phrase.replace(ESCAPED, String.raw`\$&`).replaceAll(' ', String.raw`\s+`),
    );
    return [language, new RegExp(`(?<![\\p{L}\\p{N}])(?:${each.join('|')})(?![\\p{L}\\p{N}])`, 'giu')];
  }),
) as Record<Language, RegExp>;

/** In the subject and preheader a warning, further down a note; each phrase once. */
export function checkSpamWords({ subject, preheader, language, blocks, at }: OpenedMail): Finding[] {
  const seen = new Set<string>();
  const phrasesIn = (text: string) =>
    [...text.matchAll(FINDERS[language])]
      .map(([phrase]) => phrase)
      .filter((phrase) => !seen.has(phrase.toLowerCase()) && seen.add(phrase.toLowerCase()));
  const inLine = (['subject', 'preheader'] as const).flatMap((part) => {
    const text = part === 'subject' ? subject : preheader;
    return phrasesIn(text).map(
      (phrase): Finding => ({
        code: 'spam_word',
        severity: 'warning',
        where: { part, excerpt: text.slice(0, 120) },
        values: { phrase },
      }),
    );
  });
  const inBody = blocks.flatMap(({ text, element }) =>
    phrasesIn(text).map(
      (phrase): Finding => ({
        code: 'spam_word',
        severity: 'note',
        where: at(element, text),
        values: { phrase },
      }),
    ),
  );
  return [...inLine, ...inBody];
}
