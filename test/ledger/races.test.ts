import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { backOff, STALE_AFTER } from '../../src/ledger/backoff.ts';
import { cancelCampaign, finishIfDone, reopenUnfinished, skipCancelled } from '../../src/ledger/campaigns.ts';
import { listInDoubt, resolveInDoubt } from '../../src/ledger/in-doubt.ts';
import { DAY, deliveryScene } from '../stands/scene.ts';

const scene = deliveryScene(30);
const { clock, id, sends } = scene;

/** Another session that holds something; it lets go when the test is over. */
async function other(statement: string, values: unknown[] = []): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: scene.database.url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('begin');
  await client.query(statement, values);
  return client;
}

describe('whoever comes at the same moment', () => {
  it('cancelling does not wait for a send that somebody has in hand, and finds it the next time', async () => {
    await scene.stand.plan(id());
    const holder = await other(
      `select from sends where campaign_id = $1 and customer_id = 'c000003' for update`,
      [id()],
    );
    await cancelCampaign(scene.database.db, id(), clock.now());
    expect(await sends()).toMatchObject({ planned: 1 });
    await holder.query('rollback');
    await skipCancelled(scene.database.db, id(), clock.now());
    expect(await sends()).toMatchObject({ planned: 0, queued: 0 });
  });

  it('a campaign does not finish while one of its mails is opened again', async () => {
    await scene.stand.plan(id());
    scene.smtp.behave({ drop: (phase, to) => phase === 'answer' && to === 'person5@customers.test' });
    await scene.stand.deliver(id());
    const [doubt] = await listInDoubt(scene.database.db, { campaignId: id() });
    if (!doubt) throw new Error('There should be a mail in doubt.');
    const { db } = scene.database;
    await Promise.all([
      resolveInDoubt(db, { campaignId: id(), ids: [doubt.id], as: 'resend', now: clock.now() }),
      finishIfDone(db, id(), clock.now()),
    ]);
    const { state } = await db
      .selectFrom('campaigns')
      .select('state')
      .where('id', '=', id())
      .executeTakeFirstOrThrow();
    // it saw the mail, or had finished a moment before and was opened again: one that is finished would send nothing more
    expect(state).toBe('running');
    expect(await sends()).toMatchObject({ in_doubt: 0, queued: 1 });
  });

  it('a finished campaign that has work after all goes on', async () => {
    await scene.stand.plan(id());
    await sql`update campaigns set state = 'finished', finished_at = now() where id = ${id()}`.execute(
      scene.database.db,
    );
    expect(await reopenUnfinished(scene.database.db)).toBe(1);
    await scene.stand.deliver(id());
    expect(await sends()).toMatchObject({ queued: 0, sent: scene.smtp.received.length });
  });

  it('one address that somebody holds keeps no other mail from going', async () => {
    await scene.stand.plan(id());
    await other(`select pg_advisory_xact_lock(hashtextextended('address:person4@customers.test', 0))`);
    const begin = Date.now();
    await scene.stand.deliver(id());
    expect(Date.now() - begin).toBeLessThan(20_000);
    expect(await sends()).toMatchObject({ queued: 1, sending: 0, sent: scene.smtp.received.length });
  });

  it('one answer that can’t be written down keeps no other mail from being settled', async () => {
    await scene.stand.plan(id());
    const { ledger } = scene.stand.context;
    const rows = await scene.database.db
      .selectFrom('sends')
      .select('id')
      .where('campaign_id', '=', id())
      .limit(5)
      .execute();
    const settled = await Promise.allSettled(
      rows.map(({ id: sendId }, n) =>
        ledger.settle({
          id: sendId,
          messageId: `<${sendId}@x>`,
          address: 'a@b.test',
          begun: false,
          kind: 'failed',
          reason: 'smtp_rejected',
          detail: n === 1 ? 'no\u0000' : 'no',
          status: null,
        }),
      ),
    );
    expect(settled.map((s) => s.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect((await sends()).failed).toBe(4);
  });
});

describe('a job that stalled and its second life, in the same process', () => {
  const NOTHING = { wanted: 0, given: 0, forgiven: 0 };
  const first = { detail: '450 later', status: null, counts: true } as const;

  it.each([
    ['one after the other', true],
    ['in one batch', false],
  ])('a try that never began does not open a mail that the other has under way: %s', async (_when, apart) => {
    await scene.stand.plan(id());
    const { ledger, worker } = scene.stand.context;
    const { id: sendId } = await scene.database.db
      .selectFrom('sends')
      .select('id')
      .where('campaign_id', '=', id())
      .limit(1)
      .executeTakeFirstOrThrow();
    await sql`update sends set state = 'sending', worker = ${worker.number}, sending_at = now(), message_id = ${`<${sendId}@x>`},
      composition = ${JSON.stringify({ blocks: [], account: { before: NOTHING, after: NOTHING } })}::jsonb, email_key = 'a@b.test' where id = ${sendId}`.execute(
      scene.database.db,
    );
    const row = { id: sendId, messageId: `<${sendId}@x>`, address: 'a@b.test' };
    const sent = () => ledger.settle({ ...row, begun: true, kind: 'sent', response: '250 ok' });
    const settling = [];
    if (!apart) settling.push(sent());
    settling.push(ledger.settle({ ...row, begun: false, kind: 'again', at: clock.now(), ...first }));
    if (apart) {
      await Promise.all(settling);
      expect((await sends()).sending).toBe(1);
      settling.push(sent());
    }
    await Promise.all(settling);
    expect((await sends()).sent).toBe(1);
  });
});

describe('what a domain said days ago', () => {
  it('burns no mail: one probe finds out how it is today', async () => {
    await scene.stand.plan(id());
    const { db } = scene.database;
    await backOff(db, { domain: 'customers.test', reply: '421 4.7.0 Slow down', now: clock.now() });
    clock.advance(2 * DAY);
    await scene.stand.deliver(id());
    await scene.stand.deliver(id());
    expect(await sends()).toMatchObject({ failed: 0, queued: 0, sent: scene.smtp.received.length });
  });

  it('is forgotten when it refuses anew after a long silence: the day begins again', async () => {
    await scene.stand.plan(id());
    const { db } = scene.database;
    await backOff(db, { domain: 'customers.test', reply: '421 4.7.0 Slow down', now: clock.now() });
    clock.advance(2 * DAY);
    scene.smtp.behave({ rcpt: () => ({ code: 421, text: '4.7.0 Slow down' }) });
    for (let n = 0; n < 3; n++) {
      await scene.stand.deliver(id());
      clock.advance(STALE_AFTER / 4);
    }
    expect(await sends()).toMatchObject({ failed: 0 });
  });
});

describe('the day’s step of the warm-up', () => {
  it('is not used up by a mail server that is away', async () => {
    await scene.stand.plan(id());
    const { content } = scene.stand.context;
    const { library } = content;
    const warmUp = { from: clock.now().toISOString().slice(0, 10), perDay: [40] };
    const settings = { ...library.settings, delivery: { ...library.settings.delivery, warmUp } };
    scene.stand.context.content = { ...content, library: { ...library, settings } };
    await scene.smtp.kill();
    for (let n = 0; n < 4; n++) await scene.stand.deliver(id());
    await scene.smtp.start();
    await scene.stand.deliver(id());
    expect((await sends()).sent).toBeGreaterThan(20);
    scene.stand.context.content = content;
  });
});
