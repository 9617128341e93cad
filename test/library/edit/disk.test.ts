import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { hashOf, readFileNow, removeFileNow, writeFileNow } from '../../../src/library/edit/disk.ts';
import { bytesOfText, textOfBytes } from '../../../src/library/edit/text.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spielbein-edit-'));
  await mkdir(join(dir, 'offers'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

test('writes all at once, keeps the mode, and leaves nothing else behind', async () => {
  const file = join(dir, 'offers/a.yaml');
  await writeFile(file, 'old');
  await chmod(file, 0o640);
  await writeFileNow(dir, 'offers/a.yaml', Buffer.from('new'));
  expect(await readFile(file, 'utf8')).toBe('new');
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect(await readdir(join(dir, 'offers'))).toEqual(['a.yaml']);
  expect(await readFileNow(dir, 'offers/a.yaml')).toEqual({
    data: Buffer.from('new'),
    hash: hashOf(Buffer.from('new')),
  });
});

test('makes a missing folder, and knows when there is no file', async () => {
  expect(await readFileNow(dir, 'questions/a.yaml')).toBeNull();
  await writeFileNow(dir, 'questions/a.yaml', Buffer.from('new'));
  expect((await readFileNow(dir, 'questions/a.yaml'))?.data.toString()).toBe('new');
  await removeFileNow(dir, 'questions/a.yaml');
  expect(await readFileNow(dir, 'questions/a.yaml')).toBeNull();
});

test('follows no link, neither of a file nor of a folder, to anywhere', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'spielbein-outside-'));
  onTestFinished(() => rm(outside, { recursive: true, force: true }));
  await writeFile(join(outside, 'secret.yaml'), 'secret');
  await symlink(join(outside, 'secret.yaml'), join(dir, 'offers/a.yaml'));
  await symlink(join(dir, 'nowhere'), join(dir, 'offers/b.yaml'));
  await symlink(outside, join(dir, 'products'));
  for (const file of ['offers/a.yaml', 'offers/b.yaml', 'products/secret.yaml', 'products/new.yaml']) {
    await expect(readFileNow(dir, file)).rejects.toMatchObject({ code: 'link' });
    await expect(writeFileNow(dir, file, Buffer.from('mine'))).rejects.toMatchObject({ code: 'link' });
    await expect(removeFileNow(dir, file)).rejects.toMatchObject({ code: 'link' });
  }
  expect(await readdir(outside)).toEqual(['secret.yaml']);
  expect(await readFile(join(outside, 'secret.yaml'), 'utf8')).toBe('secret');
});

test('the folder itself may be a link, as deployments make them', async () => {
  const link = `${dir}-link`;
  await symlink(dir, link);
  onTestFinished(() => rm(link, { force: true }));
  await writeFileNow(link, 'offers/a.yaml', Buffer.from('new'));
  expect(await readFile(join(dir, 'offers/a.yaml'), 'utf8')).toBe('new');
});

test('reads neither folders nor files that nobody wrote by hand', async () => {
  await mkdir(join(dir, 'offers/a.yaml'));
  await expect(readFileNow(dir, 'offers/a.yaml')).rejects.toMatchObject({ code: 'no_file' });
  await writeFile(join(dir, 'offers/b.yaml'), Buffer.alloc(1_000_001));
  await expect(readFileNow(dir, 'offers/b.yaml')).rejects.toMatchObject({ code: 'too_large' });
});

test('a text keeps the line ends and the mark of its file', () => {
  const posted = 'a: 1\r\nb: 2\r\n';
  expect(bytesOfText(posted, null).toString()).toBe('a: 1\nb: 2\n');
  expect(bytesOfText('a: 1', Buffer.from('a: 0\n')).toString()).toBe('a: 1\n');
  expect(bytesOfText(posted, Buffer.from('\uFEFFa: 0\r\n')).toString()).toBe('\uFEFFa: 1\r\nb: 2\r\n');
  expect(textOfBytes(Buffer.from('a: 1\r\n'))).toBe('a: 1\n');
  expect(textOfBytes(Buffer.from([0xff, 0xfe]))).toBeNull();
});
