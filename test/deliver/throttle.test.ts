import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { warmUpAllowance } from '../../src/deliver/throttle.ts';
import { smtpTransport } from '../../src/deliver/transport.ts';
import { domainPause } from '../../src/ledger/backoff.ts';
import { nextDue } from '../../src/ledger/open-sends.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { takeFromDay, takeFromRate } from '../../src/ledger/rates.ts';
import type { Settings } from '../../src/library/schema.ts';
import { freePort } from '../stands/free-port.ts';
import { DAY, deliveryScene } from '../stands/scene.ts';
import { smtpStand } from '../stands/smtp.ts';

const scene = deliveryScene(90);
const { clock, id, sends } = scene;
beforeAll(async () => {
  await sql`update customers set email = replace(email, 'customers', 'busy')
    where id > 'c000010' and id <= 'c000070'`.execute(scene.database.db);
});

const triedAtBusy = (tried: string[]) => tried.filter((to) => to.endsWith('@busy.test')).length;

/** The stand with other settings of the library. */
function withSettings(change: (settings: Settings) => Settings): void {
  const { content } = scene.stand.context;
  const { library } = content;
  scene.stand.context.content = { ...content, library: { ...library, settings: change(library.settings) } };
}

describe('a domain that asks us to slow down', () => {
  it.each([
    ['421 at RCPT', { code: 421, text: '4.7.0 Too many messages, try again later' }],
    ['4.7.x that speaks of rates', { code: 451, text: '4.7.650 Rate limited, see our web site' }],
  ])('is left alone after %s, and the others get their mail', async (_what, refusal) => {
    await scene.stand.plan(id());
    const tried: string[] = [];
    scene.smtp.behave({
      rcpt: (to) => {
        tried.push(to);
        return to.endsWith('@busy.test') ? refusal : undefined;
      },
    });
    await scene.stand.deliver(id());
    const { sent, queued, failed } = await sends();
    expect(sent).toBe(scene.smtp.received.length);
    expect(scene.smtp.received.filter((m) => m.to[0]?.endsWith('@customers.test')).length).toBe(sent);
    expect(failed).toBe(0);
    expect(queued).toBeGreaterThan(40);
    // Some were under way when the first answer came; after that nobody tries.
    expect(triedAtBusy(tried)).toBeLessThan(queued);

    // Its pause over, one probe finds out that nothing has changed; then the pause is twice as long.
    clock.advance(90_000);
    tried.length = 0;
    await scene.stand.deliver(id());
    expect(triedAtBusy(tried)).toBe(1);
    const due = await nextDue(scene.database.db, id(), 0);
    expect(due?.getTime()).toBeGreaterThanOrEqual(clock.now().getTime() + 2 * 60_000);

    // It takes mail again: all of it.
    clock.advance(10 * 60_000);
    scene.smtp.behave({});
    await scene.stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 0, failed: 0, sent: sent + queued });
  });

  it('is one thing, greylisting of a recipient another', async () => {
    await scene.stand.plan(id());
    const tried = new Set<string>();
    scene.smtp.behave({
      rcpt: (to) => {
        if (tried.has(to) || to !== 'person12@busy.test') return undefined;
        tried.add(to);
        return { code: 450, text: '4.7.1 Greylisted, please try again in some minutes' };
      },
    });
    await scene.stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 1 });
  });

  it('that takes nothing for a day costs its mails, and nobody waits for ever', async () => {
    await scene.stand.plan(id());
    scene.smtp.behave({
      rcpt: (to) => (to.endsWith('@busy.test') ? { code: 421, text: '4.7.0 Go away' } : undefined),
    });
    for (let hour = 0; hour <= 50 && ((await sends()).queued > 0 || hour === 0); hour++) {
      await scene.stand.deliver(id());
      clock.advance(3_600_000);
    }
    const end = await campaignProgress(scene.database.db, id());
    expect(end.sends.queued).toBe(0);
    expect(Object.keys(end.failed)).toEqual(['gave_up']);
  });

  it('pauses longer each time, up to half an hour', () => {
    expect([1, 2, 3, 6, 60].map((n) => domainPause(n) / 60_000)).toEqual([1, 2, 4, 30, 30]);
  });
});

describe('rates', () => {
  it('are shared: many workers together get no more than there is', async () => {
    const take = () =>
      takeFromRate(scene.database.db, { scope: 'test', perSecond: 50, wanted: 20, apart: 0.5 });
    const started = performance.now();
    const grants = await Promise.all(Array.from({ length: 20 }, take));
    const granted = grants.reduce((sum, g) => sum + g.granted, 0);
    const seconds = (performance.now() - started) / 1000;
    expect(granted).toBeGreaterThanOrEqual(50);
    expect(granted).toBeLessThanOrEqual(50 + Math.ceil(50 * seconds));
    // Those who got nothing ask again one after the other.
    const waits = grants.filter((g) => g.granted === 0).map((g) => g.wait);
    expect(new Set(waits).size).toBe(waits.length);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(400);
  });

  it('hold a chunk back until there is room again', async () => {
    await scene.stand.plan(id());
    await scene.database.db.deleteFrom('send_rates').execute();
    const { content } = scene.stand.context;
    withSettings((s) => ({ ...s, rules: { ...s.rules, mailsPerSecond: 5 } }));
    expect(await scene.stand.deliver(id())).toMatchObject([{ kind: 'held' }]);
    expect(scene.smtp.received.length).toBeGreaterThanOrEqual(5);
    expect(scene.smtp.received.length).toBeLessThan(50);
    scene.stand.context.content = content;
  });

  it('of one domain make only that domain wait', async () => {
    await scene.stand.plan(id());
    const { content } = scene.stand.context;
    withSettings((s) => ({ ...s, delivery: { ...s.delivery, domains: { 'busy.test': 2 } } }));
    await scene.stand.deliver(id());
    const busy = scene.smtp.received.filter((m) => m.to[0]?.endsWith('@busy.test')).length;
    expect(busy).toBeGreaterThanOrEqual(1);
    expect(busy).toBeLessThan(20);
    expect(scene.smtp.received.length - busy).toBeGreaterThan(15);
    scene.stand.context.content = content;
  });
});

describe('warm-up', () => {
  it('gives each day its step, and ends after the last', () => {
    const warmUp = { from: '2026-12-01', perDay: [200, 500, 1000] };
    const days = ['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'];
    expect(days.map((day) => warmUpAllowance(warmUp, day))).toEqual([200, 200, 500, 1000, null]);
    expect(warmUpAllowance(undefined, '2026-12-01')).toBe(null);
  });

  it('never gives more than the day has, to however many ask at once', async () => {
    const day = { day: '2099-12-01', timeZone: 'Europe/Berlin' };
    const take = () => takeFromDay(scene.database.db, { ...day, allowance: 100, wanted: 17 });
    const grants = await Promise.all(Array.from({ length: 12 }, take));
    expect(grants.reduce((sum, n) => sum + n, 0)).toBe(100);
  });

  it('sends the day’s step, and the rest on the days after', async () => {
    await scene.stand.plan(id());
    const { content } = scene.stand.context;
    const from = clock.now().toISOString().slice(0, 10);
    withSettings((s) => ({ ...s, delivery: { ...s.delivery, warmUp: { from, perDay: [12, 15] } } }));
    expect(await scene.stand.deliver(id())).toMatchObject([{ kind: 'held' }]);
    expect(scene.smtp.received).toHaveLength(12);
    clock.advance(DAY);
    await scene.stand.deliver(id());
    expect(scene.smtp.received).toHaveLength(27);
    clock.advance(DAY);
    await scene.stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 0, sent: scene.smtp.received.length });
    scene.stand.context.content = content;
  });
});

describe('several servers', () => {
  const mail = {
    envelope: { from: 'a@x.test', to: 'b@y.test' },
    raw: Buffer.from('Subject: x\r\n\r\nx\r\n'),
  };

  it('the second takes over while the first can’t be reached, and only then', async () => {
    const port = await freePort();
    const transport = smtpTransport([`smtp://127.0.0.1:${port}`, scene.smtp.url]);
    expect((await transport.send(mail)).kind).toBe('sent');
    expect(scene.smtp.received).toHaveLength(1);
    await transport.close();
    const first = await smtpStand();
    const both = smtpTransport([first.url, scene.smtp.url]);
    expect((await both.send(mail)).kind).toBe('sent');
    expect(first.received).toHaveLength(1);
    // What the first may have is nobody else's.
    first.behave({ drop: (phase) => phase === 'answer' });
    expect((await both.send(mail)).kind).toBe('in_doubt');
    expect(scene.smtp.received).toHaveLength(1);
    await both.close();
    await first.stop();
  });
});
