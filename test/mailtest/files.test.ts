import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type People, readPeople } from '../../src/mailtest/people.ts';
import { readMailTest } from '../../src/mailtest/read.ts';

const dir = mkdtempSync(join(tmpdir(), 'spielbein-mailfiles-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const people = readPeople(
  'people.yaml',
  'me: [kim@orvelin.example]\ndomains: [orvelin.example]\nup: [chef@orvelin.example]\ncustomers: {domains: [nordwerk.example]}',
).people as People;
const test = (...paths: string[]) =>
  readMailTest({ paths: paths.map((path) => join(dir, path)), people, crm: null });

function file(path: string, content: string | Buffer): string {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), content);
  return path;
}

const mail = (to: string) =>
  `From: Kim <kim@orvelin.example>\nTo: ${to}\nDate: Mon, 4 Mar 2024 10:00:00 +0100\nSubject: x\n\nHello\n`;
const inMbox = (message: string) => `From - Mon Mar  4 10:00:00 2024\n${message}\n`;

describe('where mail is', () => {
  it('folders, with folders in them, by ending; Maildir by its folders; other files are passed over', async () => {
    file('box/a.eml', mail('x@nordwerk.example'));
    file('box/2023/B.EML', mail('chef@orvelin.example').replaceAll('\n', '\r\n'));
    file('box/2023/sent.mbox', inMbox(mail('y@nordwerk.example')) + inMbox(mail('chef@orvelin.example')));
    file('box/2022.mbox.gz', gzipSync(inMbox(mail('z@nordwerk.example'))));
    file('box/Maildir/cur/1709541.M1P2.host:2,S', mail('x@nordwerk.example'));
    file('box/Maildir/tmp/1709542.M1P2.host', mail('x@nordwerk.example'));
    file('box/notes.txt', mail('x@nordwerk.example'));
    symlinkSync(join(dir, 'box'), join(dir, 'box/again'));
    const found = await test('box');
    expect(found).toMatchObject({ messages: 6, sent: 6, classes: { customers: 4, up: 2 } });
    expect(found.months).toEqual([{ month: '2024-03', classes: expect.objectContaining({ customers: 4 }) }]);
  });

  it('single files, whatever their name: as mbox, as a message, with a byte order mark, compressed', async () => {
    file('Sent', inMbox(mail('x@nordwerk.example')));
    file('message', mail('x@nordwerk.example'));
    file('mark.eml', `\uFEFF${mail('x@nordwerk.example')}`);
    file('mark.mbox', `\uFEFF${inMbox(mail('x@nordwerk.example'))}`);
    file('packed', gzipSync(mail('x@nordwerk.example')));
    const found = await test('Sent', 'message', 'mark.eml', 'mark.mbox', 'packed');
    expect(found).toMatchObject({ messages: 5, sent: 5, classes: { customers: 5 }, problems: { total: 0 } });
  });

  it('may be broken: the message is named with its file, and the others count', async () => {
    file('broken/a.eml', 'To: x@nordwerk.example\n\nHello');
    file('broken/b.eml', '');
    file('broken/c.eml', mail('x@nordwerk.example'));
    file('broken/d.mbox', 'half of something\n');
    file('broken/e.mbox', '');
    const { sent, unreadable, problems } = await test('broken');
    expect({ sent, unreadable }).toEqual({ sent: 1, unreadable: 2 });
    expect(problems.named.map((p) => [p.file.slice(dir.length), p.message, p.offset, p.code])).toEqual([
      ['/broken/a.eml', 1, 0, 'no_from'],
      ['/broken/b.eml', 1, 0, 'no_headers'],
      ['/broken/d.mbox', null, 0, 'no_messages'],
    ]);
  });

  it('a compressed file that breaks off counts as far as it goes', async () => {
    const messages = Array.from({ length: 4000 }, (_, i) =>
      inMbox(mail(`x${(i * 7919) % 4001}@nordwerk.example`)),
    );
    const packed = gzipSync(messages.join(''));
    file('off.mbox.gz', packed.subarray(0, packed.length / 2));
    const { sent, problems } = await test('off.mbox.gz');
    expect(sent).toBeGreaterThan(1000);
    expect(sent).toBeLessThan(3999);
    expect(problems).toMatchObject({ total: 1, byCode: { truncated: 1 } });
  });
});

describe('what is no mail', () => {
  it('is told in words', async () => {
    await expect(test('nowhere.mbox')).rejects.toThrow(/nowhere\.mbox can't be read: there is no such file/);
    file('empty/readme.txt', 'x');
    await expect(test('empty')).rejects.toThrow(/There is no mail in the folder/);
    file('takeout.zip', Buffer.from('PK\u0003\u0004rest'));
    await expect(test('takeout.zip')).rejects.toThrow(/is a ZIP archive. Unpack it/);
    file('picture.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
    await expect(test('picture.jpg')).rejects.toMatchObject({
      name: 'MailTestError',
      message: expect.stringContaining('There is no readable mail'),
    });
  });
});

it('what was read is never changed', async () => {
  const before = inMbox(mail('x@nordwerk.example'));
  file('keep.mbox', before);
  await test('keep.mbox');
  expect(readFileSync(join(dir, 'keep.mbox'), 'utf8')).toBe(before);
});
