import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { AT_THIS_MACHINE } from '../../../src/domain/person.ts';
import { hashOf } from '../../../src/library/edit/disk.ts';
import { type Place, placeOf } from '../../../src/library/edit/place.ts';
import { listActs } from '../../../src/people/audit.ts';
import { bodiesOf, editsOf } from '../../../src/studio/editing/history.ts';
import { type Desk, saveContent } from '../../../src/studio/editing/save.ts';
import { testDatabase } from '../../stands/database.ts';
import { smallLibrary } from '../../web/small-library.ts';

const { db } = await testDatabase();
let desk: Desk;
let nr = 0;

beforeEach(async () => {
  desk = { db, ...(await smallLibrary()) };
  nr += 1;
});

const place = (kind: string, id: string) => placeOf(kind, id) as Place;
const read = (file: string) => readFile(join(desk.libraryDir, file), 'utf8');
const save = (at: Place, text: string | null, basedOn: string | null, who = `P${nr}`) =>
  saveContent(desk, {
    place: at,
    data: text === null ? null : Buffer.from(text),
    basedOn,
    person: { ...AT_THIS_MACHINE, name: who },
    now: new Date('2026-10-12T09:00:00Z'),
  });
const hash = (text: string) => hashOf(Buffer.from(text));

const schulung = place('developments', 'schulung');
const file = 'developments/schulung.yaml';

test('writes the same file, and keeps what it was, who it was and that it was', async () => {
  const before = await read(file);
  const after = before.replace('Ein Tag am Laser', 'Zwei Tage am Laser');
  expect(await save(schulung, after, hash(before), 'Ada')).toMatchObject({ kind: 'saved' });
  expect(await read(file)).toBe(after);
  const [edit] = await editsOf(db, schulung);
  expect(edit).toMatchObject({ who: 'Ada', beforeHash: hash(before), afterHash: hash(after) });
  const bodies = await bodiesOf(db, schulung, edit?.id ?? 0);
  expect([bodies?.before?.toString(), bodies?.after?.toString()]).toEqual([before, after]);
  expect((await listActs(db, { limit: 1, subject: `library/${file}` }))[0]).toMatchObject({
    who: 'Ada',
    action: 'content_saved',
    detail: { as: 'changed' },
  });
  expect(await bodiesOf(db, place('offers', 'kamera'), edit?.id ?? 0)).toBeNull();
});

test('of two people the second is told, and nothing is lost', async () => {
  const before = await read(file);
  const texts = ['Anna', 'Bert', 'Cleo'].map((name) => before.replace('Ein Tag', `${name}s Tag`));
  const became = await Promise.all(texts.map((text) => save(schulung, text, hash(before))));
  expect(became.map(({ kind }) => kind).sort()).toEqual(['changed', 'changed', 'saved']);
  const winner = texts[became.findIndex(({ kind }) => kind === 'saved')];
  expect(await read(file)).toBe(winner);
  for (const one of became) if (one.kind === 'changed') expect(one.now?.data.toString()).toBe(winner);
});

test('an edit that somebody made with an editor is not overwritten', async () => {
  const before = await read(file);
  await writeFile(join(desk.libraryDir, file), `${before}# by hand\n`);
  expect(await save(schulung, before.replace('Ein', 'Mein'), hash(before))).toMatchObject({
    kind: 'changed',
  });
  expect(await read(file)).toBe(`${before}# by hand\n`);
});

test.each([
  ['a text that is no YAML', 'de: [', 'yaml_syntax'],
  ['a field that there is not', 'colour: red', 'unknown_key'],
  [
    'texts that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: [${'*b,'.repeat(60)}*b]`,
    'yaml_alias',
  ],
  ['a book', `# ${'x'.repeat(200_001)}`, 'file_too_large'],
  [
    'thousands of fields that there are not',
    Array.from({ length: 15_000 }, (_, n) => `k${n}: 1`).join('\n'),
    'unknown_key',
  ],
  ['nesting without end', '['.repeat(20_000), 'yaml_syntax'],
])('refuses %s, and writes nothing', async (_what, text, code) => {
  const before = await read(file);
  const became = await save(schulung, text, hash(before));
  expect(became).toMatchObject({ kind: 'refused' });
  expect(became.kind === 'refused' && became.problems.map((each) => each.code)).toContain(code);
  expect(became.kind === 'refused' && became.problems[0]).toMatchObject({ file });
  expect(await read(file)).toBe(before);
});

test('refuses to remove what other files name, says where, and removes what nobody names', async () => {
  const laser = place('products', 'laser');
  const became = await save(laser, null, hash(await read('products/laser.yaml')));
  expect(became.kind === 'refused' && became.problems.map((each) => each.file)).toEqual(
    expect.arrayContaining(['developments/firmware.yaml', 'offers/kamera.yaml']),
  );
  expect(await save(schulung, null, hash(await read(file)))).toEqual({
    kind: 'saved',
    hash: null,
    warnings: [],
  });
  await expect(read(file)).rejects.toThrow('ENOENT');
  expect((await editsOf(db, schulung))[0]).toMatchObject({ afterHash: null });
});

test('one of two broken files can be mended at a time', async () => {
  const before = await read(file);
  await writeFile(join(desk.libraryDir, file), 'de: [');
  await writeFile(join(desk.libraryDir, 'offers/kamera.yaml'), 'de: [');
  expect(await save(schulung, before, hash('de: ['))).toMatchObject({ kind: 'saved' });
});

test('a new file is made, but not over one that is there', async () => {
  const fresh = place('developments', 'neu');
  const text = await read(file);
  expect(await save(fresh, text, null)).toMatchObject({ kind: 'saved' });
  expect(await save(fresh, `${text}# twice\n`, null)).toMatchObject({ kind: 'changed' });
  expect(await save(fresh, text, hash(text))).toEqual({ kind: 'same' });
});

test('a template that does not compile is refused with its line', async () => {
  const mail = place('mail', 'newsletter.txt');
  const before = await readFile(join(desk.templatesDir, mail.file), 'utf8');
  const became = await save(mail, `${before}\n{{#each}}`, hash(before));
  expect(became).toMatchObject({ kind: 'refused', problems: [{ file: mail.file, code: 'template' }] });
  expect(await save(mail, `${before}\nEnde`, hash(before))).toMatchObject({ kind: 'saved' });
  expect(await readFile(join(desk.templatesDir, mail.file), 'utf8')).toBe(`${before}\nEnde`);
});

test('a link in place of a file or folder is left alone, and nothing is noted', async () => {
  const path = join(desk.libraryDir, file);
  await rm(path);
  await writeFile(join(desk.templatesDir, 'target.yaml'), 'target');
  await symlink(join(desk.templatesDir, 'target.yaml'), path);
  const edits = (await editsOf(db, schulung)).length;
  expect(await save(schulung, 'mine', hash('target'))).toEqual({ kind: 'trouble', code: 'link' });
  await rm(join(desk.libraryDir, 'offers'), { recursive: true });
  await mkdir(join(desk.templatesDir, 'elsewhere'));
  await symlink(join(desk.templatesDir, 'elsewhere'), join(desk.libraryDir, 'offers'));
  expect(await save(place('offers', 'neu'), 'mine', null)).toEqual({ kind: 'trouble', code: 'link' });
  expect(await editsOf(db, schulung)).toHaveLength(edits);
});

test('a file whose commit fails has its history all the same, once', async () => {
  await sql`
    create sequence commits;
    create function fail_once() returns trigger language plpgsql as $$
      begin if nextval('commits') = 1 then raise 'no commit'; end if; return null; end $$;
    create constraint trigger fail_once after insert on library_edits
      deferrable initially deferred for each row execute function fail_once()`.execute(db);
  const before = await read(file);
  const after = before.replace('Ein Tag', 'Kein Tag');
  const edits = (await editsOf(db, schulung)).length;
  try {
    expect(await save(schulung, after, hash(before), 'Dora')).toMatchObject({ kind: 'saved' });
  } finally {
    await sql`drop function fail_once cascade`.execute(db);
  }
  expect(await read(file)).toBe(after);
  const history = await editsOf(db, schulung);
  expect(history).toHaveLength(edits + 1);
  expect(history[0]).toMatchObject({ who: 'Dora', beforeHash: hash(before), afterHash: hash(after) });
  expect((await bodiesOf(db, schulung, history[0]?.id ?? 0))?.after?.toString()).toBe(after);
  const [act] = await listActs(db, { limit: 1, subject: `library/${file}` });
  expect(act).toMatchObject({ who: 'Dora', action: 'content_saved' });
});
