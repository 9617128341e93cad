import { sql } from 'kysely';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { loadFacts } from '../../src/compose/load-facts.ts';
import type { Composition } from '../../src/domain/composition.ts';
import type { SendState } from '../../src/domain/send.ts';
import { cancelCampaign, createCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { holdOrphans } from '../../src/ledger/worker-lock.ts';
import { seedPurchase } from '../stands/company.ts';
import { deliveryStand } from '../stands/delivery.ts';
import { until } from '../stands/process.ts';
import { DAY, deliveryScene } from '../stands/scene.ts';
import type { SmtpPhase } from '../stands/smtp.ts';

const scene = deliveryScene(30);
const { clock, id } = scene;
const counts = scene.sends;
const state = async (customerId: string) =>
  scene.database.db
    .selectFrom('sends')
    .select(['state', 'reason', 'detail', 'attempts', 'due_at', 'message_id'])
    .where('campaign_id', '=', id())
    .where('customer_id', '=', customerId)
    .executeTakeFirstOrThrow();
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
    await scene.stand.plan(id());
    await seedPurchase(scene.database.db, 'c000002', 'p2');
    await scene.stand.deliver(id());
    const about = async (customerId: string) =>
      (
        await scene.database.db
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
    await scene.database.db.deleteFrom('purchases').where('product_id', '=', 'p2').execute();
  });

  it('an objection between planning and delivery stops the mail', async () => {
    await scene.stand.plan(id());
    await scene.database.db
      .insertInto('suppressions')
      .values({ email_key: first, reason: 'unsubscribed', detail: null })
      .execute();
    await scene.stand.deliver(id());
    expect(await state('c000001')).toMatchObject({ state: 'skipped', reason: 'suppressed' });
    expect(scene.smtp.received.map((m) => m.to[0])).not.toContain(first);
    await scene.database.db.deleteFrom('suppressions').execute();
  });

  it('a paused campaign sends nothing, and goes on where it stopped', async () => {
    await scene.stand.plan(id());
    await moveCampaign(scene.database.db, id(), 'paused', { now: clock.now() });
    expect(await scene.stand.deliver(id())).toEqual([{ kind: 'stopped' }]);
    expect(scene.smtp.received).toHaveLength(0);
    await moveCampaign(scene.database.db, id(), 'running', { now: clock.now() });
    await scene.stand.deliver(id());
    expect(scene.smtp.received.length).toBe((await counts()).sent);
    expect((await counts()).sent).toBeGreaterThan(20);
  });
});

describe('what customers said on their preferences page', () => {
  it('holds for the next mail: language, topics, products in use, a break', async () => {
    const { db } = scene.database;
    await scene.stand.plan(id());
    const preferences = { language: 'en', topics_off: ['offers'] } as const;
    await db
      .insertInto('preferences')
      .values([
        { customer_id: 'c000001', ...preferences, topics_off: sql`'{offers}'`, changed_at: clock.now() },
        { customer_id: 'c000002', paused_until: '2999-01-01', changed_at: clock.now() },
      ])
      .execute();
    await db
      .insertInto('product_use')
      .values({ customer_id: 'c000003', product_id: 'p1', used: false, said_on: '2999-01-01' })
      .execute();
    await scene.stand.deliver(id());
    expect(await state('c000001')).toMatchObject({ state: 'sent' });
    expect(await state('c000002')).toMatchObject({ state: 'skipped', reason: 'paused' });
    expect(await state('c000003')).toMatchObject({ state: 'skipped', reason: 'owns_nothing' });
    const { composition } = await db
      .selectFrom('sends')
      .select('composition')
      .where('campaign_id', '=', id())
      .where('customer_id', '=', 'c000001')
      .executeTakeFirstOrThrow();
    expect(composition).toMatchObject({ language: 'en' });
    expect(composition?.blocks.map((block) => block.kind)).not.toContain('experimental');
    await db.deleteFrom('preferences').execute();
    await db.deleteFrom('product_use').execute();
  });

  it('limits mail to the address, whichever of its records said so, also one that is archived by now', async () => {
    const { db } = scene.database;
    const twin = {
      source: 'test',
      email: 'person4@customers.test',
      language: 'de',
      consent: 'consent',
      opted_out: false,
      bounced: false,
    } as const;
    await db
      .insertInto('customers')
      .values([
        { ...twin, id: 'twin-1', archived_at: clock.now() },
        { ...twin, id: 'twin-2' },
      ])
      .execute();
    await db
      .insertInto('preferences')
      .values([
        {
          customer_id: 'twin-1',
          frequency: 'quarterly',
          topics_off: sql`'{offers,training}'`,
          language: 'en',
          changed_at: clock.now(),
        },
        { customer_id: 'twin-2', frequency: 'monthly', paused_until: '2999-01-01', changed_at: clock.now() },
      ])
      .execute();
    const rules = { periodDays: 90, minDaysBetween: 7, laterDays: 30 };
    const facts = (await loadFacts(db, ['c000004'], { now: clock.now(), rules })).get('c000004');
    expect(facts?.preferences).toEqual({
      frequency: 'quarterly',
      topicsOff: ['offers', 'training'],
      pausedUntil: '2999-01-01',
      // what is about the mail itself is each record's own
      language: null,
      ratioWish: null,
    });
    await db.deleteFrom('preferences').execute();
    await db.deleteFrom('customers').where('id', 'like', 'twin-%').execute();
  });

  it('“later” lets an offer rest for as long as the rules say, or until the day they named', async () => {
    const { db } = scene.database;
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    const { id: send_id } = await db
      .selectFrom('sends')
      .select('id')
      .where('campaign_id', '=', id())
      .where('customer_id', '=', 'c000001')
      .executeTakeFirstOrThrow();
    const about = { send_id, position: 0, customer_id: 'c000001', content_id: 'kalibrier-abo' };
    const rules = { periodDays: 90, minDaysBetween: 7, laterDays: 30 };
    const resting = async () =>
      (await loadFacts(db, ['c000001'], { now: clock.now(), rules })).get('c000001')?.notBefore;
    await db
      .insertInto('answers')
      .values({ ...about, answer: 'later', answered_at: '2026-05-01T10:00:00Z' })
      .execute();
    expect(await resting()).toEqual(new Map([['kalibrier-abo', '2026-05-31']]));
    await db
      .insertInto('statements')
      .values({
        ...about,
        question_id: 'wann',
        question: 'Wann?',
        choice: 'bald',
        said_by: 'customer',
        said_at: '2026-05-01T10:00:10Z',
        not_before: '2026-05-10',
      })
      .execute();
    expect(await resting()).toEqual(new Map([['kalibrier-abo', '2026-05-10']]));
    await db.deleteFrom('statements').execute();
    await db.deleteFrom('answers').execute();
  });
});

describe('replies', () => {
  it('go to the customer’s own salesperson, where the CRM knows one with an address', async () => {
    const { db } = scene.database;
    await db
      .insertInto('owners')
      .values([
        { id: 'o1', source: 'test', name: 'Jörg Öhler', email: 'j.oehler@orvelin.test' },
        { id: 'o2', source: 'test', name: 'Ohne Adresse', email: 'keine' },
      ])
      .execute();
    await db.updateTable('customers').set({ owner_id: 'o1' }).where('id', '=', 'c000001').execute();
    await db.updateTable('customers').set({ owner_id: 'o2' }).where('id', '=', 'c000002').execute();
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    const replyTo = async (to: string) => {
      const mail = scene.smtp.received.find((each) => each.to[0] === to);
      return (await simpleParser(mail?.raw ?? '')).replyTo?.value[0];
    };
    expect(await replyTo(first)).toMatchObject({ name: 'Jörg Öhler', address: 'j.oehler@orvelin.test' });
    expect(await replyTo('person2@customers.test')).toMatchObject({ address: 'news@orvelin.test' });
    // Unsubscribing by mail stays where it is read.
    const raw = scene.smtp.received.find((each) => each.to[0] === first)?.raw.toString() ?? '';
    expect(raw).toMatch(/List-Unsubscribe:[^@]*mailto:news@orvelin\.test/);
    await db.updateTable('customers').set({ owner_id: null }).execute();
  });
});

describe('SMTP as it is', () => {
  it('a refused recipient fails for good, the others get their mail', async () => {
    scene.smtp.behave({
      rcpt: (to) => (to === first ? { code: 550, text: '5.1.1 No such user' } : undefined),
    });
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    const failed = await state('c000001');
    expect(failed).toMatchObject({ state: 'failed', reason: 'smtp_rejected' });
    expect(failed.detail).toContain('5.1.1');
    expect((await counts()).failed).toBe(1);
  });

  it('a mail refused for now is tried again later, with the same Message-ID', async () => {
    scene.smtp.behave({ rcpt: (to) => (to === first ? { code: 451, text: '4.7.1 Greylisted' } : undefined) });
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    const waiting = await state('c000001');
    expect(waiting).toMatchObject({ state: 'queued', attempts: 1 });
    expect(waiting.due_at.getTime()).toBeGreaterThanOrEqual(clock.now().getTime() + 60_000);
    scene.smtp.behave({});
    await scene.stand.deliver(id());
    expect((await state('c000001')).state).toBe('queued');
    clock.advance(2 * 60_000);
    await scene.stand.deliver(id());
    expect(await state('c000001')).toMatchObject({
      state: 'sent',
      attempts: 2,
      message_id: waiting.message_id,
    });
    expect(scene.smtp.received.filter((m) => m.to[0] === first)).toHaveLength(1);
  });

  it('a mail refused for now is tried for a day, and has failed then', async () => {
    scene.smtp.behave({
      data: (mail) => (mail.to[0] === first ? { code: 452, text: '4.3.1 Full' } : undefined),
    });
    await scene.stand.plan(id());
    const begin = clock.now().getTime();
    for (let i = 0; i < 30 && (await state('c000001')).state !== 'failed'; i++) {
      const wait = (await state('c000001')).due_at.getTime() - clock.now().getTime();
      clock.advance(Math.max(0, wait));
      await scene.stand.deliver(id());
    }
    const end = await state('c000001');
    expect(end).toMatchObject({ state: 'failed', reason: 'gave_up' });
    expect(end.attempts).toBeGreaterThanOrEqual(8);
    expect(clock.now().getTime() - begin).toBe(DAY);
  });

  it.each<[SmtpPhase, SendState]>([
    ['greeting', 'queued'],
    ['mail', 'queued'],
    ['rcpt', 'queued'],
    ['data', 'in_doubt'],
    ['answer', 'in_doubt'],
  ])('a connection lost at "%s" leaves the mail %s', async (phase, expected) => {
    await scene.stand.plan(id());
    // Connections from before would have their greeting behind them.
    await scene.smtp.kill();
    await scene.smtp.start();
    scene.smtp.behave({ drop: (at) => at === phase });
    const ends = await scene.stand.deliver(id());
    const [one] = Object.entries(await counts()).filter(([name, n]) => n > 0 && name === expected);
    expect(one?.[0]).toBe(expected);
    expect((await counts()).sent).toBe(0);
    if (expected === 'queued') {
      // Before the greeting it is the server's trouble; after it, a try of this mail.
      expect(ends[0]?.kind).toBe(phase === 'greeting' ? 'server_unreachable' : 'done');
      expect((await state('c000001')).attempts).toBe(phase === 'greeting' ? 0 : 1);
      scene.smtp.behave({});
      clock.advance(2 * 60_000);
      await scene.stand.deliver(id());
      const { sent } = await counts();
      expect(scene.smtp.received).toHaveLength(sent);
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
      await scene.stand.plan(id());
      scene.smtp.behave(behaviour);
      expect(await scene.stand.deliver(id())).toMatchObject([
        { kind: 'server_unreachable', needsPerson: true },
      ]);
      expect(await counts()).toMatchObject({ failed: 0, sent: 0 });
      scene.smtp.behave({});
      scene.smtp.received.length = 0;
      clock.advance(60_000);
      await scene.stand.deliver(id());
      expect(await counts()).toEqual(only({ sent: scene.smtp.received.length }));
    },
  );

  it('an answer in any characters is written down, and keeps nobody from being settled', async () => {
    const odd = `4.7.1 ${'😀'.repeat(150)} \u0000 ${'ü'.repeat(200)}`;
    scene.smtp.behave({ rcpt: (to) => (to === first ? { code: 451, text: odd } : undefined) });
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    expect((await state('c000001')).detail).toContain('😀😀');
    expect(await counts()).toEqual(only({ sent: scene.smtp.received.length, queued: 1 }));
  });

  it('a server that is away burns nothing', async () => {
    await scene.stand.plan(id());
    await scene.smtp.kill();
    expect(await scene.stand.deliver(id())).toMatchObject([
      { kind: 'server_unreachable', needsPerson: false },
    ]);
    await scene.smtp.start();
    clock.advance(60_000);
    await scene.stand.deliver(id());
    const { sent, queued } = await counts();
    expect(queued).toBe(0);
    expect(scene.smtp.received).toHaveLength(sent);
  });
});

describe('the ledger', () => {
  it('gives each send to one of several workers delivering the same chunk at once', async () => {
    const second = await deliveryStand({
      db: scene.database.db,
      databaseUrl: scene.database.url,
      smtpUrl: scene.smtp.url,
      now: clock.now,
    });
    await scene.stand.plan(id());
    scene.smtp.behave({ delay: () => 5 });
    await Promise.all([scene.stand.deliver(id()), second.deliver(id()), scene.stand.deliver(id())]);
    await second.close();
    const addresses = scene.smtp.received.map((m) => m.to[0]);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(await counts()).toEqual(only({ sent: addresses.length }));
  });

  it('gives a send once, even to two deliveries of one process that ask in the same moment', async () => {
    await scene.stand.plan(id());
    const { ledger } = scene.stand.context;
    const { id: sendId } = await scene.database.db
      .selectFrom('sends')
      .select('id')
      .where('campaign_id', '=', id())
      .where('customer_id', '=', 'c000001')
      .executeTakeFirstOrThrow();
    const composition = { blocks: [] } as unknown as Composition;
    const beginning = { id: sendId, messageId: '<x@y>', subject: 'x', composition, address: first };
    const ask = () => ledger.begin({ ...beginning, mailsKnown: 0, mailsSince: clock.now() });
    expect((await Promise.all([ask(), ask(), ask()])).sort()).toEqual([false, false, true]);
  });

  it('goes on when the connection that shows that the worker lives was lost', async () => {
    await scene.stand.plan(id());
    const { number } = scene.stand.context.worker;
    await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = ${number}::oid`.execute(
      scene.database.db,
    );
    await until('the loss is noticed', () => !scene.stand.context.worker.held());
    expect(await scene.stand.deliver(id())).toEqual([{ kind: 'stopped' }]);
    await until('the worker is back', () => scene.stand.context.worker.held());
    expect(scene.stand.context.worker.number).toBe(number);
    await scene.stand.deliver(id());
    expect(await counts()).toEqual(only({ sent: scene.smtp.received.length }));
  });

  it('does not try again for a campaign that was cancelled meanwhile', async () => {
    await scene.stand.plan(id());
    scene.smtp.behave({
      data: () => ({ code: 451, text: '4.3.0 Later' }),
      delay: (phase) => (phase === 'answer' ? 300 : 0),
    });
    const delivering = scene.stand.deliver(id());
    await until('mails are on their way', async () => (await counts()).sending > 0);
    await cancelCampaign(scene.database.db, id(), clock.now());
    await delivering;
    expect(Object.keys((await campaignProgress(scene.database.db, id())).skipped)).toEqual([
      'campaign_cancelled',
    ]);
    expect(await counts()).toMatchObject({ queued: 0, planned: 0, sending: 0, sent: 0 });
  });

  it('writes to an address once, also when several records with it are decided at the same time', async () => {
    await sql`update customers set email = 'Twin@customers.test' where id in ('c000010', 'c000011')`.execute(
      scene.database.db,
    );
    const second = await deliveryStand({
      db: scene.database.db,
      databaseUrl: scene.database.url,
      smtpUrl: scene.smtp.url,
      now: clock.now,
    });
    await Promise.all([
      createCampaign(scene.database.db, { id: `${id()}-u`, name: 'u', kind: 'adhoc', now: clock.now() }),
      createCampaign(scene.database.db, { id: `${id()}-v`, name: 'v', kind: 'adhoc', now: clock.now() }),
    ]);
    for (const [campaignId, customer_id] of [
      [`${id()}-u`, 'c000010'],
      [`${id()}-v`, 'c000011'],
    ] as const) {
      await sql`update campaigns set state = 'running' where id = ${campaignId}`.execute(scene.database.db);
      await scene.database.db
        .insertInto('sends')
        .values({ campaign_id: campaignId, customer_id, chunk: 0, due_at: clock.now() })
        .execute();
    }
    scene.smtp.behave({ delay: () => 30 });
    await Promise.all([scene.stand.deliver(`${id()}-u`), second.deliver(`${id()}-v`)]);
    await second.close();
    expect(scene.smtp.received).toHaveLength(1);
    await sql`update customers set email = id || '@customers.test' where id in ('c000010', 'c000011')`.execute(
      scene.database.db,
    );
  });

  it('holds what a dead worker had in hand, and leaves alone what a living one has', async () => {
    await scene.stand.plan(id());
    const other = await deliveryStand({
      db: scene.database.db,
      databaseUrl: scene.database.url,
      smtpUrl: scene.smtp.url,
      now: clock.now,
    });
    scene.smtp.behave({ delay: (phase) => (phase === 'answer' ? 400 : 0) });
    const delivering = scene.stand.deliver(id());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await holdOrphans(scene.database.db)).toBe(0);
    const one = await scene.database.db
      .selectFrom('sends')
      .select('id')
      .where('campaign_id', '=', id())
      .where('state', '=', 'queued')
      .executeTakeFirst();
    const orphan =
      one?.id ??
      (
        await scene.database.db
          .selectFrom('sends')
          .select('id')
          .where('campaign_id', '=', id())
          .where('state', '=', 'planned')
          .executeTakeFirstOrThrow()
      ).id;
    await scene.database.db
      .updateTable('sends')
      .set({ state: 'sending', worker: other.context.worker.number })
      .where('id', '=', orphan)
      .execute();
    expect(await holdOrphans(scene.database.db)).toBe(0);
    await other.close();
    expect(await holdOrphans(scene.database.db)).toBe(1);
    await delivering;
    expect((await counts()).in_doubt).toBe(1);
  });

  it('writes history and innovation account exactly for what was sent', async () => {
    await scene.database.db.deleteFrom('ratio_accounts').execute();
    scene.smtp.behave({ rcpt: (to) => (to === first ? { code: 550, text: '5.1.1 No' } : undefined) });
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    const blocks = await scene.database.db
      .selectFrom('shown_blocks')
      .selectAll()
      .where('campaign_id', '=', id())
      .execute();
    const accounts = await scene.database.db.selectFrom('ratio_accounts').selectAll().execute();
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
    await scene.database.db
      .updateTable('customers')
      .set({ first_name: 'Sinéad', last_name: `Ö'Brien & "Söhne"` })
      .where('id', '=', 'c000003')
      .execute();
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    const mail = scene.smtp.received.find((m) => m.to[0] === 'person3@customers.test');
    const parsed = await simpleParser(mail?.raw ?? '');
    expect(parsed.text).toContain(`Guten Tag Frau Ö'Brien & "Söhne",`);
    expect(parsed.html).toContain('Guten Tag Frau Ö&#x27;Brien &amp; &quot;Söhne&quot;,');
  });

  it('gives a correct, harmless mail, and injects no header', async () => {
    const nasty = `{{constructor}} <script>alert(1)</script> "Ö'Brien`;
    await scene.database.db
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
    await scene.database.db
      .updateTable('customers')
      .set({ first_name: 'Kim\r\nBcc: evil@victims.test', last_name: nasty, company_id: 'k1' })
      .where('id', '=', 'c000001')
      .execute();
    await scene.stand.plan(id());
    await scene.stand.deliver(id());
    const mail = scene.smtp.received.find((m) => m.to[0] === first);
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
    for (const { raw } of scene.smtp.received) {
      const head = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
      expect(head).not.toMatch(/victims/);
    }
  });
});
