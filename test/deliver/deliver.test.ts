import { sql } from 'kysely';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SendState } from '../../src/domain/send.ts';
import {
  campaignProgress,
  cancelCampaign,
  createCampaign,
  moveCampaign,
} from '../../src/ledger/campaigns.ts';
import { holdOrphans } from '../../src/ledger/worker-lock.ts';
import { seedCustomers, seedPurchase } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { type DeliveryStand, deliveryStand } from '../stands/delivery.ts';
import { until } from '../stands/process.ts';
import { type SmtpPhase, type SmtpStand, smtpStand } from '../stands/smtp.ts';

const DAY = 86_400_000;
let database: TestDatabase;
let smtp: SmtpStand;
let stand: DeliveryStand;
/** Far enough apart that no test runs into another's frequency caps. */
let clock = new Date('2026-11-20T08:00:00Z');
let campaign = 0;

beforeAll(async () => {
  database = await testDatabase();
  await seedCustomers(database.db, 30);
  smtp = await smtpStand();
  stand = await deliveryStand({
    ...database,
    databaseUrl: database.url,
    smtpUrl: smtp.url,
    now: () => clock,
  });
});
afterAll(async () => {
  await stand.close();
  await smtp.stop();
});
beforeEach(async () => {
  clock = new Date(clock.getTime() + 100 * DAY);
  campaign += 1;
  smtp.behave({});
  smtp.received.length = 0;
  await database.db.deleteFrom('shown_blocks').execute();
});

const id = () => `c${campaign}`;
const state = async (customerId: string) =>
  database.db
    .selectFrom('sends')
    .select(['state', 'reason', 'detail', 'attempts', 'due_at', 'message_id'])
    .where('campaign_id', '=', id())
    .where('customer_id', '=', customerId)
    .executeTakeFirstOrThrow();
const counts = async () => (await campaignProgress(database.db, id())).sends;
const only = (wanted: Partial<Record<SendState, number>>) => ({
  planned: 0,
  queued: 0,
  sending: 0,
  sent: 0,
  failed: 0,
  skipped: 0,
  in_doubt: 0,
  ...wanted,
});
const first = 'person1@customers.test';

describe('decide late', () => {
  it('a purchase between planning and delivery changes what that customer gets', async () => {
    await stand.plan(id());
    await seedPurchase(database.db, 'c000002', 'p2');
    await stand.deliver(id());
    const about = async (customerId: string) =>
      (
        await database.db
          .selectFrom('shown_blocks')
          .select('product_key')
          .distinct()
          .where('campaign_id', '=', id())
          .where('customer_id', '=', customerId)
          .where('kind', '=', 'proven')
          .execute()
      ).map((row) => row.product_key);
    expect(await about('c000001')).toEqual(['laserdrucker-lx300']);
    expect(await about('c000002')).toContain('tischwaage-tw6');
    await database.db.deleteFrom('purchases').where('product_id', '=', 'p2').execute();
  });

  it('an objection between planning and delivery stops the mail', async () => {
    await stand.plan(id());
    await database.db
      .insertInto('suppressions')
      .values({ email_key: first, reason: 'unsubscribed', detail: null })
      .execute();
    await stand.deliver(id());
    expect(await state('c000001')).toMatchObject({ state: 'skipped', reason: 'suppressed' });
    expect(smtp.received.map((m) => m.to[0])).not.toContain(first);
    await database.db.deleteFrom('suppressions').execute();
  });

  it('a paused campaign sends nothing, and goes on where it stopped', async () => {
    await stand.plan(id());
    await moveCampaign(database.db, id(), 'paused', { now: clock });
    expect(await stand.deliver(id())).toEqual([{ kind: 'stopped' }]);
    expect(smtp.received).toHaveLength(0);
    await moveCampaign(database.db, id(), 'running', { now: clock });
    await stand.deliver(id());
    expect(smtp.received.length).toBe((await counts()).sent);
    expect((await counts()).sent).toBeGreaterThan(20);
  });
});

describe('SMTP as it is', () => {
  it('a refused recipient fails for good, the others get their mail', async () => {
    smtp.behave({ rcpt: (to) => (to === first ? { code: 550, text: '5.1.1 No such user' } : undefined) });
    await stand.plan(id());
    await stand.deliver(id());
    const failed = await state('c000001');
    expect(failed).toMatchObject({ state: 'failed', reason: 'smtp_rejected' });
    expect(failed.detail).toContain('5.1.1');
    expect((await counts()).failed).toBe(1);
  });

  it('a mail refused for now is tried again later, with the same Message-ID', async () => {
    smtp.behave({ rcpt: (to) => (to === first ? { code: 451, text: '4.7.1 Greylisted' } : undefined) });
    await stand.plan(id());
    await stand.deliver(id());
    const waiting = await state('c000001');
    expect(waiting).toMatchObject({ state: 'queued', attempts: 1 });
    expect(waiting.due_at.getTime()).toBeGreaterThanOrEqual(clock.getTime() + 60_000);
    smtp.behave({});
    await stand.deliver(id());
    expect((await state('c000001')).state).toBe('queued');
    clock = new Date(clock.getTime() + 2 * 60_000);
    await stand.deliver(id());
    expect(await state('c000001')).toMatchObject({
      state: 'sent',
      attempts: 2,
      message_id: waiting.message_id,
    });
    expect(smtp.received.filter((m) => m.to[0] === first)).toHaveLength(1);
  });

  it('a mail refused for now is tried for a day, and has failed then', async () => {
    smtp.behave({ data: (mail) => (mail.to[0] === first ? { code: 452, text: '4.3.1 Full' } : undefined) });
    await stand.plan(id());
    const begin = clock.getTime();
    for (let i = 0; i < 30 && (await state('c000001')).state !== 'failed'; i++) {
      clock = new Date(Math.max(clock.getTime(), (await state('c000001')).due_at.getTime()));
      await stand.deliver(id());
    }
    const end = await state('c000001');
    expect(end).toMatchObject({ state: 'failed', reason: 'gave_up' });
    expect(end.attempts).toBeGreaterThanOrEqual(8);
    expect(clock.getTime() - begin).toBe(DAY);
  });

  it.each<[SmtpPhase, SendState]>([
    ['greeting', 'queued'],
    ['mail', 'queued'],
    ['rcpt', 'queued'],
    ['data', 'in_doubt'],
    ['answer', 'in_doubt'],
  ])('a connection lost at "%s" leaves the mail %s', async (phase, expected) => {
    await stand.plan(id());
    // Connections from before would have their greeting behind them.
    await smtp.kill();
    await smtp.start();
    smtp.behave({ drop: (at) => at === phase });
    const ends = await stand.deliver(id());
    const [one] = Object.entries(await counts()).filter(([name, n]) => n > 0 && name === expected);
    expect(one?.[0]).toBe(expected);
    expect((await counts()).sent).toBe(0);
    if (expected === 'queued') {
      // Before the greeting it is the server's trouble; after it, a try of this mail.
      expect(ends[0]?.kind).toBe(phase === 'greeting' ? 'server_unreachable' : 'done');
      expect((await state('c000001')).attempts).toBe(phase === 'greeting' ? 0 : 1);
      smtp.behave({});
      clock = new Date(clock.getTime() + 2 * 60_000);
      await stand.deliver(id());
      const { sent } = await counts();
      expect(smtp.received).toHaveLength(sent);
    }
  });

  it.each([
    [
      'every recipient',
      { rcpt: (to: string) => ({ code: 554, text: `5.7.1 <${to}>: Relay access denied` }) },
    ],
    ['every message', { data: () => ({ code: 550, text: '5.7.1 Rejected by policy' }) }],
    ['the sender', { mail: () => ({ code: 550, text: '5.1.8 Sender domain unknown' }) }],
    ['whoever does not log in', { mail: () => ({ code: 530, text: '5.7.0 Authentication required' }) }],
  ])(
    'a server that refuses %s in the same words burns nobody, and asks for a person',
    async (_what, behaviour) => {
      await stand.plan(id());
      smtp.behave(behaviour);
      expect(await stand.deliver(id())).toMatchObject([{ kind: 'server_unreachable', needsPerson: true }]);
      expect(await counts()).toMatchObject({ failed: 0, sent: 0 });
      smtp.behave({});
      smtp.received.length = 0;
      clock = new Date(clock.getTime() + 60_000);
      await stand.deliver(id());
      expect(await counts()).toEqual(only({ sent: smtp.received.length }));
    },
  );

  it('an answer in any characters is written down, and keeps nobody from being settled', async () => {
    const odd = `4.7.1 ${'😀'.repeat(150)} \u0000 ${'ü'.repeat(200)}`;
    smtp.behave({ rcpt: (to) => (to === first ? { code: 451, text: odd } : undefined) });
    await stand.plan(id());
    await stand.deliver(id());
    expect((await state('c000001')).detail).toContain('😀😀');
    expect(await counts()).toEqual(only({ sent: smtp.received.length, queued: 1 }));
  });

  it('a server that is away burns nothing', async () => {
    await stand.plan(id());
    await smtp.kill();
    expect(await stand.deliver(id())).toMatchObject([{ kind: 'server_unreachable', needsPerson: false }]);
    await smtp.start();
    clock = new Date(clock.getTime() + 60_000);
    await stand.deliver(id());
    const { sent, queued } = await counts();
    expect(queued).toBe(0);
    expect(smtp.received).toHaveLength(sent);
  });
});

describe('the ledger', () => {
  it('gives each send to one of several workers delivering the same chunk at once', async () => {
    const second = await deliveryStand({
      ...database,
      databaseUrl: database.url,
      smtpUrl: smtp.url,
      now: () => clock,
    });
    await stand.plan(id());
    smtp.behave({ delay: () => 5 });
    await Promise.all([stand.deliver(id()), second.deliver(id()), stand.deliver(id())]);
    await second.close();
    const addresses = smtp.received.map((m) => m.to[0]);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(await counts()).toEqual(only({ sent: addresses.length }));
  });

  it('goes on when the connection that shows that the worker lives was lost', async () => {
    await stand.plan(id());
    const { number } = stand.context.worker;
    await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = ${number}::oid`.execute(
      database.db,
    );
    await until('the loss is noticed', () => !stand.context.worker.held());
    expect(await stand.deliver(id())).toEqual([{ kind: 'stopped' }]);
    await until('the worker is back', () => stand.context.worker.held());
    expect(stand.context.worker.number).toBe(number);
    await stand.deliver(id());
    expect(await counts()).toEqual(only({ sent: smtp.received.length }));
  });

  it('does not try again for a campaign that was cancelled meanwhile', async () => {
    await stand.plan(id());
    smtp.behave({
      data: () => ({ code: 451, text: '4.3.0 Later' }),
      delay: (phase) => (phase === 'answer' ? 300 : 0),
    });
    const delivering = stand.deliver(id());
    await until('mails are on their way', async () => (await counts()).sending > 0);
    await cancelCampaign(database.db, id(), clock);
    await delivering;
    expect(Object.keys((await campaignProgress(database.db, id())).skipped)).toEqual(['campaign_cancelled']);
    expect(await counts()).toMatchObject({ queued: 0, planned: 0, sending: 0, sent: 0 });
  });

  it('writes to an address once, also when several records with it are decided at the same time', async () => {
    await sql`update customers set email = 'Twin@customers.test' where id in ('c000010', 'c000011')`.execute(
      database.db,
    );
    const second = await deliveryStand({
      ...database,
      databaseUrl: database.url,
      smtpUrl: smtp.url,
      now: () => clock,
    });
    await Promise.all([
      createCampaign(database.db, { id: `${id()}-u`, name: 'u', kind: 'adhoc', now: clock }),
      createCampaign(database.db, { id: `${id()}-v`, name: 'v', kind: 'adhoc', now: clock }),
    ]);
    for (const [campaignId, customer_id] of [
      [`${id()}-u`, 'c000010'],
      [`${id()}-v`, 'c000011'],
    ] as const) {
      await sql`update campaigns set state = 'running' where id = ${campaignId}`.execute(database.db);
      await database.db
        .insertInto('sends')
        .values({ campaign_id: campaignId, customer_id, chunk: 0, due_at: clock })
        .execute();
    }
    smtp.behave({ delay: () => 30 });
    await Promise.all([stand.deliver(`${id()}-u`), second.deliver(`${id()}-v`)]);
    await second.close();
    expect(smtp.received).toHaveLength(1);
    await sql`update customers set email = id || '@customers.test' where id in ('c000010', 'c000011')`.execute(
      database.db,
    );
  });

  it('holds what a dead worker had in hand, and leaves alone what a living one has', async () => {
    await stand.plan(id());
    const other = await deliveryStand({
      ...database,
      databaseUrl: database.url,
      smtpUrl: smtp.url,
      now: () => clock,
    });
    smtp.behave({ delay: (phase) => (phase === 'answer' ? 400 : 0) });
    const delivering = stand.deliver(id());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await holdOrphans(database.db)).toBe(0);
    const one = await database.db
      .selectFrom('sends')
      .select('id')
      .where('campaign_id', '=', id())
      .where('state', '=', 'queued')
      .executeTakeFirst();
    const orphan =
      one?.id ??
      (
        await database.db
          .selectFrom('sends')
          .select('id')
          .where('campaign_id', '=', id())
          .where('state', '=', 'planned')
          .executeTakeFirstOrThrow()
      ).id;
    await database.db
      .updateTable('sends')
      .set({ state: 'sending', worker: other.context.worker.number })
      .where('id', '=', orphan)
      .execute();
    expect(await holdOrphans(database.db)).toBe(0);
    await other.close();
    expect(await holdOrphans(database.db)).toBe(1);
    await delivering;
    expect((await counts()).in_doubt).toBe(1);
  });

  it('writes history and innovation account exactly for what was sent', async () => {
    await database.db.deleteFrom('ratio_accounts').execute();
    smtp.behave({ rcpt: (to) => (to === first ? { code: 550, text: '5.1.1 No' } : undefined) });
    await stand.plan(id());
    await stand.deliver(id());
    const blocks = await database.db
      .selectFrom('shown_blocks')
      .selectAll()
      .where('campaign_id', '=', id())
      .execute();
    const accounts = await database.db.selectFrom('ratio_accounts').selectAll().execute();
    expect(accounts.map((a) => a.customer_id)).not.toContain('c000001');
    for (const account of accounts) {
      const own = blocks.filter((b) => b.customer_id === account.customer_id);
      // The example library gives owners of this printer 0.25.
      expect(account.wanted).toBe(own.length * 2500);
      expect(account.given).toBe(own.filter((b) => b.kind === 'experimental').length);
    }
  });
});

describe('hostile customer data', () => {
  it('is text where it is a name', async () => {
    await database.db
      .updateTable('customers')
      .set({ first_name: 'Sinéad', last_name: `Ö'Brien & "Söhne"` })
      .where('id', '=', 'c000003')
      .execute();
    await stand.plan(id());
    await stand.deliver(id());
    const mail = smtp.received.find((m) => m.to[0] === 'person3@customers.test');
    const parsed = await simpleParser(mail?.raw ?? '');
    expect(parsed.text).toContain(`Guten Tag Frau Ö'Brien & "Söhne",`);
    expect(parsed.html).toContain('Guten Tag Frau Ö&#x27;Brien &amp; &quot;Söhne&quot;,');
  });

  it('gives a correct, harmless mail, and injects no header', async () => {
    const nasty = `{{constructor}} <script>alert(1)</script> "Ö'Brien`;
    await database.db
      .insertInto('companies')
      .values({
        id: 'k1',
        source: 'test',
        name: 'Zeile eins\r\nBcc: all@victims.test',
        innovation_ratio: null,
        archived_at: null,
      })
      .onConflict((oc) => oc.doNothing())
      .execute();
    await database.db
      .updateTable('customers')
      .set({ first_name: 'Kim\r\nBcc: evil@victims.test', last_name: nasty, company_id: 'k1' })
      .where('id', '=', 'c000001')
      .execute();
    await stand.plan(id());
    await stand.deliver(id());
    const mail = smtp.received.find((m) => m.to[0] === first);
    expect(mail?.to).toEqual([first]);
    const parsed = await simpleParser(mail?.raw ?? '');
    expect(parsed.headers.has('bcc')).toBe(false);
    expect(parsed.html).not.toContain('<script>alert');
    expect(parsed.html).not.toContain('function Object');
    // A name that is markup is no name: it is not repeated, in whatever encoding.
    expect(parsed.text).toMatch(/^Guten Tag,\n/);
    expect(parsed.text).not.toContain('constructor');
    expect(parsed.headers.get('list')).toMatchObject({
      'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
    });
    for (const { raw } of smtp.received) {
      const head = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
      expect(head).not.toMatch(/victims/);
    }
  });
});
