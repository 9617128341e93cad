import type { Language } from '../../../domain/customer.ts';
import { quoted } from '../../../domain/quoted.ts';

/** What salespeople read in the CRM. */
interface Words {
  answered: string;
  to: string;
  before: string;
  mail: (subject: string, day: string | null) => string;
  noSubject: string;
  ownWords: string;
  noted: string;
  wishes: string;
  wishFresh: string;
  noWishes: string;
  notUsed: (product: string) => string;
  used: (product: string) => string;
  brief: string;
  callWanted: string;
  callAbout: string;
  somebody: string;
  ratioReason: (wish: string) => string;
}

const WORDS: Record<Language, Words> = {
  de: {
    answered: 'Antwort',
    to: 'zu',
    before: 'Vorher war die Antwort',
    mail: (subject, day) => `Mail ${quoted(subject, 'de')}${day === null ? '' : ` vom ${day}`}`,
    noSubject: 'ohne Betreff',
    ownWords: 'In eigenen Worten',
    noted: 'Im Gespräch notiert',
    wishes: 'Wünsche dieses Kunden, wie sie jetzt gelten',
    wishFresh: 'neu',
    noWishes: 'Dieser Kunde hat seine Wünsche zurückgenommen: Es gilt wieder, was hier eingestellt ist.',
    notUsed: (product) => `Setzt nicht mehr ein: ${product}`,
    used: (product) => `Setzt außerdem ein: ${product}`,
    brief: 'Gesprächsleitfaden zu diesem Kunden',
    callWanted: 'Rückruf gewünscht',
    callAbout: 'Dieser Kunde bittet um einen Anruf.',
    somebody: 'Kunde',
    ratioReason: (wish) => `Wunsch des Kunden: ${wish}`,
  },
  en: {
    answered: 'Answer',
    to: 'to',
    before: 'The answer was before',
    mail: (subject, day) => `Mail ${quoted(subject, 'en')}${day === null ? '' : ` of ${day}`}`,
    noSubject: 'without a subject',
    ownWords: 'In their own words',
    noted: 'Noted in a conversation',
    wishes: 'What this customer wishes for, as it stands now',
    wishFresh: 'new',
    noWishes: 'This customer took back their wishes: what is set here holds again.',
    notUsed: (product) => `Does not use any more: ${product}`,
    used: (product) => `Also uses: ${product}`,
    brief: 'Brief for talking with this customer',
    callWanted: 'Call requested',
    callAbout: 'This customer asks for a call.',
    somebody: 'Customer',
    ratioReason: (wish) => `The customer’s wish: ${wish}`,
  },
};

export const entryWords = (language: Language): Words => WORDS[language];

/** A day as people write it, in a time zone: "24.11.2026", "24 Nov 2026". */
export function dayIn(moment: Date, language: Language, timeZone: string): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(moment);
}
