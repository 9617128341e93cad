import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { warmUpAllowance } from '../../src/deliver/throttle.ts';
import { smtpTransport } from '../../src/deliver/transport.ts';
import { domainPause } from '../../src/ledger/backoff.ts';
import { campaignProgress } from '../../src/ledger/campaigns.ts';
import { nextDue } from '../../src/ledger/open-sends.ts';
import { takeFromDay, takeFromRate } from '../../src/ledger/rates.ts';
import type { Settings } from '../../src/library/schema.ts';
import { seedCustomers } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { type DeliveryStand, deliveryStand } from '../stands/delivery.ts';
import { freePort } from '../stands/free-port.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';

const DAY = 86_400_000;
let database: TestDatabase;
let smtp: SmtpStand;
let stand: DeliveryStand;
let clock = new Date('2026-11-20T08:00:00Z');
let campaign = 0;
const id = () => `c${campaign}`;

beforeAll(async () => {
  database = await testDatabase();
  await seedCustomers(database.db, 90);
  await sql`update customers set email = replace(email, 'customers', 'busy')
    where id > 'c000010' and id <= 'c000070'`.execute(database.db);
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
  await database.db.deleteFrom('domain_backoff').execute();
});

const sends = async () => (await campaignProgress(database.db, id())).sends;
const triedAtBusy = (tried: string[]) => tried.filter((to) => to.endsWith('@busy.test')).length;

/** The stand with other settings of the library. */
function withSettings(change: (settings: Settings) => Settings): void {
  const { content } = stand.context;
  const { library } = content;
  stand.context.content = { ...content, library: { ...library, settings: change(library.settings) } };
}

describe('a domain that asks us to slow down', () => {
  it.each([
    ['421 at RCPT', { code: 421, text: '4.7.0 Too many messages, try again later' }],
    ['4.7.x that speaks of rates', { code: 451, text: '4.7.650 Rate limited, see our web site' }],
  ])('is left alone after %s, and the others get their mail', async (_what, refusal) => {
    await stand.plan(id());
    const tried: string[] = [];
    smtp.behave({
      rcpt: (to) => {
        tried.push(to);
        return to.endsWith('@busy.test') ? refusal : undefined;
      },
    });
    await stand.deliver(id());
    const { sent, queued, failed } = await sends();
    expect(sent).toBe(smtp.received.length);
    expect(smtp.received.filter((m) => m.to[0]?.endsWith('@customers.test')).length).toBe(sent);
    expect(failed).toBe(0);
    expect(queued).toBeGreaterThan(40);
    // Some were under way when the first answer came; after that nobody tries.
    expect(triedAtBusy(tried)).toBeLessThan(queued);

    // Its pause over, one probe finds out that nothing has changed; then the pause is twice as long.
    clock = new Date(clock.getTime() + 90_000);
    tried.length = 0;
    await stand.deliver(id());
    expect(triedAtBusy(tried)).toBe(1);
    const due = await nextDue(database.db, id(), 0);
    expect(due?.getTime()).toBeGreaterThanOrEqual(clock.getTime() + 2 * 60_000);

    // It takes mail again: all of it.
    clock = new Date(clock.getTime() + 10 * 60_000);
    smtp.behave({});
    await stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 0, failed: 0, sent: sent + queued });
  });

  it('is one thing, greylisting of a recipient another', async () => {
    await stand.plan(id());
    const tried = new Set<string>();
    smtp.behave({
      rcpt: (to) => {
        if (tried.has(to) || to !== 'person12@busy.test') return undefined;
        tried.add(to);
        return { code: 450, text: '4.7.1 Greylisted, please try again in some minutes' };
      },
    });
    await stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 1 });
  });

  it('that takes nothing for a day costs its mails, and nobody waits for ever', async () => {
    await stand.plan(id());
    smtp.behave({
      rcpt: (to) => (to.endsWith('@busy.test') ? { code: 421, text: '4.7.0 Go away' } : undefined),
    });
    for (let hour = 0; hour <= 50 && ((await sends()).queued > 0 || hour === 0); hour++) {
      await stand.deliver(id());
      clock = new Date(clock.getTime() + 3_600_000);
    }
    const end = await campaignProgress(database.db, id());
    expect(end.sends.queued).toBe(0);
    expect(Object.keys(end.failed)).toEqual(['gave_up']);
  });

  it('pauses longer each time, up to half an hour', () => {
    expect([1, 2, 3, 6, 60].map((n) => domainPause(n) / 60_000)).toEqual([1, 2, 4, 30, 30]);
  });
});

describe('rates', () => {
  it('are shared: many workers together get no more than there is', async () => {
    const take = () => takeFromRate(database.db, { scope: 'test', perSecond: 50, wanted: 20 });
    const started = performance.now();
    const grants = await Promise.all(Array.from({ length: 20 }, take));
    const granted = grants.reduce((sum, g) => sum + g.granted, 0);
    const seconds = (performance.now() - started) / 1000;
    expect(granted).toBeGreaterThanOrEqual(50);
    expect(granted).toBeLessThanOrEqual(50 + Math.ceil(50 * seconds));
    expect(grants.some((g) => g.granted === 0 && g.wait <= 20)).toBe(true);
  });

  it('hold a chunk back until there is room again', async () => {
    await stand.plan(id());
    await database.db.deleteFrom('send_rates').execute();
    const { content } = stand.context;
    withSettings((s) => ({ ...s, rules: { ...s.rules, mailsPerSecond: 5 } }));
    expect(await stand.deliver(id())).toMatchObject([{ kind: 'held' }]);
    expect(smtp.received.length).toBeGreaterThanOrEqual(5);
    expect(smtp.received.length).toBeLessThan(50);
    stand.context.content = content;
  });

  it('of one domain make only that domain wait', async () => {
    await stand.plan(id());
    const { content } = stand.context;
    withSettings((s) => ({ ...s, delivery: { ...s.delivery, domains: { 'busy.test': 2 } } }));
    await stand.deliver(id());
    const busy = smtp.received.filter((m) => m.to[0]?.endsWith('@busy.test')).length;
    expect(busy).toBeGreaterThanOrEqual(1);
    expect(busy).toBeLessThan(20);
    expect(smtp.received.length - busy).toBeGreaterThan(15);
    stand.context.content = content;
  });
});

describe('warm-up', () => {
  it('gives each day its step, and ends after the last', () => {
    const warmUp = { from: '2026-12-01', perDay: [200, 500, 1000] };
    const days = ['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'];
    expect(days.map((day) => warmUpAllowance(warmUp, day))).toEqual([null, 200, 500, 1000, null]);
    expect(warmUpAllowance(undefined, '2026-12-01')).toBe(null);
  });

  it('never gives more than the day has, to however many ask at once', async () => {
    const take = () => takeFromDay(database.db, { day: '2026-12-01', allowance: 100, wanted: 17 });
    const grants = await Promise.all(Array.from({ length: 12 }, take));
    expect(grants.reduce((sum, n) => sum + n, 0)).toBe(100);
  });

  it('sends the day’s step, and the rest on the days after', async () => {
    await stand.plan(id());
    const { content } = stand.context;
    const from = clock.toISOString().slice(0, 10);
    withSettings((s) => ({ ...s, delivery: { ...s.delivery, warmUp: { from, perDay: [12, 15] } } }));
    expect(await stand.deliver(id())).toMatchObject([{ kind: 'held' }]);
    expect(smtp.received).toHaveLength(12);
    clock = new Date(clock.getTime() + DAY);
    await stand.deliver(id());
    expect(smtp.received).toHaveLength(27);
    clock = new Date(clock.getTime() + DAY);
    await stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 0, sent: smtp.received.length });
    stand.context.content = content;
  });
});

describe('several servers', () => {
  const mail = {
    envelope: { from: 'a@x.test', to: 'b@y.test' },
    raw: Buffer.from('Subject: x\r\n\r\nx\r\n'),
  };

  it('the second takes over while the first can’t be reached, and only then', async () => {
    const port = await freePort();
    const transport = smtpTransport([`smtp://127.0.0.1:${port}`, smtp.url]);
    expect((await transport.send(mail)).kind).toBe('sent');
    expect(smtp.received).toHaveLength(1);
    await transport.close();
    const first = await smtpStand();
    const both = smtpTransport([first.url, smtp.url]);
    expect((await both.send(mail)).kind).toBe('sent');
    expect(first.received).toHaveLength(1);
    // What the first may have is nobody else's.
    first.behave({ drop: (phase) => phase === 'answer' });
    expect((await both.send(mail)).kind).toBe('in_doubt');
    expect(smtp.received).toHaveLength(1);
    await both.close();
    await first.stop();
  });
});
