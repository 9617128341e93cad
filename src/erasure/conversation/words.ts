import type { MachineSign } from '../../domain/conversation.ts';
import type { Language } from '../../domain/customer.ts';
import type { LinkKind } from '../../links/token.ts';
import type { EntryKind, EntryOutcome, WhyNot } from './held.ts';

/** What the codes of the conversation mean, for the person themselves. */
interface ConversationWords {
  links: Record<LinkKind, string>;
  programs: Record<MachineSign, string>;
  whyNot: Record<WhyNot, string>;
  saidBy: Record<'customer' | 'salesperson', string>;
  used: Record<'yes' | 'no', string>;
  entries: Record<EntryKind, string>;
  outcomes: Record<EntryOutcome | 'waiting', string>;
}

export const CONVERSATION_WORDS: Readonly<Record<Language, ConversationWords>> = {
  de: {
    links: {
      answer: 'eine Antwort',
      click: 'mehr zu einem Beitrag',
      unsubscribe: 'Abmeldung',
      preferences: 'Ihre Einstellungen',
    },
    programs: {
      head: 'Ein Programm hat nur nachgesehen, ob es die Seite gibt.',
      prefetch: 'Ein Programm hat die Seite im Voraus geladen.',
      agent: 'Ein Programm hat die Seite geöffnet: am Namen erkannt, oder weil es keinen nannte.',
      burst: 'Viele Links dieser Mail wurden auf einmal geöffnet, wie es Prüfprogramme tun.',
      hasty: 'Das Formular kam schneller, als jemand lesen kann, oder ohne dass die Seite gezeigt wurde.',
    },
    whyNot: {
      doubted: 'Zählt nicht: Um diese Zeit haben Programme die Links dieser Mail geöffnet.',
      replaced: 'Zählt nicht mehr: Zu diesem Beitrag wurde später noch einmal geantwortet.',
    },
    saidBy: { customer: 'von Ihnen', salesperson: 'notiert von Ihrem Ansprechpartner bei uns' },
    used: {
      yes: 'Sie setzen das ein, auch wenn kein Kauf bekannt ist.',
      no: 'Sie setzen das nicht oder nicht mehr ein.',
    },
    entries: {
      note: 'Notiz an Ihrem Eintrag',
      task: 'Aufgabe: Sie haben um einen Anruf gebeten',
      profile: 'Angaben an Ihrem Eintrag: letzte Antwort, Wünsche',
    },
    outcomes: {
      waiting: 'noch nicht bestätigt',
      written: 'im CRM eingetragen',
      nothing: 'nichts eingetragen: Es gab nichts mehr zu sagen',
      gone: 'nichts eingetragen: Das CRM hat diesen Eintrag nicht mehr',
      refused: 'nichts eingetragen: Das CRM hat es nicht angenommen',
      not_wanted: 'nichts eingetragen: So etwas geben wir nicht weiter',
    },
  },
  en: {
    links: {
      answer: 'an answer',
      click: 'more about a piece',
      unsubscribe: 'unsubscribing',
      preferences: 'your preferences',
    },
    programs: {
      head: 'A program only looked whether the page exists.',
      prefetch: 'A program loaded the page ahead.',
      agent: 'A program opened the page: known by its name, or because it gave none.',
      burst: 'Many links of this mail were opened at once, as programs do that check mail.',
      hasty: 'The form came faster than anybody reads, or without the page having been shown.',
    },
    whyNot: {
      doubted: 'Does not count: around that time, programs were opening the links of this mail.',
      replaced: 'Counts no more: this piece was answered again later.',
    },
    saidBy: { customer: 'by you', salesperson: 'noted by your contact person here' },
    used: {
      yes: 'You use this, although no purchase is known.',
      no: 'You don’t use this, or use it no more.',
    },
    entries: {
      note: 'a note on your record',
      task: 'a task: you asked for a call',
      profile: 'details of your record: last answer, wishes',
    },
    outcomes: {
      waiting: 'not confirmed yet',
      written: 'entered in the CRM',
      nothing: 'nothing entered: there was nothing left to say',
      gone: 'nothing entered: the CRM no longer has this record',
      refused: 'nothing entered: the CRM did not accept it',
      not_wanted: 'nothing entered: we do not pass this on',
    },
  },
};
