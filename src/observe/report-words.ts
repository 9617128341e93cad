import type { Language } from '../domain/customer.ts';

/** The daily report's words. */
export interface ReportWords {
  subject(day: string, sent: string, tasks: number): string;
  allWell: string;
  tasks: string;
  lastDay: string;
  campaigns: string;
  around: string;
  sent: string;
  failed: string;
  skipped: string;
  hardBounces: string;
  softBounces: string;
  complaints: string;
  unsubscribes: string;
  answers: string;
  answersPer100: string;
  finished(sent: string, failed: string): string;
  noCampaign: string;
  paused(name: string, why: string): string;
  troubled(name: string, why: string): string;
  resume(id: string): string;
  byHand: string;
  inDoubt(campaign: string, count: number): string;
  unread(count: number): string;
  syncFailed(source: string, why: string): string;
  syncOld(source: string, when: string): string;
  synced(source: string): string;
  compared: string;
  portion(share: string, slipped: number): string;
  never: string;
  nightly: string;
  noNightly: string;
  planned(planned: string, candidates: string): string;
  planning: string;
  console: string;
}

const GERMAN: ReportWords = {
  subject: (day, sent, tasks) =>
    `Spielbein am ${day}: ${sent} verschickt, ${tasks === 0 ? 'nichts zu tun' : tasks === 1 ? 'eine Sache für Sie' : `${tasks} Sachen für Sie`}`,
  allWell: 'Nichts zu tun. Alles läuft.',
  tasks: 'Das wartet auf Sie',
  lastDay: 'Die letzten 24 Stunden',
  campaigns: 'Fertig geworden',
  around: 'CRM und Nachtrunde',
  sent: 'Verschickt',
  failed: 'Fehlgeschlagen',
  skipped: 'Eingeplant, dann doch nicht geschrieben',
  hardBounces: 'Unzustellbar, Adresse gesperrt',
  softBounces: 'Vorübergehend unzustellbar',
  complaints: 'Als Spam gemeldet, Adresse gesperrt',
  unsubscribes: 'Abgemeldet',
  answers: 'Antworten',
  answersPer100: 'Antworten je 100 Mails (30 Tage)',
  finished: (sent, failed) => `${sent} verschickt, ${failed} fehlgeschlagen`,
  noCampaign: 'In dieser Zeit keine Kampagne.',
  paused: (name, why) => `Kampagne „${name}“ ist angehalten. ${why}`,
  troubled: (name, why) => `Kampagne „${name}“: ${why}`,
  resume: (id) => `Weiter geht es mit: spielbein campaign resume ${id}`,
  byHand: 'Jemand hat sie von Hand angehalten.',
  inDoubt: (campaign, count) =>
    `${count === 1 ? 'Eine Mail' : `${count} Mails`} der Kampagne ${campaign}: Niemand weiß, ob der Mailserver sie hat. Suchen Sie die Message-ID in seinem Protokoll; die Liste zeigt: spielbein campaign in-doubt ${campaign}`,
  unread: (count) =>
    `${count === 1 ? 'Eine Rückmeldung' : `${count} Rückmeldungen`} zu Mails konnte das Programm nicht lesen. Bitte ansehen: spielbein bounce list`,
  syncFailed: (source, why) => `Der letzte Abgleich mit ${source} ist gescheitert: ${why}`,
  syncOld: (source, when) => `Der letzte vollständige Abgleich mit ${source} war ${when}.`,
  synced: (source) => `Abgleich mit ${source}`,
  compared: 'Gegenprobe',
  portion: (share, slipped) =>
    slipped === 0
      ? `${share} des CRM verglichen, alles stimmt`
      : `${share} des CRM verglichen, ${slipped} ${slipped === 1 ? 'Eintrag war' : 'Einträge waren'} durchgerutscht und ${slipped === 1 ? 'ist' : 'sind'} berichtigt`,
  never: 'noch nie',
  nightly: 'Nachtrunde',
  noNightly: 'keine',
  planned: (planned, candidates) => `${planned} von ${candidates} Kunden gab es Neues zu erzählen`,
  planning: 'wird noch geplant',
  console: 'Alles Weitere in der Konsole',
};

const ENGLISH: ReportWords = {
  subject: (day, sent, tasks) =>
    `Spielbein on ${day}: ${sent} sent, ${tasks === 0 ? 'nothing to do' : tasks === 1 ? 'one thing for you' : `${tasks} things for you`}`,
  allWell: 'Nothing to do. All is well.',
  tasks: 'This waits for you',
  lastDay: 'The last 24 hours',
  campaigns: 'Finished',
  around: 'CRM and nightly round',
  sent: 'Sent',
  failed: 'Failed',
  skipped: 'Planned, then not written to after all',
  hardBounces: 'Undeliverable, address suppressed',
  softBounces: 'Undeliverable for now',
  complaints: 'Reported as spam, address suppressed',
  unsubscribes: 'Unsubscribed',
  answers: 'Answers',
  answersPer100: 'Answers per 100 mails (30 days)',
  finished: (sent, failed) => `${sent} sent, ${failed} failed`,
  noCampaign: 'No campaign in this time.',
  paused: (name, why) => `Campaign “${name}” is paused. ${why}`,
  troubled: (name, why) => `Campaign “${name}”: ${why}`,
  resume: (id) => `To go on: spielbein campaign resume ${id}`,
  byHand: 'Somebody paused it by hand.',
  inDoubt: (campaign, count) =>
    `${count === 1 ? 'One mail' : `${count} mails`} of campaign ${campaign}: nobody knows whether the mail server has ${count === 1 ? 'it' : 'them'}. Look for the Message-ID in its log; the list is here: spielbein campaign in-doubt ${campaign}`,
  unread: (count) =>
    `${count === 1 ? 'One report' : `${count} reports`} about mails could not be read by the program. Please have a look: spielbein bounce list`,
  syncFailed: (source, why) => `The last sync with ${source} failed: ${why}`,
  syncOld: (source, when) => `The last complete sync with ${source} was ${when}.`,
  synced: (source) => `Sync with ${source}`,
  compared: 'Comparison',
  portion: (share, slipped) =>
    slipped === 0
      ? `${share} of the CRM looked at again, all is well`
      : `${share} of the CRM looked at again, ${slipped} ${slipped === 1 ? 'record' : 'records'} had slipped through and ${slipped === 1 ? 'is' : 'are'} put right`,
  never: 'never yet',
  nightly: 'Nightly round',
  noNightly: 'none',
  planned: (planned, candidates) => `something new to tell ${planned} of ${candidates} customers`,
  planning: 'still being planned',
  console: 'Everything else is in the console',
};

export const REPORT_WORDS: Readonly<Record<Language, ReportWords>> = { de: GERMAN, en: ENGLISH };
