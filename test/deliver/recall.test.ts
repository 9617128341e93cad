import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { moveCampaign } from '../../src/ledger/campaigns.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { deliveryStand } from '../stands/delivery.ts';
import { until } from '../stands/process.ts';
import { deliveryScene } from '../stands/scene.ts';

const scene = deliveryScene(60);
const { clock, id, sends } = scene;
beforeEach(() => scene.stand.plan(id()));

const unsubscribe = (email: string) =>
  scene.database.db
    .insertInto('suppressions')
    .values({ email_key: email, reason: 'unsubscribed', detail: null })
    .execute();
const addressed = (to: string) => scene.smtp.received.filter((mail) => mail.to[0] === to);

describe('what happens between decision and sending', () => {
  it('an unsubscription while the mail stands in line stops it', async () => {
    scene.smtp.behave({ delay: (phase) => (phase === 'answer' ? 150 : 0) });
    const delivering = scene.stand.deliver(id());
    // Twenty are decided at once, ten can be on their way: the last ones stand in line or are not decided yet.
    await until('the first are on their way', async () => (await sends()).sending >= 5);
    const { rows } = await sql<{ email: string }>`
      select c.email from sends s join customers c on c.id = s.customer_id
      where s.campaign_id = ${id()} and s.state = 'queued' order by s.id desc limit 5`.execute(
      scene.database.db,
    );
    for (const { email } of rows) await unsubscribe(email);
    const arrived = new Set(scene.smtp.received.map((mail) => mail.to[0]));
    await delivering;
    for (const { email } of rows.filter((row) => !arrived.has(row.email))) {
      expect(addressed(email)).toEqual([]);
    }
    const end = await campaignProgress(scene.database.db, id());
    expect(end.skipped).toEqual({ suppressed: 5 });
    expect(end.sends).toMatchObject({ queued: 0, sending: 0, in_doubt: 0, failed: 0 });
  });

  it('an unsubscription after RCPT, before the first byte of the message, still stops it', async () => {
    const late = 'person7@customers.test';
    let told: Promise<unknown> = Promise.resolve();
    scene.smtp.behave({
      rcpt: (to) => {
        if (to === late && addressed(late).length === 0) told = unsubscribe(late);
        return undefined;
      },
      delay: (phase) => (phase === 'rcpt' ? 100 : 0),
    });
    await scene.stand.deliver(id());
    await told;
    expect(addressed(late)).toEqual([]);
    expect((await campaignProgress(scene.database.db, id())).skipped).toEqual({ suppressed: 1 });
  });

  it('after a pause no mail leaves, and within a second no conversation begins', async () => {
    const begun: number[] = [];
    scene.smtp.behave({
      mail: () => {
        begun.push(Date.now());
        return undefined;
      },
      delay: (phase) => (phase === 'answer' ? 100 : 0),
    });
    const delivering = scene.stand.deliver(id());
    await until('the first have arrived', () => scene.smtp.received.length >= 5);
    await moveCampaign(scene.database.db, id(), 'paused', { now: clock.now() });
    const pausedAt = Date.now();
    const onTheirWay = (await sends()).sending + (await sends()).sent;
    expect(await delivering).toEqual([{ kind: 'stopped' }]);
    await sleep(200);
    expect(begun.filter((at) => at > pausedAt + 1000)).toEqual([]);
    expect(scene.smtp.received.length).toBeLessThanOrEqual(onTheirWay);
    expect(await sends()).toMatchObject({ sending: 0, in_doubt: 0, sent: scene.smtp.received.length });
    await moveCampaign(scene.database.db, id(), 'running', { now: clock.now() });
    scene.smtp.behave({});
    await scene.stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 0, sent: scene.smtp.received.length });
    expect(new Set(scene.smtp.received.map((mail) => mail.to[0])).size).toBe(scene.smtp.received.length);
  });

  it('an address that changes in the meantime gets the mail, the old one does not', async () => {
    scene.smtp.behave({
      rcpt: (to) => {
        if (to === 'person9@customers.test') {
          void sql`update customers set email = 'moved@customers.test' where id = 'c000009'`.execute(
            scene.database.db,
          );
        }
        return undefined;
      },
      delay: (phase) => (phase === 'rcpt' ? 100 : 0),
    });
    await scene.stand.deliver(id());
    expect(addressed('person9@customers.test')).toEqual([]);
    expect(addressed('moved@customers.test').length).toBeLessThanOrEqual(1);
    await sql`update customers set email = 'person9@customers.test' where id = 'c000009'`.execute(
      scene.database.db,
    );
  });

  it('cutting the connections of a process that must end leaves nothing in doubt that had not begun', async () => {
    const own = await deliveryStand({
      db: scene.database.db,
      databaseUrl: scene.database.url,
      smtpUrl: scene.smtp.url,
      now: clock.now,
    });
    scene.smtp.behave({ delay: (phase) => (phase === 'rcpt' ? 5000 : 0) });
    const delivering = own.deliver(id());
    await sleep(300);
    own.context.transport.abort();
    await delivering;
    expect(await sends()).toMatchObject({ sending: 0, in_doubt: 0, sent: 0 });
    await own.close();
  });
});
