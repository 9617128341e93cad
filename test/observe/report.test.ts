import { describe, expect, it } from 'vitest';
import { type Reader, reportOf } from '../../src/observe/report.ts';
import type { ReportNumbers } from '../../src/observe/report-numbers.ts';

const to = new Date('2026-10-12T05:00:00Z');
const reader: Reader = { language: 'de', timeZone: 'Europe/Berlin', publicUrl: 'https://news.orvelin.test' };
const quiet: ReportNumbers = {
  from: new Date('2026-10-11T05:00:00Z'),
  to,
  sent: 1204,
  failed: {},
  skipped: {},
  events: {},
  answers: 31,
  answersPer100: 2.57,
  finished: [{ name: 'Nightly round 2026-10-12', sent: 1204, failed: 0 }],
  waiting: [],
  inDoubt: [],
  unreadReports: 0,
  crm: [{ source: 'hubspot', syncedAt: new Date('2026-10-12T01:31:00Z'), error: null }],
  compared: null,
  nightly: { state: 'finished', planned: 1204, candidates: 9000 },
};

describe('the daily report', () => {
  it('says in its subject how much there was, and that nothing is to do', () => {
    const { subject, text } = reportOf(quiet, reader);
    expect(subject).toBe('Spielbein am 12. Oktober: 1.204 verschickt, nichts zu tun');
    expect(text).toContain('Nichts zu tun. Alles läuft.');
    expect(text).toContain('Verschickt: 1.204');
    expect(text).toContain('Antworten je 100 Mails (30 Tage): 2,6');
    expect(text).toContain('Abgleich mit HubSpot: vor 3 Stunden');
    expect(text).toContain('1.204 von 9.000 Kunden gab es Neues zu erzählen');
  });

  it('begins with what waits for a person, and the command that helps', () => {
    const { subject, text } = reportOf(
      {
        ...quiet,
        waiting: [
          {
            id: 'herbst',
            name: 'Laser im Herbst',
            paused: true,
            attention: 'Refused for news@orvelin.test.',
          },
          { id: 'winter', name: 'Winter', paused: true, attention: null },
          { id: 'messe', name: 'Messe', paused: false, attention: 'Der Server schweigt.' },
        ],
        inDoubt: [{ campaign: 'herbst', count: 2 }],
        unreadReports: 1,
        crm: [
          { source: 'hubspot', syncedAt: new Date('2026-10-09T01:30:00Z'), error: null },
          { source: 'csv', syncedAt: null, error: 'Die Datei fehlt.' },
        ],
      },
      reader,
    );
    expect(subject).toContain('7 Sachen für Sie');
    const tasks = text.slice(0, text.indexOf('Die letzten 24 Stunden'));
    expect(tasks).toContain('„Laser im Herbst“ ist angehalten. Refused for [address]');
    expect(tasks).toContain('spielbein campaign resume herbst');
    expect(tasks).toContain('Jemand hat sie von Hand angehalten.');
    expect(tasks).toContain('„Messe“: Der Server schweigt.');
    expect(tasks).toContain('2 Mails der Kampagne herbst');
    expect(tasks).toContain('spielbein campaign in-doubt herbst');
    expect(tasks).toContain('spielbein bounce list');
    expect(tasks).toContain('Der letzte vollständige Abgleich mit HubSpot war vor 3 Tagen.');
    expect(tasks).toContain('Der letzte Abgleich mit CSV ist gescheitert: Die Datei fehlt.');
  });

  it('says why mails failed or were not written, in sentences', () => {
    const { text } = reportOf(
      { ...quiet, failed: { smtp_rejected: 3 }, skipped: { capped_recently: 12, opted_out: 40 } },
      reader,
    );
    expect(text).toContain('Fehlgeschlagen: 3\n  – Der Mailserver hat die Mail endgültig abgelehnt: 3');
    expect(text.indexOf('Im CRM ist vermerkt')).toBeLessThan(
      text.indexOf('Die letzte Mail ist noch zu kurz her'),
    );
  });

  it('speaks English where that is set', () => {
    const { subject, text } = reportOf(
      { ...quiet, inDoubt: [{ campaign: 'herbst', count: 1 }] },
      {
        ...reader,
        language: 'en',
      },
    );
    expect(subject).toBe('Spielbein on October 12: 1,204 sent, one thing for you');
    expect(text).toContain('One mail of campaign herbst: nobody knows whether the mail server has it.');
    expect(text).not.toMatch(/[äöüß]/);
  });

  it('holds names in its HTML as text', () => {
    const { html } = reportOf(
      { ...quiet, finished: [{ name: '<script>alert(1)</script>', sent: 1, failed: 0 }] },
      reader,
    );
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
    expect(html).toContain('<html lang="de">');
  });
});
