import { createTransport } from 'nodemailer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/connect.ts';
import { type Mailbox, startMailbox } from '../../src/mailbox/smtp.ts';
import { clearMailbox, countMailbox, listMailbox, readMailbox } from '../../src/mailbox/store.ts';
import { testDatabase } from '../stands/database.ts';

const { db, url } = await testDatabase();
let mailbox: Mailbox;
let transport: ReturnType<typeof createTransport>;

beforeAll(async () => {
  mailbox = await startMailbox({ db });
  transport = createTransport({ url: mailbox.url, pool: true, maxConnections: 5 } as never);
});
afterAll(async () => {
  transport.close();
  await mailbox.close();
});
beforeEach(() => clearMailbox(db));

const mail = (extra: object = {}) => ({
  from: 'Jörg Müller <absender@firma.example>',
  to: 'Anna Groß <anna@kunde.example>',
  subject: 'Weiterentwicklungen für Ihr Ä-Produkt – 100 % neu',
  text: 'Guten Tag',
  html: '<p>Guten <b>Tag</b></p>',
  ...extra,
});

describe('what arrives', () => {
  test('is kept whole, and shown decoded', async () => {
    const sent = await transport.sendMail(
      mail({
        headers: { 'List-Unsubscribe': '<https://example.com/u/1>', 'Feedback-ID': 'a:b:c' },
        attachments: [{ filename: 'Größe.txt', content: 'x' }],
        envelope: { from: 'bounce@firma.example', to: ['anna@kunde.example', 'copy@firma.example'] },
      }),
    );
    expect(sent.response).toMatch(/^250/);
    const [summary] = await listMailbox(db, { limit: 10 });
    expect(summary).toMatchObject({
      mailFrom: 'bounce@firma.example',
      rcptTo: ['anna@kunde.example', 'copy@firma.example'],
      messageId: sent.messageId,
      from: '"Jörg Müller" <absender@firma.example>',
      to: '"Anna Groß" <anna@kunde.example>',
      subject: 'Weiterentwicklungen für Ihr Ä-Produkt – 100 % neu',
    });
    const read = await readMailbox(db, summary?.id ?? 0);
    expect(read).toMatchObject({
      html: '<p>Guten <b>Tag</b></p>',
      text: expect.stringMatching(/^Guten Tag/),
    });
    expect(read?.attachments).toEqual([{ filename: 'Größe.txt', contentType: 'text/plain', size: 1 }]);
    const names = read?.headers.map((header) => header.name) ?? [];
    const inSource = [...(read?.raw.toString().split('\r\n\r\n')[0] ?? '').matchAll(/^([\w-]+):/gm)].map(
      ([, n]) => n,
    );
    expect(names).toEqual(inSource);
    expect(read?.headers).toContainEqual({ name: 'List-Unsubscribe', value: '<https://example.com/u/1>' });
    expect(read?.size).toBe(read?.raw.length);
  });

  test('a mail without a text part has no text; one that is hardly a mail is kept too', async () => {
    await transport.sendMail(mail({ text: undefined }));
    await transport.sendMail({
      envelope: { from: '', to: ['x@y.example'] },
      raw: 'no headers\r\n\r\nat all',
    });
    const [odd, htmlOnly] = await listMailbox(db, { limit: 2 });
    expect(odd).toMatchObject({ mailFrom: '', subject: null, from: null, to: null, messageId: null });
    expect(await readMailbox(db, htmlOnly?.id ?? 0)).toMatchObject({ text: null });
    expect(await readMailbox(db, (odd?.id ?? 0) + 1000)).toBeUndefined();
  });

  test('any sign-in will do', async () => {
    const signedIn = createTransport({ url: mailbox.url, auth: { user: 'a', pass: 'b' } } as never);
    await signedIn.sendMail(mail());
    expect(await countMailbox(db)).toBe(1);
  });

  test('more than 25 MB is refused for good, and not kept', async () => {
    const big = Buffer.alloc(26 * 1024 * 1024, `${'x'.repeat(70)}\r\n`);
    const error = await transport.sendMail(mail({ text: big.toString() })).catch((failure) => failure);
    expect(error.responseCode).toBe(552);
    expect(await countMailbox(db)).toBe(0);
  });

  test('many mails at once: each is there when its 250 comes', async () => {
    const html = `<p>${'Weiterentwicklung '.repeat(1400)}</p>`;
    const begin = performance.now();
    let early = 0;
    await Promise.all(
      Array.from({ length: 300 }, async (_, n) => {
        const { messageId } = await transport.sendMail(mail({ subject: `Nummer ${n}`, html }));
        if (n % 20 !== 0) return;
        const row = await db
          .selectFrom('mailbox')
          .select('id')
          .where('message_id', '=', messageId)
          .executeTakeFirst();
        if (!row) early++;
      }),
    );
    const seconds = (performance.now() - begin) / 1000;
    expect(early).toBe(0);
    expect(await countMailbox(db)).toBe(300);
    console.log(
      `300 mails of ${Math.round(html.length / 1000)} kB: ${seconds.toFixed(1)} s, the client's work included`,
    );
  });
});

test('a database that is gone: the client hears 451 and keeps the mail', async () => {
  const gone = openDatabase(url);
  const orphan = await startMailbox({ db: gone.db });
  await gone.close();
  const sender = createTransport(orphan.url);
  const error = await sender.sendMail(mail()).catch((failure) => failure);
  expect(error.responseCode).toBe(451);
  await orphan.close();
});

test('closing does not wait for clients that keep their connection open', async () => {
  const other = await startMailbox({ db });
  const pooled = createTransport({ url: other.url, pool: true } as never);
  await pooled.sendMail(mail());
  const begin = performance.now();
  await other.close();
  expect(performance.now() - begin).toBeLessThan(2500);
  pooled.close();
});

test('it listens on the loopback only', async () => {
  await expect(startMailbox({ db, host: '0.0.0.0' })).rejects.toThrow(/loopback/);
  const taken = Number(new URL(mailbox.url).port);
  await expect(startMailbox({ db, port: taken })).rejects.toThrow(/another program/);
});

describe('looking things up', () => {
  const save = (subject: string, to = 'Anna <anna@kunde.example>') =>
    db
      .insertInto('mailbox')
      .values({
        received_at: new Date(),
        mail_from: 'bounce@firma.example',
        rcpt_to: ['versteckt@kunde.example'],
        header_from: 'Firma <info@firma.example>',
        header_to: to,
        subject,
        raw: Buffer.from('Subject: x\r\n\r\n'),
      })
      .execute();
  const subjects = async (search?: string) =>
    (await listMailbox(db, { search, limit: 10 })).map((m) => m.subject);

  afterEach(() => clearMailbox(db));

  test('in to, from, envelope and subject; every word counts, in any case', async () => {
    await save('Neu für Ihre Pumpe');
    await save('Neu für Ihren Motor', 'Bernd <bernd@kunde.example>');
    expect(await subjects('NEU pumpe')).toEqual(['Neu für Ihre Pumpe']);
    expect(await subjects('bernd')).toEqual(['Neu für Ihren Motor']);
    expect(await subjects('info@firma.example')).toHaveLength(2);
    expect(await subjects('versteckt')).toHaveLength(2);
    expect(await subjects('neu Getriebe')).toEqual([]);
    expect(await countMailbox(db, { search: 'motor' })).toBe(1);
  });

  test('% and _ and \\ are what they are', async () => {
    await save('100 % neu');
    await save('snake_case');
    await save('back\\slash');
    expect(await subjects('%')).toEqual(['100 % neu']);
    expect(await subjects('_')).toEqual(['snake_case']);
    expect(await subjects('\\')).toEqual(['back\\slash']);
  });

  test('page by page, newest first, without gap or repetition while mail comes in', async () => {
    for (let n = 1; n <= 5; n++) await save(`${n}`);
    const first = await listMailbox(db, { limit: 2 });
    await save('6');
    const second = await listMailbox(db, { limit: 2, before: first.at(-1)?.id });
    const third = await listMailbox(db, { limit: 2, before: second.at(-1)?.id });
    expect([...first, ...second, ...third].map((m) => m.subject)).toEqual(['5', '4', '3', '2', '1']);
    expect(await clearMailbox(db)).toBe(6);
  });
});
