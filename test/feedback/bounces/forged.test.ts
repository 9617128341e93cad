import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { handleBounce } from '../../../src/feedback/bounces/handle.ts';
import { openMessage } from '../../../src/feedback/bounces/message.ts';
import { readMessage } from '../../../src/feedback/bounces/read-message.ts';
import { testDatabase } from '../../stands/database.ts';
import { bounceStand, SAMPLES, type SentMail, sample } from './stand.ts';

const { db } = await testDatabase();
const { tools, sendTo, suppressedFor } = bounceStand(db, () => new Date('2026-03-05T18:00:00Z'));
const names = readdirSync(SAMPLES).filter((name) => name.endsWith('.eml'));

let anna: SentMail;
let berta: SentMail;
/** Anna's mail as somebody would describe it who has never seen it. */
let guessed: SentMail;

beforeAll(async () => {
  anna = await sendTo('anna@kunde.example', new Date('2026-03-03T08:00:00Z'));
  berta = await sendTo('berta@kunde.example', new Date('2026-03-03T08:00:00Z'));
  guessed = {
    id: anna.id,
    address: anna.address,
    returnPath: anna.returnPath.replace(/[0-9a-f]{16}@/, '0123456789abcdef@'),
    messageId: `spielbein.${anna.id}.${'A'.repeat(16)}@orvelin.test`,
    unsubscribe: anna.unsubscribe.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
  };
});

const suppressions = async () => (await db.selectFrom('suppressions').selectAll().execute()).length;
const events = async () => (await db.selectFrom('mail_events').selectAll().execute()).length;

describe('nobody can have somebody else’s address stopped', () => {
  it('with a report in any form, without having seen the mail', async () => {
    for (const name of names) await handleBounce(tools, sample(name, guessed), 'imap');
    expect(await suppressions()).toBe(0);
    expect(await events()).toBe(0);
  });

  it('with a mail of one’s own: it counts for oneself', async () => {
    const raw = sample('postfix-unknown-user.eml', { ...berta, address: anna.address });
    expect(await handleBounce(tools, raw, 'imap')).toMatchObject({ kind: 'soft_bounce', sendId: berta.id });
    expect(await suppressedFor(anna.address)).toBeNull();
  });

  it('with marks of several mails: a person has to look', async () => {
    const raw = sample('arf-yahoo.eml', { ...anna, unsubscribe: berta.unsubscribe });
    expect(await handleBounce(tools, raw, 'imap')).toMatchObject({
      outcome: 'kept',
      problem: expect.stringContaining('several'),
    });
  });
});

describe('whatever comes in', () => {
  it('is read, ignored for a reason, or kept; nothing throws, nobody is stopped', {
    timeout: 60_000,
  }, async () => {
    const broken = fc
      .tuple(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 40 }),
        fc.nat(),
      )
      .map(([name, bites, cut]) => {
        const bytes = Buffer.from(sample(name, guessed));
        for (const [at, byte] of bites) bytes[at % bytes.length] = byte;
        return bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
      });
    const anything = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(broken, anything), async (raw) => {
        const { outcome } = await handleBounce(tools, raw, 'pipe');
        expect(['ignored', 'kept']).toContain(outcome);
      }),
      { numRuns: 300 },
    );
    expect(await suppressions()).toBe(0);
  });

  it('is read in no time, even when it is made to take long', async () => {
    const head =
      'Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n';
    for (const filling of ['a', 'A: b\r\n\r\n', 'Final-Recipient: a@', ' x\r\n', '<', '+s1.']) {
      const raw = Buffer.from(head + filling.repeat(2_000_000 / filling.length));
      const before = performance.now();
      readMessage(await openMessage(raw));
      expect(performance.now() - before).toBeLessThan(2000);
    }
  });

  it('is read in no time, however many addresses it names in however long a text', () => {
    const addresses = Array.from({ length: 2000 }, (_, i) => `person.${i}@kunde.example`);
    const words = 'user unknown a@b.c.d.e '.repeat(5000);
    const exim = new Map([['x-failed-recipients', addresses]]);
    const qmail = `Hi. This is the qmail-send program.\n\n${addresses.map((a) => `<${a}>:\n`).join('')}${words}`;
    const groups = addresses.map((a) => `Final-Recipient: rfc822; ${a}\r\nAction: failed`).join('\r\n\r\n');
    const report = { type: 'message/delivery-status', text: groups };
    for (const message of [
      { headers: exim, text: `${addresses.join(' ')}\n${words}`, parts: [] },
      { headers: new Map(), text: qmail, parts: [] },
      { headers: new Map(), text: `${addresses.join('\n')} ${words}`, parts: [report] },
    ]) {
      const before = performance.now();
      expect(readMessage({ subject: '', html: '', ...message })).toMatchObject({ kind: 'report' });
      expect(performance.now() - before).toBeLessThan(1000);
    }
  });
});

describe('what PostgreSQL does not take', () => {
  it('is left out of a report that counts', async () => {
    const clara = await sendTo('clara@kunde.example', new Date('2026-03-03T08:00:00Z'));
    const dora = await sendTo('dora@kunde.example', new Date('2026-03-03T08:00:00Z'));
    const spoilt = (mail: SentMail, word: string) =>
      Buffer.from(
        sample('postfix-unknown-user.eml', mail).toString('latin1').replaceAll('550', word),
        'latin1',
      );
    for (const [mail, word] of [
      [clara, '550 \0\x1b'],
      [dora, '550 \ud800'],
    ] as const) {
      const raw = spoilt(mail, word);
      expect(await handleBounce(tools, raw, 'imap')).toMatchObject({ outcome: 'recorded', sendId: mail.id });
    }
    expect(await suppressedFor(clara.address)).toBe('bounced');
  });

  it('is kept for a person, so that the message does not come again and again', async () => {
    const emil = await sendTo('emil@kunde.example', new Date('2026-03-03T08:00:00Z'));
    await sql`alter table mail_events add constraint refuses check (send_id <> ${sql.lit(emil.id)})`.execute(
      db,
    );
    expect(await handleBounce(tools, sample('postfix-unknown-user.eml', emil), 'imap')).toMatchObject({
      outcome: 'kept',
      problem: expect.stringContaining('database'),
    });
    expect(await suppressedFor(emil.address)).toBeNull();
  });
});
