import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
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
    expect(found).toMatchObject({ messages: 6, sent: 6, classes: { customers: 4, up: 2 }, passedOver: 2 });
    expect(found.months).toEqual([{ month: '2024-03', classes: expect.objectContaining({ customers: 4 }) }]);
  });

  it('links to files are followed, also out of the folder; files without an ending that begin like an mbox count', async () => {
    file('outside/a.eml', mail('x@nordwerk.example'));
    file('links/Sent', inMbox(mail('y@nordwerk.example')));
    file('links/Sent.msf', 'an index');
    file('links/README', 'From the author: this is no mailbox.\nNo.\n');
    symlinkSync(join(dir, 'outside/a.eml'), join(dir, 'links/b.eml'));
    symlinkSync('nowhere', join(dir, 'links/dangling.eml'));
    symlinkSync('itself.eml', join(dir, 'links/itself.eml'));
    symlinkSync(join(dir, 'outside'), join(dir, 'links/folder'));
    const found = await test('links');
    expect(found).toMatchObject({ messages: 2, sent: 2, passedOver: 4, problems: { total: 0 } });
  });

  it('a file that is given twice, or has two names, counts once, with a remark', async () => {
    file('twice/a.eml', mail('x@nordwerk.example'));
    symlinkSync('a.eml', join(dir, 'twice/b.eml'));
    symlinkSync('twice', join(dir, 'twice-again'));
    const { sent, problems } = await test('twice', 'twice-again', 'twice/a.eml');
    expect(sent).toBe(1);
    expect(problems.named.map(({ file, code }) => [file.slice(dir.length), code])).toEqual([
      ['/twice/b.eml', 'same_file'],
      ['/twice-again/a.eml', 'same_file'],
      ['/twice-again/b.eml', 'same_file'],
      ['/twice/a.eml', 'same_file'],
    ]);
  });

  it('a folder may hold any number of files', () => {
    for (let i = 0; i < 20_000; i += 1) file(`many/${i}.eml`, '');
    const find = join(import.meta.dirname, '../../src/mailtest/find.ts');
    const script = `const { findMail } = await import(${JSON.stringify(find)});
      console.log((await findMail([${JSON.stringify(join(dir, 'many'))}])).files.length);`;
    // 20,000 on a tenth of the usual stack stand for 200,000
    const args = ['--stack-size=98', '--input-type=module', '-e', script];
    expect(execFileSync(process.execPath, args).toString().trim()).toBe('20000');
  }, 60_000);

  it('a pipe is read as it comes, compressed or not, a byte at the beginning or all at once', async () => {
    const pipe = join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const both = inMbox(mail('x@nordwerk.example')) + inMbox(mail('chef@orvelin.example'));
    const through = async (content: string | Buffer) => {
      const source = file('source', content);
      const writer = spawn('sh', [
        '-c',
        `{ head -c 1 "$1"; sleep 0.1; tail -c +2 "$1"; } > "$2"`,
        'sh',
        join(dir, source),
        pipe,
      ]);
      const [found] = await Promise.all([test('pipe'), once(writer, 'close')]);
      return found;
    };
    for (const content of [both, gzipSync(both)]) {
      expect(await through(content)).toMatchObject({ sent: 2, classes: { customers: 1, up: 1 } });
    }
    expect(await through(mail('x@nordwerk.example'))).toMatchObject({ sent: 1, problems: { total: 0 } });
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

  it('a compressed file with something behind its end counts, and the rest is named', async () => {
    const two = inMbox(mail('x@nordwerk.example')) + inMbox(mail('chef@orvelin.example'));
    file('behind.mbox.gz', Buffer.concat([gzipSync(two), Buffer.from('GARBAGE')]));
    const { sent, problems } = await test('behind.mbox.gz');
    expect(sent).toBe(2);
    expect(problems.byCode).toEqual({ trailing_bytes: 1 });
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
