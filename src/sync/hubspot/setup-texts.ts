import type { Language } from '../../domain/customer.ts';

interface Text {
  label: string;
  description: string;
}

/** How the group of our properties is called in HubSpot. */
export const GROUP_LABEL = 'Spielbein';

/** What people read in HubSpot beside each property that `setup` makes, by what it says. */
export const PROPERTY_TEXTS: Record<
  'contactRatio' | 'companyRatio' | 'family' | 'returned',
  Record<Language, Text>
> = {
  contactRatio: {
    de: {
      label: 'Innovationsquote',
      description:
        'Wie viel Neues dieser Kontakt in den Mails sehen soll, von 0 bis 1: 0 = nur Weiterentwicklungen dessen, was er schon einsetzt; 0,2 = jeder fünfte Inhalt ist neu; 1 = nur Neues. Leer: Es gilt die Quote der Firma.',
    },
    en: {
      label: 'Innovation ratio',
      description:
        'How much news this contact is to see in our mails, from 0 to 1: 0 = only developments of what they use already; 0.2 = every fifth item is something new; 1 = only new things. Empty: the company’s ratio holds.',
    },
  },
  companyRatio: {
    de: {
      label: 'Innovationsquote',
      description:
        'Wie viel Neues die Kontakte dieser Firma in den Mails sehen sollen, von 0 (nur Weiterentwicklungen dessen, was sie schon einsetzen) bis 1 (nur Neues). Eine Quote am Kontakt geht vor. Leer: Es gilt die Vorgabe.',
    },
    en: {
      label: 'Innovation ratio',
      description:
        'How much news this company’s contacts are to see in our mails, from 0 (only developments of what they use already) to 1 (only new things). A contact’s own ratio goes before it. Empty: the default holds.',
    },
  },
  family: {
    de: {
      label: 'Produktfamilie',
      description:
        'Welche Produkte zusammengehören, z. B. „Dosierpumpen“: Wer eines davon hat, hört von Weiterentwicklungen der ganzen Familie. Überall gleich schreiben.',
    },
    en: {
      label: 'Product family',
      description:
        'Which products belong together, e.g. “Dosing pumps”: whoever owns one of them hears of developments of the whole family. Spell it the same everywhere.',
    },
  },
  returned: {
    de: {
      label: 'Zurückgegeben',
      description: 'Diese Position kam zurück: Der Kunde besitzt sie nicht mehr und hört nichts mehr davon.',
    },
    en: {
      label: 'Returned',
      description: 'This item came back: the customer owns it no longer, and hears no more of it.',
    },
  },
};
