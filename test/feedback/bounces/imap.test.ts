import { createServer } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config.ts';
import { handleBounce } from '../../../src/feedback/bounces/handle.ts';
import { checkMailbox, readMailbox } from '../../../src/feedback/bounces/imap.ts';
import { testDatabase } from '../../stands/database.ts';
import { dovecotStand } from '../../stands/dovecot.ts';
import { freePort } from '../../stands/free-port.ts';
import { bounceStand, type SentMail, sample } from './stand.ts';

const { db } = await testDatabase();
const { tools, sendTo, suppressedFor } = bounceStand(db, () => new Date('2026-03-05T18:00:00Z'));
const server = await dovecotStand();
afterAll(async () => await server?.stop());

let people = 0;
let mail: SentMail;
beforeEach(async () => {
  mail = await sendTo(`person.${++people}@kunde.example`, new Date('2026-03-03T08:00:00Z'));
});
const handle = (raw: Buffer) => handleBounce(tools, raw, 'imap');

describe.skipIf(!server)('the bounce mailbox', () => {
  const stand = server as NonNullable<typeof server>;
  const url = new Secret(stand?.url ?? '');

  it('is read message by message, and what is read is marked', async () => {
    stand.deliver(sample('postfix-unknown-user.eml', mail));
    stand.deliver(sample('postfix-3.7-delayed.eml', mail));
    stand.deliver(sample('person.eml', mail));
    expect(await checkMailbox(url)).toEqual({ folder: 'INBOX', unread: 3 });
    expect(await readMailbox(url, handle)).toEqual({ recorded: 1, known: 0, ignored: 1, kept: 1, left: 0 });
    expect(await suppressedFor(mail.address)).toBe('bounced');
    expect(stand.unread()).toBe(0);
    expect(await readMailbox(url, handle)).toEqual({ recorded: 0, known: 0, ignored: 0, kept: 0, left: 0 });
  });

  it('keeps a message unread until it is committed, and goes on with the others', async () => {
    for (const name of ['postfix-unknown-user.eml', 'arf-yahoo.eml', 'gmail.eml'])
      stand.deliver(sample(name, mail));
    let left = 1;
    const breaksDown = async (raw: Buffer) => {
      if (left-- === 0) throw new Error('the database is away');
      return await handle(raw);
    };
    await expect(readMailbox(url, breaksDown)).rejects.toThrow('the database is away');
    expect(stand.unread()).toBe(1);
    const counts = await readMailbox(url, handle);
    expect(counts.recorded + counts.known).toBe(1);
    expect(stand.unread()).toBe(0);
    expect(
      (await db.selectFrom('mail_events').select('kind').where('send_id', '=', mail.id).execute()).length,
    ).toBe(2);
  });

  it('is left alone when nothing can be dealt with', async () => {
    for (let n = 0; n < 25; n++) stand.deliver(sample('person.eml', mail));
    let tried = 0;
    const breaksDown = async () => {
      tried += 1;
      throw new Error('the database is away');
    };
    await expect(readMailbox(url, breaksDown)).rejects.toThrow('the database is away');
    expect(tried).toBe(20);
    await readMailbox(url, handle);
    expect(stand.unread()).toBe(0);
  });

  it('keeps what there is no room for, unread and flagged, and is not asked for it again', async () => {
    stand.deliver(sample('person.eml', mail));
    const full = async () => ({ outcome: 'left', problem: 'too many wait' }) as const;
    expect(await readMailbox(url, full)).toMatchObject({ left: 1 });
    expect(await readMailbox(url, full)).toMatchObject({ left: 0 });
    expect(stand.unread()).toBe(1);
  });

  it('is left in peace when the process is told to stop', async () => {
    stand.deliver(sample('person.eml', mail));
    const before = stand.unread();
    await readMailbox(url, handle, AbortSignal.abort());
    expect(stand.unread()).toBe(before);
  });

  it('that refuses the password is explained, without naming anybody', async () => {
    const wrong = new Secret(`imap://bounces%40orvelin.test:wrong@127.0.0.1:${stand.port}`);
    const error = await readMailbox(wrong, handle).catch((e: Error) => e);
    expect(error).toMatchObject({
      name: 'MailboxError',
      message: expect.stringContaining('BOUNCE_IMAP_URL'),
    });
    expect(String(error)).not.toMatch(/wrong|bounces@|%40/);
  });

  it('without the folder is explained', async () => {
    const elsewhere = new Secret(`${stand.url}/Nirgends`);
    await expect(readMailbox(elsewhere, handle)).rejects.toThrow('no folder "Nirgends"');
  });
});

describe('a mailbox that is not there', () => {
  it('is explained', async () => {
    const url = new Secret(`imap://me:secret@127.0.0.1:${await freePort()}`);
    await expect(readMailbox(url, handle)).rejects.toThrow('nothing answers there');
  });

  it('is explained when the connection is cut', async () => {
    const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => rude.once('listening', resolve));
    const { port } = rude.address() as { port: number };
    const url = new Secret(`imap://me:secret@127.0.0.1:${port}`);
    await expect(readMailbox(url, handle)).rejects.toMatchObject({ name: 'MailboxError' });
    await new Promise((resolve) => rude.close(resolve));
  });
});
