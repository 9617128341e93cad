import type { BlockKind } from '../domain/composition.ts';
import type { Answer } from '../domain/conversation.ts';
import type { Language } from '../domain/customer.ts';
import type { MailEventKind, SendState, SuppressionReason } from '../domain/send.ts';

/** The words of a person's copy of their data, for somebody who has never seen this program. */
interface Words {
  title: string;
  /** What this document is, and how to read it. */
  about: string[];
  /** What stands under each key of the document. */
  sections: Record<string, string>;
  kinds: Record<BlockKind, string>;
  answers: Record<Answer, string>;
  states: Record<SendState, string>;
  reports: Record<MailEventKind, string>;
  suppressions: Record<SuppressionReason, string>;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  de: {
    title: 'Ihre Daten in unserem Newsletter-System',
    about: [
      'Hier steht alles, was unser Newsletter-System über Sie gespeichert hat (Auskunft nach Art. 15 DSGVO). Sie können die Datei auch anderen Programmen geben: Sie ist maschinenlesbar (JSON), wie Art. 20 DSGVO es vorsieht.',
      'Stammdaten und Käufe stammen aus unserem Kundensystem (CRM). Was wir Ihnen geschrieben haben, was Sie darauf geantwortet haben und was Sie sich wünschen, hat das Newsletter-System selbst festgehalten. Was Sie uns sagen, tragen wir auch im CRM ein, damit Ihr Ansprechpartner es liest.',
      'Welche Beiträge in Ihren Mails stehen, entscheidet das System nach Ihren Käufen, Ihren Antworten und Ihren Wünschen: Neues zu Produkten, die Sie haben, und ab und zu ein neues Angebot. Bei jedem Beitrag steht, warum er ausgewählt wurde.',
      'Zeiten sind in UTC angegeben. Ein leerer Wert (null) heißt: Dazu ist nichts gespeichert.',
    ],
    sections: {
      records:
        'Ihre Stammdaten, so wie sie aus dem CRM übernommen wurden; mehrere, wenn mehrere Einträge Ihre Adresse haben.',
      mergedRecords:
        'Einträge über Sie, die im CRM zusammengeführt wurden: Kennung von früher und Kennung des Eintrags, der daraus wurde.',
      purchases: 'Ihre Käufe, Rückgaben und Stornos.',
      corrections: 'Was Sie daran berichtigt haben: Produkte, die Sie einsetzen oder nicht mehr einsetzen.',
      mails:
        'Mails, die für Sie geplant oder an Sie verschickt wurden: wann, worüber und warum, alle Ihre Antworten und ob sie zählen, welche Links wann geöffnet wurden, und was Mailserver dazu gemeldet haben. Links werden auch von Programmen geöffnet, die Mails prüfen; was wir für ein Programm halten, ist so vermerkt. Der Name des Browsers dient nur dazu und wird nach 90 Tagen gelöscht.',
      leftOutMails:
        'Mails, die Sie nicht bekommen haben, weil Sie zu einer zufällig ausgewählten Vergleichsgruppe gehören: wann sie gekommen wären und was darin gestanden hätte. So messen wir, ob unsere Mails etwas bewirken.',
      otherReports: 'Meldungen von Mailservern zu Ihrer Adresse, die sich keiner Mail zuordnen lassen.',
      statements:
        'Was Sie auf weitere Fragen gesagt haben, auch im Gespräch mit Ihrem Ansprechpartner: die Frage, Ihre Wahl und Ihre eigenen Worte; notBefore: bis wann Sie zu diesem Beitrag Ruhe haben wollten.',
      preferences: 'Was Sie sich auf der Seite mit Ihren Einstellungen von uns wünschen.',
      toldCrm:
        'Was wir davon in unserem CRM eingetragen haben oder noch eintragen: was, wann, und was daraus wurde. Erledigtes wird hier nach 400 Tagen gelöscht; im CRM bleibt es stehen.',
      suppressions:
        'Sperren: Adressen, an die wir nicht mehr schreiben, wann unser CRM davon erfuhr und was dort vorher abonniert war; Letzteres nur, solange Sie eine Abmeldung zurücknehmen können.',
      takenBack: 'Abmeldungen, die Sie zurückgenommen haben und bei denen unser CRM das noch erfahren muss.',
      innovationAccounts:
        'Wie viele Beiträge über Neues Sie nach der eingestellten Quote bekommen sollten und wie viele Sie bekommen haben.',
      suggestedRatios:
        'Ob Ihre Antworten dafür sprechen, Ihnen mehr oder weniger Neues zu schreiben: die Quote, die galt, die Quote, die wir unserem Vertrieb vorschlagen, wie wahrscheinlich das richtig ist, und wievielmal so oft Sie auf Neues antworten wie auf Bewährtes. Über die Quote entscheidet ein Mensch.',
      inboxCopies: 'Kopien von Mails an Sie, die im eingebauten Postfach des Systems liegen.',
      unreadReports: 'Meldungen, die das System nicht lesen konnte und in denen Ihre Adresse vorkommt.',
      crmEvents: 'Hinweise unseres CRM, dass sich an Ihren Einträgen etwas geändert hat: Art und Zeit.',
    },
    kinds: { proven: 'Neues zu einem Produkt, das Sie haben', experimental: 'ein neues Angebot' },
    answers: { yes: 'Ja', call: 'Bitte rufen Sie mich an', later: 'Später', no: 'Nein' },
    states: {
      planned: 'geplant',
      queued: 'wartet auf den Versand',
      sending: 'wird gerade verschickt',
      sent: 'verschickt',
      failed: 'nicht zugestellt',
      skipped: 'nicht verschickt',
      in_doubt: 'unklar, ob sie angekommen ist',
    },
    reports: {
      hard_bounce: 'dauerhaft unzustellbar',
      soft_bounce: 'vorübergehend unzustellbar',
      complaint: 'als Spam gemeldet',
      unsubscribe: 'abgemeldet',
    },
    suppressions: {
      unsubscribed: 'Sie haben sich abgemeldet.',
      bounced: 'Mails an diese Adresse sind zurückgekommen.',
      complained: 'Eine Mail wurde als Spam gemeldet.',
      manual: 'Von Hand ausgenommen.',
      erased: 'Auf Wunsch gelöscht.',
    },
  },
  en: {
    title: 'Your data in our newsletter system',
    about: [
      'This is everything that our newsletter system holds about you (access under Art. 15 GDPR). It is machine-readable (JSON), so that you can hand it to other programs, as Art. 20 GDPR provides.',
      'Master data and purchases come from our customer system (CRM). What we wrote to you, what you answered and what you wish for was recorded by the newsletter system itself. What you tell us is entered in the CRM as well, so that your contact person reads it.',
      'What your mails tell you is decided from your purchases, your answers and your wishes: news about products you have, and now and then a new offer. Each piece says why it was chosen.',
      'Times are in UTC. An empty value (null) means that nothing is stored.',
    ],
    sections: {
      records: 'Your master data as taken over from the CRM; several if several records have your address.',
      mergedRecords:
        'Records about you that were merged in the CRM: the id of before, and that of the record they became.',
      purchases: 'Your purchases, returns and cancellations.',
      corrections: 'What you corrected about them: products that you use, or use no more.',
      mails:
        'Mails planned for you or sent to you: when, about what and why, all your answers and whether they count, which links were opened when, and what mail servers reported about them. Links are opened by programs that check mail, too; what we take for a program is marked as such. The browser’s name serves for that alone, and is deleted after 90 days.',
      leftOutMails:
        'Mails that you did not get because you are in a comparison group that was drawn at random: when they would have come, and what would have stood in them. That is how we measure whether our mails have any effect.',
      otherReports: 'Reports of mail servers about your address that belong to no mail we know.',
      statements:
        'What you said to further questions, also in conversation with your contact person: the question, your choice, and your own words; notBefore: until when you wanted to be left alone about it.',
      preferences: 'What you wish from us, as you said on the page with your preferences.',
      toldCrm:
        'What of this we entered in our CRM, or are about to: what, when, and what came of it. Here it is deleted 400 days after it was settled; in the CRM it stays.',
      suppressions:
        'Addresses that we no longer write to, when our CRM learnt of it, and what was subscribed to there before; the last only as long as you can take an unsubscribe back.',
      takenBack: 'Unsubscribes that you took back, where our CRM is still to learn of that.',
      innovationAccounts:
        'How many pieces about something new you were to get by the ratio set, and how many you got.',
      suggestedRatios:
        'Whether your answers speak for writing to you about more that is new, or less: the ratio that held, the one we suggest to our sales staff, how likely that is right, and how many times as often you answer what is new as what is proven. A person decides about the ratio.',
      inboxCopies: 'Copies of mails to you in the system’s built-in inbox.',
      unreadReports: 'Reports that the system could not read and that contain your address.',
      crmEvents: 'Notices of our CRM that something about your records has changed: kind and time.',
    },
    kinds: { proven: 'news about a product you have', experimental: 'a new offer' },
    answers: { yes: 'yes', call: 'please call me', later: 'later', no: 'no' },
    states: {
      planned: 'planned',
      queued: 'waiting to be sent',
      sending: 'being sent right now',
      sent: 'sent',
      failed: 'not delivered',
      skipped: 'not sent',
      in_doubt: 'unclear whether it arrived',
    },
    reports: {
      hard_bounce: 'undeliverable for good',
      soft_bounce: 'undeliverable for now',
      complaint: 'reported as spam',
      unsubscribe: 'unsubscribed',
    },
    suppressions: {
      unsubscribed: 'You unsubscribed.',
      bounced: 'Mail to this address came back.',
      complained: 'A mail was reported as spam.',
      manual: 'Excluded by hand.',
      erased: 'Erased on request.',
    },
  },
};
