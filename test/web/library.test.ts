import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../src/domain/person.ts';
import { hashOf } from '../../src/library/edit/disk.ts';
import { addAccount } from '../../src/people/accounts.ts';
import { slugOf } from '../../src/web/console/library/make.ts';
import { testDatabase } from '../stands/database.ts';
import { until } from '../stands/process.ts';
import { seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
const HOST = { host: 'localhost:3000' };
const FORM = {
  ...HOST,
  origin: 'http://localhost:3000',
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
};
const KAMERA = '/library/offers/kamera';

let web: WebStand;
beforeAll(async () => {
  await seedSend(db);
});
beforeEach(async () => {
  web = await webStand(db);
});

const get = (url: string, cookie = '') =>
  web.app.inject({ url: `${url}${url.includes('?') ? '&' : '?'}lang=en`, headers: { ...HOST, cookie } });
const post = (url: string, fields: Record<string, string>, cookie = '') =>
  web.app.inject({
    method: 'POST',
    url: `${url}?lang=en`,
    headers: { ...FORM, cookie },
    payload: new URLSearchParams(fields).toString(),
  });
const fileOf = (file: string) => join(web.libraryDir, file);
const read = (file: string) => readFile(fileOf(file), 'utf8');
const hashNow = async (file: string) => hashOf(await readFile(fileOf(file)));

describe('the library in the browser', () => {
  test('says what there is, in which campaigns it is used, and how well it works', async () => {
    await until('it is counted', async () => (await get('/library')).body.includes('Counted:'));
    const list = await get('/library');
    expect(list.body).toContain('<a href="library/developments/schulung">A day at the laser</a>');
    expect(list.body).not.toContain('done=');
    const entry = await get(KAMERA);
    expect(entry.body).toContain('The camera reads along');
    expect(entry.body).toMatch(/<a href="\.\.\/\.\.\/campaigns\/herbst">Herbst<\/a>/);
    expect((await get('/library?kind=offers&show=unseen')).body).not.toContain('library/offers/kamera');
    expect((await get('/library?kind=products')).body).toContain('LX laser printer');
    expect((await get('/library?q=schulung')).body).not.toContain('developments/firmware');
    for (const kind of ['questions', 'pictures', 'mail', 'nonsense'])
      expect((await get(`/library?kind=${kind}`)).statusCode).toBe(200);
    for (const path of ['settings/settings', 'pictures/laser.png', 'mail/words.yaml', 'mail/header.mjml'])
      expect((await get(`/library/${path}`)).statusCode, path).toBe(200);
    const mail = await get(`${KAMERA}/mail`);
    expect(mail.headers['content-security-policy']).toContain('sandbox');
    expect(mail.body).toContain('The camera reads along');
  });

  test('changes a text by its field, in the same file, and leaves the rest as it was', async () => {
    const before = await read('offers/kamera.yaml');
    const form = await get(`${KAMERA}/edit`);
    expect(form.body).toContain('name="f.en.headline" lang="en" value="The camera reads along"');
    const fields = {
      as: 'fields',
      basedOn: await hashNow('offers/kamera.yaml'),
      text: before.replaceAll('\n', '\r\n'),
      'f.en.headline': 'The camera: it reads along',
    };
    const look = await post(`${KAMERA}/look`, { ...fields, in: 'en' });
    expect(look.body).toContain('The camera: it reads along');
    expect(look.headers['content-security-policy']).toContain('sandbox');
    expect(await read('offers/kamera.yaml')).toBe(before);
    const saved = await post(`${KAMERA}/edit`, fields);
    expect([saved.statusCode, saved.headers.location]).toEqual([
      303,
      '../../../library/offers/kamera?done=saved',
    ]);
    expect(await read('offers/kamera.yaml')).toBe(
      before.replace('headline: The camera reads along', 'headline: "The camera: it reads along"'),
    );
  });

  test('refuses what breaks the library, with the line, and keeps what was written', async () => {
    const before = await read('offers/kamera.yaml');
    const text = before.replace('published:', 'colour: <b>red</b>\npublished:');
    const fields = { as: 'text', basedOn: await hashNow('offers/kamera.yaml'), text };
    const refused = await post(`${KAMERA}/edit`, fields);
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('Nothing was saved');
    expect(refused.body).toMatch(/Line \d+:/);
    expect(refused.body).toContain('colour: &lt;b&gt;red&lt;/b&gt;');
    expect((await post(`${KAMERA}/look`, fields)).body).toContain('no field of this file');
    expect(await read('offers/kamera.yaml')).toBe(before);
  });

  test('keeps emphasis and all that stands after it; what fields cannot hold is never called saved', async () => {
    const path = '/library/developments/firmware';
    const file = 'developments/firmware.yaml';
    const fields = {
      as: 'fields',
      basedOn: await hashNow(file),
      text: await read(file),
      'f.de.body': 'Jetzt mit *zwei* Terminen.',
      'f.en.headline': 'Now *twice*',
    };
    expect((await post(`${path}/edit`, fields)).headers.location).toContain('done=saved');
    const after = await read(file);
    expect(after).toContain('Jetzt mit *zwei* Terminen.');
    expect(after).toContain('Now *twice*');
    const long = await post(`${path}/edit`, {
      ...fields,
      basedOn: await hashNow(file),
      text: after,
      'f.en.headline': 'x'.repeat(20_001),
    });
    expect(long.statusCode).toBe(422);
    expect(long.body).toContain('a field holds 20,000 characters');
    expect(long.body).toContain(`value="${'x'.repeat(20_001)}"`);
    expect(await read(file)).toBe(after);
    const aliased = 'de: &a { headline: x }\nen: *a\n';
    const again = { ...fields, basedOn: await hashNow(file), text: aliased };
    const refused = await post(`${path}/edit`, again);
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('cannot be changed field by field');
    expect(refused.body).toContain('Jetzt mit *zwei* Terminen.');
    expect(refused.body).toContain('name="as" value="text"');
    expect(await read(file)).toBe(after);
    expect((await post(`${path}/look`, again)).statusCode).toBe(200);
  });

  test('tells the second of two people, with both texts, and saves theirs only over what they saw', async () => {
    const before = await read('offers/kamera.yaml');
    const basedOn = await hashNow('offers/kamera.yaml');
    const first = before.replace('Every code.', 'Anna sees every code.');
    const second = before.replace('Every code.', 'Bert sees each code.');
    const both = await Promise.all(
      [first, second].map((text) => post(`${KAMERA}/edit`, { as: 'text', basedOn, text })),
    );
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
    const winner = await read('offers/kamera.yaml');
    const conflict = both.find(({ statusCode }) => statusCode === 409) as LightMyRequestResponse;
    expect(conflict.body).toContain('Anna sees every code.');
    expect(conflict.body).toContain('Bert sees each code.');
    const loser = winner === first ? second : first;
    const again = /name="basedOn" value="([0-9a-f]{64})"/.exec(conflict.body)?.[1] ?? '';
    expect(again).toBe(await hashNow('offers/kamera.yaml'));
    expect((await post(`${KAMERA}/edit`, { as: 'text', basedOn: again, text: loser })).statusCode).toBe(303);
    expect(await read('offers/kamera.yaml')).toBe(loser);
  });

  test('keeps every version, shows what changed, and brings an earlier one back', async () => {
    const before = await read('offers/kamera.yaml');
    const text = before.replace('Every code.', 'Every single code.');
    await post(`${KAMERA}/edit`, { as: 'text', basedOn: await hashNow('offers/kamera.yaml'), text });
    const link = /href="\.\.\/\.\.\/(library\/offers\/kamera\/history\/\d+)"/.exec(
      (await get(KAMERA)).body,
    )?.[1];
    const change = await get(`/${link}`);
    expect(change.body).toContain('<ins>');
    expect(change.body).toContain('Every single code.');
    const restored = await post(`${KAMERA}/restore`, {
      edit: link?.split('/').at(-1) ?? '',
      side: 'before',
      basedOn: await hashNow('offers/kamera.yaml'),
    });
    expect(restored.headers.location).toContain('done=restored');
    expect(await read('offers/kamera.yaml')).toBe(before);
    expect((await get('/library/offers/other/history/1')).statusCode).toBe(404);
  });

  test('makes a new entry, and removes one that nobody needs', async () => {
    expect((await get('/library/new?kind=developments&name=Kamera')).body).toContain('This name is taken.');
    const made = await get('/library/new?kind=developments&name=Neues+f%C3%BCr+%C3%96ler&about=laser');
    expect(made.headers.location).toBe('../library/developments/neues-fuer-oeler/edit?about=laser');
    const path = '/library/developments/neues-fuer-oeler';
    const form = await get(`${path}/edit?about=laser`);
    expect(form.body).toContain('products: [laser]');
    const text = /<textarea name="text" hidden>\n([^<]*)<\/textarea>/.exec(form.body)?.[1] ?? '';
    const fields = {
      as: 'fields',
      basedOn: '',
      text,
      'f.de.headline': 'Ganz neu',
      'f.en.headline': 'All new',
      'f.de.body': 'Neu für alle.',
      'f.en.body': 'New for all.',
    };
    const untouched = await post(`${path}/edit`, { as: 'fields', basedOn: '', text });
    expect(untouched.statusCode).toBe(422);
    expect(untouched.body.match(/This is still the placeholder\./g)).toHaveLength(4);
    expect((await post(`${path}/edit`, { as: 'text', basedOn: '', text })).body).toContain('Text (English)');
    const oneLanguage = { ...fields, 'f.de.headline': '', 'f.en.body': 'One or two short paragraphs.' };
    expect((await post(`${path}/edit`, oneLanguage)).body).toContain('This is still the placeholder.');
    await expect(read('developments/neues-fuer-oeler.yaml')).rejects.toThrow('ENOENT');
    expect((await post(`${path}/edit`, fields)).headers.location).toContain('done=made');
    expect(await read('developments/neues-fuer-oeler.yaml')).toContain('headline: Ganz neu');
    expect((await post(`${path}/edit`, { ...fields, 'f.de.headline': 'Zu spät' })).statusCode).toBe(409);
    const offer = '/library/offers/ganz-neu';
    const begun = /<textarea name="text" hidden>\n([^<]*)<\/textarea>/.exec(
      (await get(`${offer}/edit?about=laser`)).body,
    )?.[1];
    const bridged = await post(`${offer}/edit`, {
      ...fields,
      text: (begun ?? '').replaceAll('&quot;', '"'),
    });
    expect(bridged.statusCode).toBe(422);
    expect(bridged.body).toContain('Bridge to what customers own');
    expect(bridged.body).toContain('headline: All new');
    expect(bridged.body).toContain('name="as" value="text"');
    const remove = (at: string, basedOn: string) => post(`/library/${at}/remove`, { basedOn });
    const product = await remove('products/laser', await hashNow('products/laser.yaml'));
    expect(product.body).toContain('developments/firmware.yaml');
    const shown = await remove('offers/kamera', await hashNow('offers/kamera.yaml'));
    expect(shown.headers.location).toContain('refused=running');
    const basedOn = await hashNow('developments/neues-fuer-oeler.yaml');
    expect((await remove('developments/neues-fuer-oeler', basedOn)).headers.location).toContain(
      'done=removed',
    );
    expect((await get(path)).body).toContain('This file is no more.');
  });

  test('takes pictures that are pictures, under new names only', async () => {
    const upload = (name: string, data: Uint8Array<ArrayBuffer>, as = '') => {
      const form = new FormData();
      form.set('picture', new File([data], name));
      form.set('name', as);
      const body = new Response(form);
      return body.arrayBuffer().then((bytes) =>
        web.app.inject({
          method: 'POST',
          url: '/library/upload?lang=en',
          headers: { ...FORM, 'content-type': body.headers.get('content-type') ?? '' },
          payload: Buffer.from(bytes),
        }),
      );
    };
    const png = new Uint8Array(await readFile(fileOf('pictures/laser.png')));
    expect((await upload('Große Säge.PNG', png)).statusCode).toBe(303);
    expect(await readdir(fileOf('pictures'))).toEqual(['grosse-saege.png', 'laser.png']);
    expect((await upload('laser.png', png)).body).toContain('This name is taken.');
    expect((await upload('x.png', new TextEncoder().encode('<svg onload=hurt()>'))).statusCode).toBe(422);
    const large = new Uint8Array(1_000_001);
    large.set(png);
    expect((await upload('large.png', large)).body).toContain('larger than 1 MB');
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(20_000, 20);
    expect((await upload('bomb.png', new Uint8Array(bomb))).body).toContain('higher than 4,000 pixels');
    await upload('../../outside.png', png, '../../../outside');
    expect(await readdir(fileOf('pictures'))).toEqual(['grosse-saege.png', 'laser.png', 'outside.png']);
    expect(slugOf('../../etc/passwd')).toBe('etc-passwd');
    expect(slugOf('\0..\\..')).toBe('');
  });

  test('works while the library is broken: that is when it is needed', async () => {
    await writeFile(fileOf('developments/firmware.yaml'), 'de: [');
    await until('the mistake is seen', async () =>
      (await get('/library')).body.includes('<a href="library/developments/firmware">'),
    );
    expect((await get('/library/developments/firmware/edit')).body).toContain('de: [');
  });
});

describe('nobody gets out of the library, or beyond their role', () => {
  const OUT = [
    '..%2F..%2Fpackage',
    '%2e%2e%2f%2e%2e%2fsettings',
    '..%5c..%5csettings',
    '%252e%252e%252fsettings',
    '%2Fetc%2Fpasswd',
    'C:%5CWindows%5Cwin.ini',
    'kamera.yaml%00.png',
    '.git',
    'kamera%2e%2e',
    '\u2025%2fsettings',
  ];

  test('whatever the address says', async () => {
    const body = { as: 'text', basedOn: '', text: 'mine', edit: '1', side: 'before' };
    for (const id of OUT)
      for (const kind of ['offers', 'mail', 'pictures', 'settings', '..', '%2e%2e']) {
        for (const end of ['', '/edit', '/mail', '/history/1'])
          expect((await get(`/library/${kind}/${id}${end}`)).statusCode, `${kind}/${id}${end}`).toBe(404);
        for (const end of ['/edit', '/look', '/restore', '/remove'])
          expect((await post(`/library/${kind}/${id}${end}`, body)).statusCode).toBe(404);
      }
  });

  test('nor through a link that stands in the library', async () => {
    const outside = join(web.templatesDir, 'secret.yaml');
    await writeFile(outside, 'a secret of the machine');
    await symlink(outside, fileOf('offers/link.yaml'));
    await mkdir(join(web.templatesDir, 'elsewhere'));
    await rm(fileOf('products'), { recursive: true });
    await symlink(join(web.templatesDir, 'elsewhere'), fileOf('products'));
    for (const path of ['offers/link', 'offers/link/edit', 'products/neu/edit'])
      expect((await get(`/library/${path}`)).body).not.toContain('a secret of the machine');
    for (const path of ['offers/link', 'products/neu'])
      for (const basedOn of ['', hashOf(Buffer.from('a secret of the machine'))])
        expect((await post(`/library/${path}/edit`, { as: 'text', basedOn, text: 'x' })).statusCode).toBe(
          409,
        );
    expect(await readFile(outside, 'utf8')).toBe('a secret of the machine');
    expect(await readdir(join(web.templatesDir, 'elsewhere'))).toEqual([]);
  });

  test('forms of other sites change nothing', async () => {
    const before = await read('offers/kamera.yaml');
    const { statusCode } = await web.app.inject({
      method: 'POST',
      url: `${KAMERA}/edit`,
      headers: { ...FORM, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      payload: new URLSearchParams({
        as: 'text',
        basedOn: hashOf(Buffer.from(before)),
        text: 'x',
      }).toString(),
    });
    expect(statusCode).toBe(403);
    expect(await read('offers/kamera.yaml')).toBe(before);
  });

  test('viewers only look; settings and templates are for admins', async () => {
    const cookies: Partial<Record<Role, string>> = {};
    for (const role of ['viewer', 'marketer', 'admin'] as const) {
      const email = `${role}@firma.example`;
      const { password } = await addAccount(db, {
        by: { accountId: null, name: 'test', role: 'admin' },
        now: web.clock.now(),
        email,
        name: `Kim ${role}`,
        role,
      });
      const signedIn = await post('/sign-in', { email, password: password ?? '' });
      cookies[role] = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    }
    const may = async (role: Role, path: string) => {
      const page = await get(`/library/${path}/edit`, cookies[role]);
      const saved = await post(
        `/library/${path}/edit`,
        { as: 'text', basedOn: '0'.repeat(64), text: 'x' },
        cookies[role],
      );
      const looked = await post(
        `/library/${path}/look`,
        { as: 'text', basedOn: '', text: 'x' },
        cookies[role],
      );
      return [page, saved, looked].map(({ statusCode }) => statusCode);
    };
    expect(await may('viewer', 'offers/kamera')).toEqual([403, 403, 403]);
    expect(await may('marketer', 'offers/kamera')).toEqual([200, 409, 200]);
    for (const path of ['settings/settings', 'mail/header.mjml']) {
      expect(await may('viewer', path)).toEqual([403, 403, 403]);
      expect(await may('marketer', path)).toEqual([403, 403, 403]);
      expect((await may('admin', path)).slice(0, 2)).toEqual([200, 409]);
    }
    const entry = (await get(KAMERA, cookies.viewer)).body;
    expect(entry).toContain('The camera reads along');
    expect(entry).not.toMatch(/\/edit"|\/remove"/);
    expect((await post(`${KAMERA}/remove`, { basedOn: '0'.repeat(64) }, cookies.viewer)).statusCode).toBe(
      403,
    );
  });
});
