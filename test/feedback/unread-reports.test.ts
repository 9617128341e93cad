import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { addressesIn } from '../../src/feedback/mentions.ts';
import {
  forgetHandled,
  keepUnread,
  MAX_KEPT_BYTES,
  markHandled,
  waitingReports,
} from '../../src/feedback/unread-reports.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-03-05T18:00:00Z');
const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);

beforeEach(async () => {
  await db.deleteFrom('unread_reports').execute();
});

const keep = (text: string, at = now, source = 'imap') =>
  keepUnread(db, { source, problem: 'no proof', raw: Buffer.from(text), now: at });

describe('reports that wait for a person', () => {
  it('are kept once, and again when they were dealt with before', async () => {
    const id = await keep('x');
    expect(await keep('x')).toBe(id);
    await markHandled(db, id ?? 0, now);
    expect(await keep('x')).not.toBe(id);
    expect(await waitingReports(db)).toHaveLength(1);
  });

  it('come at the same moment and are kept once', async () => {
    const ids = await Promise.all([keep('x'), keep('x'), keep('x')]);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).not.toBeNull();
  });

  it('are kept with so many of their bytes', async () => {
    const id = await keep('y'.repeat(10 * MAX_KEPT_BYTES));
    expect(await waitingReports(db)).toMatchObject([{ id, bytes: MAX_KEPT_BYTES }]);
  });

  it('are a thousand at most of each source; dealing with one makes room', async () => {
    await sql`insert into unread_reports (source, problem, raw)
      select 'imap', 'flood', convert_to(n::text, 'UTF8') from generate_series(1, 1000) n`.execute(db);
    expect(await keep('one too many')).toBeNull();
    expect(await keep('of a provider', now, 'ses')).not.toBeNull();
    const [first] = await waitingReports(db);
    await markHandled(db, first?.id ?? 0, now);
    expect(await keep('one too many')).not.toBeNull();
  });

  it('are gone two weeks after they were dealt with', async () => {
    await markHandled(db, (await keep('old')) ?? 0, now);
    await keep('waits');
    const count = async () => (await db.selectFrom('unread_reports').select('id').execute()).length;
    await forgetHandled(db, daysLater(13));
    expect(await count()).toBe(2);
    await forgetHandled(db, daysLater(15));
    expect(await count()).toBe(1);
    expect(await waitingReports(db)).toHaveLength(1);
  });
});

describe('the addresses that a report names', () => {
  const mail = (encoding: string, body: string | Buffer, type = 'text/plain; charset=utf-8') =>
    Buffer.concat([
      Buffer.from(`Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`),
      Buffer.from(body),
    ]);
  const base64 = Buffer.from('To: Anna.Adler@Kunde.example, gone').toString('base64');

  it.each([
    ['base64', mail('base64', base64), 'anna.adler@kunde.example'],
    [
      'a soft line break',
      mail('quoted-printable', 'to anna.ad=\r\nler@kunde.exam=\r\nple.'),
      'anna.adler@kunde.example',
    ],
    ['bytes of UTF-8', mail('8bit', '<M\u00dcLLER@kunde.example>'), 'm\u00fcller@kunde.example'],
    [
      'bytes of another character set',
      mail('8bit', Buffer.from('<m\u00fcller@kunde.example>', 'latin1'), 'text/plain; charset=iso-8859-1'),
      'm\u00fcller@kunde.example',
    ],
    ['a page', mail('7bit', '<b>anna@kunde.example</b>', 'text/html'), 'anna@kunde.example'],
    ['xtext', mail('7bit', 'rfc822;anna+2Bnews@kunde.example'), 'anna+news@kunde.example'],
    ['JSON', Buffer.from('{"Email":"anna\\u0040kunde.example"}'), 'anna@kunde.example'],
    [
      'JSON in JSON',
      Buffer.from(JSON.stringify({ Message: '{"to":["anna\\u0040kunde.example"]}' })),
      'anna@kunde.example',
    ],
    [
      'a returned mail',
      mail('7bit', `Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`, 'message/rfc822'),
      'anna.adler@kunde.example',
    ],
  ])('are found in %s', async (_what, raw, address) => {
    expect(await addressesIn(raw)).toContain(address);
  });

  it('are found in no time', async () => {
    for (const filling of ['a', 'a@', '<', '{', 'a@b ']) {
      const before = performance.now();
      await addressesIn(Buffer.from(`X: y\r\n\r\n${filling.repeat(MAX_KEPT_BYTES / filling.length)}`));
      expect(performance.now() - before).toBeLessThan(1500);
    }
  });

  it('are looked for without harm, however deep they are nested', async () => {
    for (const depth of [1000, 5000, 100_000]) {
      const json = `${'['.repeat(depth)}"anna@kunde.example"${']'.repeat(depth)}`;
      await expect(addressesIn(Buffer.from(json))).resolves.toBeDefined();
    }
  });
});
