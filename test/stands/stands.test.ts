import { sql } from 'kysely';
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { testDatabase } from './database.ts';
import { type SmtpBehaviour, type SmtpPhase, type SmtpStand, smtpStand } from './smtp.ts';

describe('test databases', async () => {
  const one = await testDatabase();
  const other = await testDatabase();

  test('are migrated and apart from each other', async () => {
    await one.db.insertInto('installation').values({ key: 'mine', value: 'x' }).execute();
    const { rows } = await sql<{ key: string }>`select key from installation order by key`.execute(other.db);
    expect(rows.map((row) => row.key)).toEqual(['address_salt', 'random_key']);
  });
});

test('the clock stands still until told', () => {
  const clock = manualClock('2026-01-01T00:00:00Z');
  const before = clock.now();
  clock.advance(90_000);
  expect(before).toEqual(new Date('2026-01-01T00:00:00Z'));
  expect(clock.now()).toEqual(new Date('2026-01-01T00:01:30Z'));
});

describe('the SMTP server that misbehaves', () => {
  let stand: SmtpStand;
  afterEach(() => stand.stop());
  const send = async (behaviour: SmtpBehaviour, to: string[] = ['a@x.example'], options: object = {}) => {
    stand = await smtpStand(behaviour);
    const transport = createTransport({ url: stand.url, ...options } as never);
    return await transport
      .sendMail({ from: 's@x.example', to, subject: 'Hi', text: 'Hallo' })
      .catch((e) => e);
  };

  test('takes a mail and keeps it', async () => {
    const { response } = await send({});
    expect(response).toMatch(/^250/);
    expect(stand.received).toMatchObject([{ from: 's@x.example', to: ['a@x.example'], accepted: true }]);
    expect(stand.received[0]?.raw.toString()).toContain('Subject: Hi');
    expect(stand.connections).toBe(1);
  });

  test('refuses sender, recipient, message or sign-in, each with the code it is told', async () => {
    const refuse = (code: number) => () => ({ code, text: `told so ${code}` });
    expect((await send({ mail: refuse(451) })).responseCode).toBe(451);
    expect((await send({ rcpt: refuse(550) })).responseCode).toBe(550);
    expect((await send({ data: refuse(554) })).responseCode).toBe(554);
    expect(stand.received).toMatchObject([{ accepted: false }]);
    expect((await send({ auth: 'refuse' }, undefined, { auth: { user: 'u', pass: 'p' } })).responseCode).toBe(
      535,
    );
    const some = await send({ rcpt: (to) => (to.startsWith('b') ? { code: 550, text: 'no' } : undefined) }, [
      'a@x.example',
      'b@x.example',
    ]);
    expect(some).toMatchObject({ accepted: ['a@x.example'], rejected: ['b@x.example'] });
  });

  test.each<[SmtpPhase, number]>([
    ['greeting', 0],
    ['mail', 0],
    ['rcpt', 0],
    ['data', 0],
    ['answer', 1],
  ])('hangs up at %s', async (phase, arrived) => {
    const error = await send({ drop: (now) => now === phase });
    expect(error).toBeInstanceOf(Error);
    expect(error.responseCode).toBeUndefined();
    expect(stand.received.map((mail) => mail.accepted)).toEqual(Array(arrived).fill(false));
  });

  test('waits, changes its ways, goes away and comes back', async () => {
    const begin = performance.now();
    await send({ delay: (phase) => (phase === 'answer' ? 300 : 0) });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(295);
    const transport = createTransport(stand.url);
    const again = () =>
      transport.sendMail({ from: 's@x.example', to: 'a@x.example', text: 'x' }).catch((e) => e);
    stand.behave({ rcpt: () => ({ code: 421, text: 'busy' }) });
    expect((await again()).responseCode).toBe(421);
    await stand.kill();
    expect(await again()).toMatchObject({ code: expect.stringMatching(/ECONNECTION|ESOCKET/) });
    stand.behave({});
    await stand.start();
    expect((await again()).response).toMatch(/^250/);
  });
});
