import type { ConsentBasis, Language } from '../domain/customer.ts';
import { quoted } from '../domain/quoted.ts';
import type { Gap } from '../library/question-schema.ts';

/** The sentences of a brief that are put together from facts; headings stand in web/words/console-*.ts. */
interface Wording {
  consent: Record<ConsentBasis, string>;
  language: Record<Language, string>;
  gaps: Record<Gap, string>;
  followsAnswer: (given: { answer: string; title: string; day: string }) => string;
  owns: (given: { product: string; since: string; declared: boolean }) => string;
  lacks: (products: string) => string;
  affinity: (given: { also: number; owners: number; product: string }) => string;
  offer: (product: string) => string;
  accessory: (product: string) => string;
  /** Stands as the question where a salesperson notes something by itself. */
  note: string;
}

export const WORDING: Record<Language, Wording> = {
  de: {
    consent: {
      consent: 'Einwilligung',
      existing_customer: 'Bestandskunde (§ 7 Abs. 3 UWG)',
      none: 'keine: keine Werbung per Mail',
    },
    language: { de: 'Deutsch', en: 'Englisch' },
    gaps: {
      never_answered: 'hat noch auf keine Mail geantwortet',
      old_product: 'besitzt etwas seit fünf Jahren oder länger',
      use_unconfirmed: 'hat nie gesagt, was im Einsatz ist',
      single_contact: 'einzige bekannte Person der Firma',
      no_purchase_lately: 'seit zwei Jahren kein Kauf',
      no_wish: 'hat nie gesagt, wie viel Neues willkommen ist',
    },
    followsAnswer: ({ answer, title, day }) => `${quoted(answer, 'de')} am ${day} zu: ${title}`,
    owns: ({ product, since, declared }) =>
      declared ? `nach eigenen Worten im Einsatz: ${product}` : `besitzt seit ${since}: ${product}`,
    lacks: (products) => `besitzt nicht: ${products}`,
    affinity: ({ also, owners, product }) => `haben ${also} von ${owners} anderen, die ${product} einsetzen`,
    offer: (product) => `passt zu: ${product}`,
    accessory: (product) => `Zubehör zu: ${product}`,
    note: 'Notiz aus dem Gespräch',
  },
  en: {
    consent: {
      consent: 'consent',
      existing_customer: 'existing customer (§ 7 (3) UWG)',
      none: 'none: no advertising by mail',
    },
    language: { de: 'German', en: 'English' },
    gaps: {
      never_answered: 'has not answered any mail yet',
      old_product: 'has owned something for five years or more',
      use_unconfirmed: 'never said what is in use',
      single_contact: 'the only person we know at the company',
      no_purchase_lately: 'no purchase for two years',
      no_wish: 'never said how much news is welcome',
    },
    followsAnswer: ({ answer, title, day }) => `${quoted(answer, 'en')} on ${day} to: ${title}`,
    owns: ({ product, since, declared }) =>
      declared ? `in use, as they say: ${product}` : `has owned since ${since}: ${product}`,
    lacks: (products) => `does not own: ${products}`,
    affinity: ({ also, owners, product }) => `${also} of ${owners} others who use ${product} have it`,
    offer: (product) => `goes with: ${product}`,
    accessory: (product) => `accessory to: ${product}`,
    note: 'Note from a conversation',
  },
};
