import { simpleParser } from 'mailparser';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeReport, report, runReportJob, scheduleReport, sendDailyReport } from '../../jobs/report.ts';
import { createEncoder } from '../../src/deliver/encode.ts';
import { smtpTransport } from '../../src/deliver/transport.ts';
import type { Alert } from '../../src/observe/alert.ts';
import { reportSender } from '../../src/observe/send-report.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { contentSource } from '../../src/render/content.ts';
import { manualClock } from '../stands/clock.ts';
import { testDatabase } from '../stands/database.ts';
import { LIBRARY, PUBLIC_URL, TEMPLATES } from '../stands/delivery.ts';
import { until } from '../stands/process.ts';
import { smtpStand } from '../stands/smtp.ts';

const { db, url } = await testDatabase();
const clock = manualClock('2026-10-12T05:00:00Z');
const content = contentSource({ db, libraryDir: LIBRARY, templatesDir: TEMPLATES, publicUrl: PUBLIC_URL });
const tools = { db, content, publicUrl: PUBLIC_URL, now: clock.now };
const fine = async () => {};
const away = async () => {
  throw new Error('The mail server is away.');
};

beforeEach(async () => {
  await db.deleteFrom('reports').execute();
});

describe('the day in numbers', () => {
  beforeAll(async () => {
    const { sendId } = await seed();
    await db
      .insertInto('answers')
      .values({
        send_id: sendId,
        position: 0,
        customer_id: 'c1',
        content_id: 'x',
        answer: 'yes',
        answered_at: clock.now(),
      })
      .execute();
  });

  it('counts what the last 24 hours brought, and what waits now', async () => {
    const { report: made } = await makeReport(tools);
    expect(made.subject).toContain('2 verschickt, 2 Sachen für Sie');
    expect(made.text).toContain('– Der Mailserver hat die Mail endgültig abgelehnt: 1');
    expect(made.text).toContain('Unzustellbar, Adresse gesperrt: 1');
    expect(made.text).toContain('Antworten: 1');
    // three mails were sent within 30 days
    expect(made.text).toContain('Antworten je 100 Mails (30 Tage): 33,3');
    expect(made.text).toContain('Herbst: 3 verschickt, 1 fehlgeschlagen');
    expect(made.text).toContain('„Winter“ ist angehalten. Zu viele Beschwerden.');
    expect(made.text).toContain('Eine Mail der Kampagne winter');
  });
});

describe('the daily report', () => {
  it('goes out once a day, whoever sends it', async () => {
    const sent: string[] = [];
    const send = async () => void sent.push('x');
    const results = await Promise.all([1, 2, 3].map(() => sendDailyReport(tools, send)));
    expect(results.filter(Boolean).length).toBe(1);
    expect(sent.length).toBe(1);
    expect(await sendDailyReport(tools, send)).toBe(false);
  });

  it('that could not be sent does not count as sent', async () => {
    await expect(sendDailyReport(tools, away)).rejects.toThrow('away');
    expect(await sendDailyReport(tools, fine)).toBe(true);
  });

  it('can be asked for again', async () => {
    await sendDailyReport(tools, fine);
    expect(await sendDailyReport(tools, fine, { again: true })).toBe(true);
  });

  it('is given up after its last try, and then somebody is told', async () => {
    const alerts: Alert[] = [];
    const queues = openQueues({ databaseUrl: url });
    onTestFinished(async () => void (await queues.close()));
    let tries = 0;
    const sendReport = async () => {
      tries++;
      throw new Error('The mail server is away.');
    };
    const alert = async (alert: Alert) => void alerts.push(alert);
    queues.worker(report.queue, (job) => runReportJob({ ...tools, sendReport, alert, log: () => {} }, job));
    const { name, data } = report.entry({});
    await queues.queue(report.queue).add(name, data, { attempts: 2, backoff: { type: 'fixed', delay: 10 } });
    await until('the job has failed for good', () => alerts.length > 0);
    expect(tries).toBe(2);
    expect(alerts).toEqual([
      expect.objectContaining({ code: 'report_failed', text: 'The mail server is away.' }),
    ]);
  });

  it('is scheduled when there is an operator, and not any more when there is none', async () => {
    const queues = openQueues({ databaseUrl: url });
    onTestFinished(async () => void (await queues.close()));
    const schedulers = async () =>
      (await queues.queue(report.queue).getJobSchedulers()).map((s) => s.pattern);
    await scheduleReport({ queues, content, sendReport: fine });
    expect(await schedulers()).toEqual(['0 7 * * *']);
    await scheduleReport({ queues, content, sendReport: null });
    expect(await schedulers()).toEqual([]);
  });

  it('is a mail that people and mail programs can read', async () => {
    const smtp = await smtpStand();
    const transport = smtpTransport(smtp.url);
    onTestFinished(async () => {
      await transport.close();
      await smtp.stop();
    });
    const send = reportSender({
      from: { name: 'Orvelin Werke', address: 'news@orvelin.test' },
      to: 'betrieb@orvelin.test',
      encode: createEncoder({ dkim: null }),
      transport,
    });
    await sendDailyReport(tools, send);
    const mail = await simpleParser(smtp.received[0]?.raw ?? Buffer.of());
    expect(smtp.received[0]?.to).toEqual(['betrieb@orvelin.test']);
    expect(mail.subject).toMatch(/^Spielbein am 12\. Oktober/);
    expect(mail.messageId).toBe('<spielbein-report.2026-10-12@orvelin.test>');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.text).toContain('Die letzten 24 Stunden');
    expect(mail.html).toContain('<h2');
  });
});

/** A campaign that is through, one that is paused, and what came back. */
async function seed(): Promise<{ sendId: number }> {
  const hoursAgo = (hours: number) => new Date(clock.now().getTime() - hours * 3_600_000);
  await db
    .insertInto('campaigns')
    .values([
      { id: 'herbst', name: 'Herbst', kind: 'adhoc', state: 'finished', finished_at: hoursAgo(2) },
      { id: 'winter', name: 'Winter', kind: 'adhoc', state: 'paused', attention: 'Zu viele Beschwerden.' },
    ] as never)
    .execute();
  const send = (customer: string, values: object) => ({
    campaign_id: 'herbst',
    customer_id: customer,
    chunk: 0,
    ...values,
  });
  const ids = await db
    .insertInto('sends')
    .values([
      send('c1', { state: 'sent', settled_at: hoursAgo(3) }),
      send('c2', { state: 'sent', settled_at: hoursAgo(3) }),
      send('c3', { state: 'failed', reason: 'smtp_rejected', settled_at: hoursAgo(3) }),
      send('c4', { state: 'sent', settled_at: hoursAgo(50) }),
      { ...send('c5', { state: 'in_doubt', held_at: hoursAgo(1) }), campaign_id: 'winter' },
    ])
    .returning('id')
    .execute();
  await db
    .insertInto('mail_events')
    .values([
      { kind: 'hard_bounce', source: 'dsn', occurred_at: hoursAgo(1), recorded_at: hoursAgo(1) },
      { kind: 'hard_bounce', source: 'dsn', occurred_at: hoursAgo(40), recorded_at: hoursAgo(40) },
    ])
    .execute();
  return { sendId: ids[0]?.id ?? 0 };
}
