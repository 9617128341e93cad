import { beforeAll, describe, expect, it } from 'vitest';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { createScrape } from '../../src/observe/scrape.ts';
import { openQueues, type Queues } from '../../src/queue/queue.ts';
import { testDatabase } from '../stands/database.ts';

const { db, url } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

/** The samples of a text in Prometheus' format: `name{labels}` to value. */
function samples(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

async function seed(): Promise<void> {
  for (const id of ['herbst', 'winter'])
    await createCampaign(db, { id, name: id, kind: 'adhoc', now: before(5000) });
  await db.updateTable('campaigns').set({ state: 'running' }).where('id', '=', 'herbst').execute();
  const send = (id: number, values: object) => ({
    campaign_id: 'herbst',
    customer_id: `c${id}`,
    chunk: 0,
    ...values,
  });
  await db
    .insertInto('sends')
    .values([
      send(1, { state: 'sent' }),
      send(2, { state: 'sent' }),
      send(3, { state: 'queued', due_at: before(120) }),
      send(4, { state: 'planned', due_at: before(-3600) }),
      send(5, { state: 'in_doubt', held_at: before(300) }),
      // nobody waits for what a draft has not begun
      { ...send(6, { state: 'planned', due_at: before(9999) }), campaign_id: 'winter' },
    ])
    .execute();
  await db
    .insertInto('unread_reports')
    .values([
      { source: 'imap', problem: 'no DSN', raw: Buffer.from('x') },
      { source: 'imap', problem: 'no DSN', raw: Buffer.from('y'), handled_at: now },
    ])
    .execute();
  await db
    .insertInto('sync_runs')
    .values([
      { source: 'hubspot', mode: 'full', started_at: before(700), finished_at: before(600) },
      { source: 'hubspot', mode: 'full', started_at: before(60), finished_at: before(50), error: 'no' },
    ] as never)
    .execute();
  await db
    .insertInto('sync_cursors')
    .values({ source: 'hubspot', object: 'contacts', synced_until: before(660) })
    .execute();
  await db.insertInto('suppressions').values({ email_key: 'a@b.example', reason: 'bounced' }).execute();
  await db.insertInto('mail_events').values({ kind: 'complaint', source: 'arf', occurred_at: now }).execute();
  await db
    .insertInto('domain_backoff')
    .values([
      { domain: 'gmx.de', strikes: 1, since: before(10), resume_at: before(-60) },
      { domain: 'web.de', strikes: 1, since: before(900), resume_at: before(60) },
    ])
    .execute();
}

describe('a scrape', () => {
  let queues: Queues;
  let found: Record<string, number>;
  const metrics = createMetrics();
  const logged: string[] = [];
  const scrapeOf = (some: Queues) =>
    createScrape({
      db,
      queues: some,
      names: ['deliver', 'sync'],
      metrics,
      now: () => now,
      log: (line) => logged.push(line),
    });

  beforeAll(async () => {
    await seed();
    queues = openQueues({ databaseUrl: url });
    await queues.ready();
    await queues.queue('deliver').add('deliver', {}, { timestamp: before(30).getTime() });
    await queues.queue('deliver').add('deliver', {}, { delay: 60_000 });
    metrics.smtpPhase('mail.orvelin.test:465', 'data', 0.2);
    metrics.outcome('sent');
    found = samples(await scrapeOf(queues)());
    return () => queues.close();
  });

  it('sees the whole ledger, empty states as 0', () => {
    expect(found).toMatchObject({
      'spielbein_sends{state="sent"}': 2,
      'spielbein_sends{state="planned"}': 2,
      'spielbein_sends{state="in_doubt"}': 1,
      'spielbein_sends{state="failed"}': 0,
      'spielbein_campaigns{state="running"}': 1,
      'spielbein_campaigns{state="paused"}': 0,
      spielbein_send_overdue_seconds: 120,
      spielbein_in_doubt_seconds: 300,
    });
  });

  it('sees what came back, and what waits for a person', () => {
    expect(found).toMatchObject({
      spielbein_unread_reports: 1,
      spielbein_domains_backed_off: 1,
      'spielbein_suppressions{reason="bounced"}': 1,
      'spielbein_suppressions{reason="erased"}': 0,
      'spielbein_mail_events{kind="complaint"}': 1,
    });
  });

  it('sees how far behind the CRM we are; a sync that failed is none', () => {
    expect(found).toMatchObject({
      'spielbein_crm_synced_seconds{source="hubspot"}': 600,
      'spielbein_crm_lag_seconds{source="hubspot",object="contacts"}': 660,
    });
  });

  it('sees the queues’ depth and age', () => {
    expect(found).toMatchObject({
      'spielbein_queue_jobs{queue="deliver",state="waiting"}': 1,
      'spielbein_queue_jobs{queue="deliver",state="delayed"}': 1,
      'spielbein_queue_jobs{queue="sync",state="waiting"}': 0,
      'spielbein_queue_oldest_seconds{queue="deliver"}': 30,
      'spielbein_queue_oldest_seconds{queue="sync"}': 0,
    });
  });

  it('has this process’s own meters', () => {
    expect(found).toMatchObject({
      'spielbein_smtp_phase_seconds_count{phase="data",transport="mail.orvelin.test:465"}': 1,
      'spielbein_smtp_outcomes_total{outcome="sent"}': 1,
      process_resident_memory_bytes: expect.any(Number),
    });
  });

  it('answers without the queue when that is away', async () => {
    const away = openQueues({ databaseUrl: url, redisUrl: 'redis://127.0.0.1:1' });
    const text = await scrapeOf(away)();
    await away.close({ drainMs: 0 });
    expect(samples(text)).toMatchObject({ 'spielbein_sends{state="sent"}': 2 });
    expect(text).not.toContain('spielbein_queue_jobs{');
    expect(logged.join()).toContain('Redis');
  });
});
