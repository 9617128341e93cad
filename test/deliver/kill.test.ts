import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import type { Database } from '../../src/db/connect.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { seedCustomers } from '../stands/company.ts';
import { testDatabase } from '../stands/database.ts';
import { type SpielbeinProcess, spielbein, until } from '../stands/process.ts';
import { type RedisStand, redisAvailable, redisStand } from '../stands/redis.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';

const CUSTOMERS = 2000;
const TEST_TIME = 180_000;

const home = mkdtempSync(join(tmpdir(), 'spielbein-kill-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** One for each test: databases are dropped when the file is through. */
const databases = [await testDatabase(), await testDatabase(), await testDatabase(), await testDatabase()];

interface Stage {
  db: Database;
  start(args: string[]): SpielbeinProcess;
  smtp: SmtpStand;
  redis: RedisStand | null;
}

/** 2,000 customers, a mail server that takes a moment for each mail, and a campaign. */
async function stage(
  backend: 'redis' | 'postgres',
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
): Promise<Stage> {
  const database = databases.pop();
  if (!database) throw new Error('One database for each test, please.');
  const { db, url } = database;
  await seedCustomers(db, CUSTOMERS);
  const smtp = await smtpStand({ delay: (phase) => (phase === 'answer' ? 20 : 0) });
  const redis = backend === 'redis' ? await redisStand() : null;
  const running: SpielbeinProcess[] = [];
  onTestFinished(async () => {
    await Promise.all(running.map((p) => p.kill()));
    await smtp.kill();
    await redis?.remove();
  });
  const env = {
    SPIELBEIN_HOME: home,
    DATABASE_URL: url,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Orvelin Werke <news@orvelin.test>',
    PUBLIC_URL: 'https://news.orvelin.test',
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  await createCampaign(db, { id: 'c', name: 'C', kind: 'adhoc', now: new Date() });
  const start = (args: string[]) => {
    const process = spielbein(args, env);
    running.push(process);
    return process;
  };
  return { db, smtp, start, redis };
}

const finished = (db: Database) => async () =>
  (await campaignProgress(db, 'c')).campaign.state === 'finished';

/** Every planned customer is sent or held; nobody was sent two; what the server has and the ledger says agree. */
async function expectNothingLostOrDoubled({ db, smtp }: Stage, inDoubtAtMost: number) {
  const { sends, campaign } = await campaignProgress(db, 'c');
  expect(campaign.candidates).toBe(CUSTOMERS);
  expect(sends.sent + sends.in_doubt).toBe(campaign.planned);
  expect(sends.failed + sends.skipped + sends.planned + sends.queued + sends.sending).toBe(0);
  expect(sends.in_doubt).toBeLessThanOrEqual(inDoubtAtMost);
  const times = new Map<string, number>();
  for (const { to } of smtp.received) times.set(to[0] ?? '', (times.get(to[0] ?? '') ?? 0) + 1);
  expect([...times.values()].filter((n) => n > 1)).toEqual([]);
  const { rows } = await sql<{ email: string }>`
    select c.email from sends s join customers c on c.id = s.customer_id where s.state = 'sent'`.execute(db);
  expect(rows.filter((r) => !times.has(r.email))).toEqual([]);
  const blocks = await sql<{ wrong: number }>`
    select count(*) as wrong from sends s
    where jsonb_array_length(composition -> 'blocks') <> (select count(*) from shown_blocks b where b.send_id = s.id)
      and state = 'sent'`.execute(db);
  expect(blocks.rows[0]?.wrong).toBe(0);
}

// Together: they mostly wait, for the jobs of dead workers to be anybody's again.
describe.concurrent.each(['postgres', 'redis'] as const)('with the queue in %s', (backend) => {
  const test = it.skipIf(backend === 'redis' && !redisAvailable());

  test('kill -9 of a worker in mid-campaign loses nobody and doubles nobody', {
    timeout: TEST_TIME,
  }, async (context) => {
    const given = await stage(backend, context);
    const first = given.start(['campaign', 'run', 'c']);
    await until('some hundred mails are out', () => given.smtp.received.length > 300, TEST_TIME);
    await first.kill();
    const second = given.start(['worker']);
    await until('some hundred more are out', () => given.smtp.received.length > 900, TEST_TIME);
    await second.kill();
    given.start(['worker']);
    given.start(['worker']);
    await until('the campaign is finished', finished(given.db), TEST_TIME);
    // What was between DATA and its settlement: at most one mail on each of a process's ten connections.
    await expectNothingLostOrDoubled(given, 20);
  });
});

describe.concurrent('a process told to stop', () => {
  it('ends in order although the mail server hangs, and sends nothing twice after', {
    timeout: TEST_TIME,
  }, async (context) => {
    const given = await stage('postgres', context);
    given.smtp.behave({ delay: (phase) => (phase === 'rcpt' ? 600_000 : 0) });
    const worker = given.start(['campaign', 'run', 'c']);
    await until('mails are on their way', () => given.smtp.connections > 5, TEST_TIME);
    const before = Date.now();
    expect(await worker.stop()).toBe(1);
    expect(Date.now() - before).toBeLessThan(40_000);
    expect((await campaignProgress(given.db, 'c')).sends).toMatchObject({ sending: 0, in_doubt: 0, sent: 0 });
    given.smtp.behave({});
    given.start(['worker']);
    await until('the campaign is finished', finished(given.db), TEST_TIME);
    await expectNothingLostOrDoubled(given, 0);
  });
});

describe.skipIf(!redisAvailable())('with the queue in redis', { concurrent: true }, () => {
  it('flushing Redis in mid-campaign loses nobody and doubles nobody', {
    timeout: TEST_TIME,
  }, async (context) => {
    const given = await stage('redis', context);
    given.start(['worker']);
    given.start(['campaign', 'run', 'c']);
    await until('some hundred mails are out', () => given.smtp.received.length > 300, TEST_TIME);
    await given.redis?.flush();
    await until('some hundred more are out', () => given.smtp.received.length > 800, TEST_TIME);
    await given.redis?.flush();
    await until('the campaign is finished', finished(given.db), TEST_TIME);
    await expectNothingLostOrDoubled(given, 0);
  });
});
