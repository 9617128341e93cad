import { cp, mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { contentSource } from '../../src/render/content.ts';
import {
  changesBetween,
  type FileHashes,
  readContentFiles,
  versionId,
} from '../../src/render/version/files.ts';
import { loadFiles } from '../../src/render/version/load.ts';
import { recentlyUsed } from '../../src/render/version/recently-used.ts';
import { keptFile, newestHashes, readVersion, storeVersion } from '../../src/render/version/store.ts';
import { testDatabase } from '../stands/database.ts';
import { smallLibrary } from '../web/small-library.ts';
import { mail, proven } from './stand.ts';

const { db } = await testDatabase();
const publicUrl = 'https://news.orvelin.test';
let folders: { libraryDir: string; templatesDir: string };
beforeEach(async () => {
  folders = await smallLibrary();
  await db.deleteFrom('content_versions').execute();
  await db.deleteFrom('content_files').execute();
});

/** Another process with its own memory, and folders of its own if told. */
const source = (own = folders) => contentSource({ ...own, publicUrl, db });
const inLibrary = (path: string) => join(folders.libraryDir, path);
const rows = async () => {
  const { rows: found } = await sql<{ versions: number; files: number }>`
    select (select count(*) from content_versions)::int as versions,
      (select count(*) from content_files)::int as files`.execute(db);
  return found[0];
};
const headline = async (from: ReturnType<typeof source>, id: string) =>
  (await from.version(id)).library.developments.get('schulung')?.de?.headline;
const schulung = (text: string) => `
kind: training
products: [laser]
published: 2025-01-01
de: { headline: "${text}", body: Kommen Sie vorbei. }
en: { headline: A day at the laser, body: Come and see. }
`;

describe('a kept version', () => {
  it('is the content of then, whatever is edited or removed afterwards', async () => {
    const id = await source().keep();
    await writeFile(inLibrary('developments/schulung.yaml'), schulung('Zwei Tage am Laser'));
    expect(await headline(source(), id)).toBe('Ein Tag am Laser');
    await rm(folders.libraryDir, { recursive: true });
    await rm(join(folders.templatesDir, 'mail'), { recursive: true });
    expect(await headline(source(), id)).toBe('Ein Tag am Laser');
  });

  it('is rendered like the content it was made from', async () => {
    const here = source();
    const [current, kept] = [await here.current(), await source().version(await here.keep())];
    expect(kept.library.version).toBe(current.library.version);
    const input = mail([proven('firmware', 'laser'), proven('schulung', 'laser')]);
    expect(kept.renderer.render(input)).toEqual(current.renderer.render(input));
  });

  it('comes from the database: a machine without these files has it', async () => {
    const id = await source().keep();
    const elsewhere = { libraryDir: '/nowhere/library', templatesDir: '/nowhere' };
    expect(await headline(source(elsewhere), id)).toBe('Ein Tag am Laser');
  });

  it('kept again, or by many at once, is one; equal files of two versions are kept once', async () => {
    const ids = await Promise.all([1, 2, 3, 4].map(() => source().keep()));
    expect(new Set(ids).size).toBe(1);
    const before = await rows();
    await writeFile(inLibrary('developments/schulung.yaml'), schulung('Zwei Tage am Laser'));
    expect(ids).not.toContain(await source().keep());
    expect(await rows()).toEqual({ versions: 2, files: (before?.files ?? 0) + 1 });
  });

  it('is loaded once in a process, also when several ask at once', async () => {
    const here = source();
    const id = await here.keep();
    const [a, b] = await Promise.all([here.version(id), here.version(id)]);
    expect(a.renderer).toBe(b.renderer);
  });

  it('leaves no temporary folders behind', async () => {
    const own = await mkdtemp(join(tmpdir(), 'spielbein-temporary-'));
    onTestFinished(() => rm(own, { recursive: true }));
    vi.stubEnv('TMPDIR', own);
    onTestFinished(() => void vi.unstubAllEnvs());
    await source().version(await source().keep());
    expect(await readdir(own)).toEqual([]);
  });

  it('writes nowhere but in its folder, whatever its paths are', async () => {
    for (const path of [
      'library/../../escaped',
      '/etc/escaped',
      'library/a/../../../escaped',
      'templates/web/x.hbs',
      'library/..\\escaped',
      'library/a\0b',
      'library//x',
      'library/',
    ]) {
      const loaded = loadFiles(new Map([[path, Buffer.from('x')]]), { ...folders, publicUrl });
      await expect(loaded, path).rejects.toMatchObject({ name: 'ContentError' });
    }
  });

  it('that the database does not have as it was kept is refused, and says what to do', async () => {
    await expect(source().version('0'.repeat(64))).rejects.toThrow(/not in the database.*campaign refresh/s);
    const id = await source().keep();
    await db
      .updateTable('content_files')
      .set({ body: Buffer.from('other') })
      .execute();
    await expect(source().version(id)).rejects.toThrow(/as it was kept/);
  });
});

describe('broken content', () => {
  it('is not read again for everybody who asks, and is looked at again soon', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const here = source();
    const problem = () => here.current().catch((error: unknown) => error);
    await writeFile(inLibrary('developments/schulung.yaml'), 'kind: [');
    const first = await problem();
    expect(first).toBeInstanceOf(Error);
    expect(await problem()).toBe(first);
    vi.advanceTimersByTime(5000);
    expect(await problem()).not.toBe(first);
    await writeFile(inLibrary('developments/schulung.yaml'), schulung('Drei Tage'));
    vi.advanceTimersByTime(5000);
    expect(await problem()).toMatchObject({ library: expect.anything() });
  });

  it('is refused with file and line in the folder that people edit, and is not kept', async () => {
    await writeFile(inLibrary('developments/schulung.yaml'), schulung('x').replace('laser', 'lazer'));
    const refused = source().keep();
    await expect(refused).rejects.toMatchObject({ name: 'LibraryError' });
    await expect(refused).rejects.toThrow(folders.libraryDir);
    await expect(refused).rejects.toThrow(/developments\/schulung\.yaml:3:\d+/);
    expect(await rows()).toEqual({ versions: 0, files: 0 });
  });

  it('is a broken or missing template too', async () => {
    const template = join(folders.templatesDir, 'mail/newsletter.txt');
    await writeFile(template, 'Guten Tag\n{{#each}');
    await expect(source().keep()).rejects.toMatchObject({
      name: 'TemplateError',
      file: 'mail/newsletter.txt',
    });
    await rm(template);
    await expect(source().keep()).rejects.toThrow(`${template} cannot be read`);
    expect(await rows()).toEqual({ versions: 0, files: 0 });
  });

  it('may be mended: the next try succeeds', async () => {
    const here = source();
    await writeFile(inLibrary('settings.yaml.bak'), 'does no harm');
    await writeFile(inLibrary('developments/schulung.yaml'), 'kind: [');
    await expect(here.keep()).rejects.toThrow();
    await writeFile(inLibrary('developments/schulung.yaml'), schulung('Drei Tage'));
    expect(await headline(here, await here.keep())).toBe('Drei Tage');
  });
});

describe('what belongs to content', () => {
  const paths = async () => [...(await readContentFiles(folders)).keys()];

  it('is the library and the templates of mails, in one order', async () => {
    const found = await paths();
    expect(found).toEqual([...found].sort());
    expect(found).toContain('library/pictures/laser.png');
    expect(found).toContain('templates/mail/partials/footer.mjml');
    expect(found.filter((path) => !/^(library|templates\/mail)\//.test(path))).toEqual([]);
  });

  it('is nothing hidden, and no link that loading would not follow or that leads out', async () => {
    const before = await paths();
    await mkdir(inLibrary('.git'));
    await writeFile(inLibrary('.git/HEAD'), 'x');
    await writeFile(inLibrary('developments/.schulung.yaml.swp'), 'x');
    const outside = await mkdtemp(join(tmpdir(), 'spielbein-outside-'));
    onTestFinished(() => rm(outside, { recursive: true }));
    await writeFile(join(outside, 'secret'), 'x');
    await symlink(join(outside, 'secret'), inLibrary('pictures/secret.png'));
    await symlink(join(outside, 'secret'), join(folders.templatesDir, 'mail/secret.mjml'));
    await symlink(outside, inLibrary('more'));
    await symlink('nothing', inLibrary('dangling'));
    expect(await paths()).toEqual(before);
    await cp(inLibrary('settings.yaml'), inLibrary('.settings'));
    await rm(inLibrary('settings.yaml'));
    await symlink('.settings', inLibrary('settings.yaml'));
    expect(await paths()).toEqual(before);
  });

  it('is bounded; the largest file is named', async () => {
    await writeFile(inLibrary('pictures/original.psd'), '');
    await truncate(inLibrary('pictures/original.psd'), 60_000_000);
    await expect(source().keep()).rejects.toThrow(/61 MB.*50 MB.*library\/pictures\/original\.psd \(60 MB\)/);
  });
});

describe('the newest of kept files', () => {
  it('is that of the latest version that has it, per path', async () => {
    const keep = async (picture: string | null, at: string) => {
      const body = picture === null ? [] : ([['library/pictures/a.png', Buffer.from(picture)]] as const);
      const id = await storeVersion(db, new Map([['library/x', Buffer.from(at)], ...body]));
      await db.updateTable('content_versions').set({ created_at: at }).where('id', '=', id).execute();
      return id;
    };
    await keep('new', '2026-02-01T00:00:00Z');
    const first = await keep('old', '2026-01-01T00:00:00Z');
    await keep(null, '2026-03-01T00:00:00Z');
    const newest = await newestHashes(db, 'library/pictures');
    expect([...newest.keys()]).toEqual(['library/pictures/a.png']);
    const hash = newest.get('library/pictures/a.png') ?? '';
    expect((await keptFile(db, hash))?.toString()).toBe('new');
    expect(await keptFile(db, 'none')).toBeNull();
    expect((await readVersion(db, first)).get('library/pictures/a.png')?.toString()).toBe('old');
  });
});

const hashes = fc.dictionary(
  fc.string({ minLength: 1 }),
  fc.constantFrom('aa', 'bb', 'cc'),
) as fc.Arbitrary<FileHashes>;

describe('ids and changes', () => {
  it('the id depends on paths and contents, not on their order', () => {
    fc.assert(
      fc.property(hashes, hashes, (a, b) => {
        expect(versionId(Object.fromEntries(Object.entries(a).reverse()))).toBe(versionId(a));
        const { added, removed, changed } = changesBetween(a, b);
        expect(versionId(a) === versionId(b)).toBe(added.length + removed.length + changed.length === 0);
      }),
    );
  });

  it('changes turn the one version into the other', () => {
    fc.assert(
      fc.property(hashes, hashes, (a, b) => {
        const { added, removed, changed } = changesBetween(a, b);
        const turned = new Map(Object.entries(a));
        for (const path of removed) expect(turned.delete(path)).toBe(true);
        for (const path of added) expect(turned.has(path)).toBe(false);
        for (const path of [...added, ...changed])
          turned.set(path, new Map(Object.entries(b)).get(path) ?? '');
        expect([...turned].sort()).toEqual(Object.entries(b).sort());
      }),
    );
  });
});

describe('what was used recently', () => {
  it('stays, the oldest goes, and what failed is tried again', async () => {
    const loads: string[] = [];
    const get = recentlyUsed<string>(2);
    const load = (key: string) => get(key, async () => `${loads.push(key)}`);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await load(key);
    expect(loads).toEqual(['a', 'b', 'c', 'b']);
    await expect(get('d', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await load('d')).toBe('5');
  });
});
