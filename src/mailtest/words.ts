import type { Language } from '../domain/customer.ts';
import type { MailClass } from './classify.ts';
import type { ProblemCode } from './problem.ts';
import type { Standing } from './verdict.ts';

/** The standings that say how a mailbox compares. */
type Compared = Exclude<Standing, 'nothing_sent' | 'no_customers'>;

/** The report's words. */
export interface Words {
  title: string;
  question: string;
  sent(mails: string, first: string | null, last: string | null): string;
  classes: Record<MailClass, string>;
  /** For the heads of columns. */
  short: Record<MailClass, string>;
  month: string;
  mails: string;
  share: string;
  noDate: string;
  standing: Record<Compared, (share: string) => string>;
  zones: Record<Compared, string>;
  marks: string;
  few(mails: number, from: string, to: string): string;
  nothingSent: string;
  notCounted(received: string, leftOut: string, unreadable: string): string;
  byFromAlone: string;
  passedOver(files: string): string;
  crmCustomers(addresses: string): string;
  fileCustomersOnly: string;
  noCustomers: string;
  stays: string;
  colleagues: string;
  colleaguesHint: string;
  address: string;
  byMonth: string;
  asTable: string;
  /** Where a screen is too narrow for the table. */
  swipe: string;
  whereTo: string;
  chartOfMonths: string;
  once: string;
  problems(total: string): string;
  moreProblems(more: string): string;
  messages: string;
  place: string;
  what: string;
  message(number: string): string;
  byte(offset: string): string;
  problem: Record<ProblemCode, string>;
}

const GERMAN: Words = {
  title: 'Mail-Test',
  question: 'Wohin gehen die Mails?',
  sent: (mails, first, last) =>
    `Gesendete Mails: ${mails}${first === null ? '' : first === last ? ` (${first})` : ` (${first} bis ${last})`}`,
  classes: {
    customers: 'an Kunden',
    up: 'nach oben',
    down: 'nach unten',
    sideways: 'zur Seite',
    elsewhere: 'anderswohin',
  },
  short: { customers: 'Kunden', up: 'oben', down: 'unten', sideways: 'Seite', elsewhere: 'anderswo' },
  month: 'Monat',
  mails: 'Mails',
  share: 'Anteil',
  noDate: 'ohne Datum',
  standing: {
    common: (share) => `${share} der Mails gehen an Kunden. So ist es üblich.`,
    between: (share) => `${share} der Mails gehen an Kunden. Das ist mehr als üblich und noch nicht selten.`,
    rare: (share) => `${share} der Mails gehen an Kunden. Das ist selten.`,
  },
  zones: { common: 'üblich', between: 'dazwischen', rare: 'selten' },
  marks: 'Zum Vergleich: Unter 1\u00a0% ist üblich, über 20\u00a0% ist selten.',
  few: (mails, from, to) =>
    `Es sind nur ${mails} Mails, und das sagt wenig: Der Anteil könnte auf Dauer ebenso gut bei ${from} liegen wie bei ${to}.`,
  nothingSent: 'Hier ist keine Mail, die Sie gesendet haben. Stehen unter „me“ die richtigen Adressen?',
  notCounted: (received, leftOut, unreadable) =>
    `Nicht gezählt: ${received} empfangene, ${leftOut} aus Entwürfen, Spam, Papierkorb und Chats, ${unreadable} nicht lesbare.`,
  byFromAlone:
    'Keines der Gmail-Labels heißt „Gesendet“ oder „Sent“. Deshalb gilt als gesendet, was Ihren Absender trägt, auch Entwürfe und Gelöschtes, deren Labels anders heißen als hier bekannt.',
  passedOver: (files) => `Dateien in den Ordnern, in denen keine Mails sind: ${files}.`,
  crmCustomers: (addresses) =>
    `Wer Kunde ist, sagen das CRM (Adressen: ${addresses}, dazu deren Domains) und die Personendatei.`,
  fileCustomersOnly:
    'Aus dem CRM sind keine Kunden bekannt. Es zählen nur die, die in der Personendatei stehen; nach „spielbein sync“ zählen alle.',
  noCustomers:
    'Wie viel an Kunden geht, lässt sich nicht sagen: Es sind keine bekannt, weder aus dem CRM noch aus der Personendatei. Führen Sie „spielbein sync“ aus, oder tragen Sie Kunden in die Datei ein.',
  stays: 'Gezählt wurde auf diesem Rechner. Von Ihren Mails hat ihn nichts verlassen.',
  colleagues: 'Wer aus der Firma in der Personendatei fehlt',
  colleaguesHint:
    'Diese Adressen zählen als „anderswohin“, bis Sie sie unter up, down oder sideways eintragen.',
  address: 'Adresse',
  byMonth: 'Monat für Monat',
  asTable: 'Als Tabelle',
  swipe: 'Die Tabelle lässt sich zur Seite schieben.',
  whereTo: 'Alle zusammen',
  chartOfMonths: 'Anteile der Monate, von unten nach oben: Kunden, oben, unten, Seite, anderswo.',
  once: 'Jede Mail zählt einmal: beim ersten in dieser Reihenfolge, der sie bekommt, ob in An, Kopie oder Blindkopie.',
  problems: (total) => `Auffälligkeiten: ${total}`,
  moreProblems: (more) => `… und ${more} weitere`,
  messages: 'Nachrichten',
  place: 'Wo genau?',
  what: 'Was',
  message: (number) => `Nachricht ${number}`,
  byte: (offset) => `Byte ${offset}`,
  problem: {
    no_headers: 'beginnt nicht mit Kopfzeilen; nicht gezählt',
    no_from: 'hat keinen Absender (From); nicht gezählt',
    no_recipients: 'hat keinen Empfänger (To, Cc, Bcc); nicht gezählt',
    header_too_large: 'hat einen Kopf von über 1 MB; nicht gezählt',
    truncated: 'bricht mittendrin ab',
    damaged: 'ist beschädigt; gezählt ist, was sich lesen ließ',
    trailing_bytes: 'hat nach dem Ende des Gepackten noch etwas anderes; übergangen',
    no_date: 'hat kein Datum; zählt unter „ohne Datum“',
    bad_date: 'hat ein unlesbares Datum; zählt unter „ohne Datum“',
    nul_bytes: 'enthält NUL-Bytes; trotzdem gezählt',
    before_first: 'vor der ersten Nachricht steht etwas anderes',
    no_messages: 'enthält keine Nachricht',
    no_empty_line: 'beginnt ohne Leerzeile davor; trotzdem gezählt',
    looks_like_beginning: 'hat im Text eine Stelle, die wie der Anfang einer Nachricht aussieht',
    same_file: 'ist eine Datei, die schon dabei war; nur einmal gezählt',
  },
};

const ENGLISH: Words = {
  title: 'Mail-Test',
  question: 'Where does the mail go?',
  sent: (mails, first, last) =>
    `Mails sent: ${mails}${first === null ? '' : first === last ? ` (${first})` : ` (${first} to ${last})`}`,
  classes: {
    customers: 'to customers',
    up: 'up',
    down: 'down',
    sideways: 'sideways',
    elsewhere: 'elsewhere',
  },
  short: {
    customers: 'customers',
    up: 'up',
    down: 'down',
    sideways: 'sideways',
    elsewhere: 'elsewhere',
  },
  month: 'month',
  mails: 'mails',
  share: 'share',
  noDate: 'no date',
  standing: {
    common: (share) => `${share} of the mail goes to customers. That is common.`,
    between: (share) => `${share} of the mail goes to customers. That is more than common, and not yet rare.`,
    rare: (share) => `${share} of the mail goes to customers. That is rare.`,
  },
  zones: { common: 'common', between: 'in between', rare: 'rare' },
  marks: 'For comparison: under 1% is common, above 20% is rare.',
  few: (mails, from, to) =>
    `These are only ${mails} mails, which says little: in the long run the share may as well be ${from} as ${to}.`,
  nothingSent: 'There is no mail here that you sent. Does “me” have the right addresses?',
  notCounted: (received, leftOut, unreadable) =>
    `Not counted: ${received} received, ${leftOut} in drafts, spam, bin and chats, ${unreadable} unreadable.`,
  byFromAlone:
    'None of Gmail’s labels says “Sent” or “Gesendet”. So whatever has you as its sender counts as sent, also drafts and deleted mail whose labels are not known here.',
  passedOver: (files) => `Files in the folders that hold no mail: ${files}.`,
  crmCustomers: (addresses) =>
    `Customers are known from the CRM (addresses: ${addresses}, and their domains) and from the people file.`,
  fileCustomersOnly:
    'No customers are known from the CRM. Only those in the people file count; after “spielbein sync” all of them do.',
  noCustomers:
    'How much goes to customers can’t be said: none are known, neither from the CRM nor from the people file. Run “spielbein sync”, or name customers in the file.',
  stays: 'This was counted on this machine. Nothing of your mail has left it.',
  colleagues: 'Colleagues whom the people file does not name',
  colleaguesHint: 'They count as “elsewhere” until you put them under up, down or sideways.',
  address: 'address',
  byMonth: 'Month by month',
  asTable: 'As a table',
  swipe: 'Swipe the table sideways to see all of it.',
  whereTo: 'All together',
  chartOfMonths: 'Shares of the months, from the bottom up: customers, up, down, sideways, elsewhere.',
  once: 'Each mail counts once: for the first in this order who gets it, whether in To, Cc or Bcc.',
  problems: (total) => `Irregularities: ${total}`,
  moreProblems: (more) => `… and ${more} more`,
  messages: 'messages',
  place: 'Where exactly?',
  what: 'what',
  message: (number) => `message ${number}`,
  byte: (offset) => `byte ${offset}`,
  problem: {
    no_headers: 'does not begin with a header; not counted',
    no_from: 'has no sender (From); not counted',
    no_recipients: 'has no recipient (To, Cc, Bcc); not counted',
    header_too_large: 'has a header of more than 1 MB; not counted',
    truncated: 'breaks off in the middle',
    damaged: 'is damaged; what could be read is counted',
    trailing_bytes: 'has something else after the end of what is packed; passed over',
    no_date: 'has no date; counts under “no date”',
    bad_date: 'has an unreadable date; counts under “no date”',
    nul_bytes: 'has NUL bytes; counted all the same',
    before_first: 'something else stands before the first message',
    no_messages: 'has no message in it',
    no_empty_line: 'begins without an empty line before it; counted all the same',
    looks_like_beginning: 'has a place in its text that looks like the beginning of a message',
    same_file: 'is a file that was there already; counted once',
  },
};

export const WORDS: Record<Language, Words> = { de: GERMAN, en: ENGLISH };
