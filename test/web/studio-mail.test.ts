import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createEncoder } from '../../src/deliver/encode.ts';
import { createMailer } from '../../src/deliver/mailer.ts';
import type { Mail } from '../../src/deliver/smtp/session.ts';
import { createCamera } from '../../src/studio/chromium.ts';
import { createWeb } from '../../src/web/web.ts';
import { chromiumAvailable } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend, webStand } from './stand.ts';

const { db } = await testDatabase();
const HOST = { host: 'localhost:3000' };
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

describe('a mail in the studio', async () => {
  await seedSend(db, { id: 'k1' });
  await db.deleteFrom('shown_blocks').execute();
  await db.deleteFrom('sends').execute();

  /** The studio with a way for test mails that keeps what is handed to it. */
  async function open() {
    const stand = await webStand(db);
    const sent: Mail[] = [];
    const mailer = createMailer({
      from: { name: 'Prüfwerk', address: 'news@pruefwerk.example' },
      replyTo: null,
      links: stand.links,
      randomKey: 'tests',
      encode: createEncoder({ dkim: null }),
      returnPaths: null,
    });
    const transport = {
      send: async (mail: Mail) => {
        sent.push(mail);
        return { kind: 'sent' as const, response: '250 ok', status: null };
      },
      abort() {},
      close: async () => {},
    };
    const { config } = stand.options;
    const app = await createWeb({
      ...stand.options,
      config: { ...config, operatorEmail: 'betrieb@pruefwerk.example' },
      mail: async () => ({ mailer, transport }),
    });
    onTestFinished(() => app.close());
    const get = (search: string) => app.inject({ url: `/preview${search}`, headers: HOST });
    const sendTest = async (to: string, view = '?customer=k1') => {
      const { headers } = await app.inject({
        method: 'POST',
        url: '/preview/test',
        headers: {
          ...HOST,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: new URLSearchParams({ to, view }).toString(),
      });
      return /told=([a-z_]+)/.exec(String(headers.location))?.[1];
    };
    return { ...stand, app, sent, get, sendTest };
  }

  test('is, for whatever is tried out, the mail that it would really be', async () => {
    const { get } = await open();
    const tried = await get('/mail?customer=k1&ratio=100&consent=existing_customer');
    await db
      .updateTable('customers')
      .set({ innovation_ratio: 1, consent: 'existing_customer' })
      .where('id', '=', 'k1')
      .execute();
    const real = await get('/mail?customer=k1');
    await db
      .updateTable('customers')
      .set({ innovation_ratio: null, consent: 'consent' })
      .where('id', '=', 'k1')
      .execute();
    const usual = await get('/mail?customer=k1');
    expect(tried.body).toBe(real.body);
    expect(tried.body).not.toBe(usual.body);
  });

  test('has the headers, the text and the bytes that would be sent', async () => {
    const { get } = await open();
    const eml = await get('/mail.eml?customer=k1');
    expect(eml.headers['content-type']).toContain('message/rfc822');
    const head = eml.body.slice(0, eml.body.indexOf('\r\n\r\n'));
    const names = [...head.matchAll(/^([A-Za-z-]+):/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['From', 'To', 'Subject', 'List-Unsubscribe-Post']));
    const { body } = await get('?customer=k1&tab=headers');
    for (const name of names) expect(body).toContain(`<th scope="row">${name}</th>`);
    expect(head).toContain('k1@kunde.example');
  });

  test('goes as a test to people of the company and listed addresses only, as it is on screen', async () => {
    const { sent, sendTest, libraryDir } = await open();
    const settings = join(libraryDir, 'settings.yaml');
    const listed = 'preview: { testAddresses: ["*@qa.pruefwerk.example"] }\n';
    await writeFile(settings, `${await readFile(settings, 'utf8')}${listed}`);
    for (const to of [
      'k1@kunde.example',
      'wer@anders.example',
      'a@qa.pruefwerk.example, wer@anders.example',
      'a@qa.pruefwerk.example\r\nBcc: wer@anders.example',
      '<a@qa.pruefwerk.example>',
      '',
    ])
      expect([to, await sendTest(to)]).toEqual([to, 'test_not_allowed']);
    expect(sent).toEqual([]);

    expect(await sendTest('betrieb@pruefwerk.example', '?customer=k1&content=kamera')).toBe('test_sent');
    expect(await sendTest('A@qa.pruefwerk.example')).toBe('test_sent');
    expect(sent).toHaveLength(2);
    const [offer, whole] = sent.map((mail) => String(mail.raw).replace(/=\r\n/g, ''));
    expect(offer).toContain('Die Kamera liest mit');
    expect(offer).not.toMatch(/Firmware 4 f|Ein Tag am Laser/);
    expect(whole).toMatch(/Firmware 4 f|Ein Tag am Laser/);
    expect(offer).not.toContain('k1@kunde.example');

    const acts = await db.selectFrom('audit_log').selectAll().where('action', '=', 'test_sent').execute();
    expect(acts).toHaveLength(2);
    expect(JSON.stringify(acts)).not.toContain('@');
    expect(await db.selectFrom('sends').selectAll().execute()).toEqual([]);
  });

  test('of a view with what PostgreSQL has no place for is the mail without it', async () => {
    const { sendTest } = await open();
    expect(await sendTest('betrieb@pruefwerk.example', '?customer=k1%00&own=%00')).toBe('test_sent');
  });

  test('of a campaign stays in its form when refused, with customer and address, and out of the address line', async () => {
    const { app, sent } = await open();
    await seedSend(db, { id: 'k2' });
    onTestFinished(async () => {
      for (const table of ['shown_blocks', 'sends'] as const) await db.deleteFrom(table).execute();
      await db.updateTable('customers').set({ opted_out: true }).where('id', '=', 'k2').execute();
    });
    const refused = await app.inject({
      method: 'POST',
      url: '/campaigns/herbst/setup/test',
      headers: {
        ...HOST,
        'sec-fetch-site': 'same-origin',
        'accept-language': 'de',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams({ to: 'wer@anders.example', customer: 'k2' }).toString(),
    });
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('darf keine Testmail gehen');
    expect(refused.body).toContain('name="to" value="wer@anders.example"');
    expect(refused.body).toContain('<option value="k2" selected>');
    expect(refused.body).not.toContain('<option value="k1" selected>');
    expect(sent).toEqual([]);
  });

  test('has no address to go to in a new installation, and is told where there would be one', async () => {
    const { app } = await webStand(db);
    const headers = { ...HOST, 'accept-language': 'de' };
    const { body } = await app.inject({ url: '/campaigns/herbst/setup/test', headers });
    expect(body).toContain('Noch ist keine Adresse erlaubt');
    expect(body).toMatch(/<a href="[./]*people">/);
    expect(body).toMatch(/<a href="[./]*library\/settings\/settings">/);
  });

  test('says kindly that there is no browser for pictures here', async () => {
    const before = process.env.CHROMIUM;
    process.env.CHROMIUM = '';
    const path = process.env.PATH;
    process.env.PATH = '';
    onTestFinished(() => {
      process.env.PATH = path;
      if (before === undefined) delete process.env.CHROMIUM;
      else process.env.CHROMIUM = before;
    });
    const { get } = await open();
    const answer = await get('/mail.png?customer=k1');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('Chromium');
  });

  test.runIf(chromiumAvailable())('is a picture at the width and in the light that were chosen', async () => {
    const { get } = await open();
    const sizes: Record<string, number | undefined> = {};
    for (const search of ['&width=phone', '&scheme=fully']) {
      const { rawPayload, headers } = await get(`/mail.png?customer=k1${search}`);
      expect(headers['content-type']).toBe('image/png');
      expect(rawPayload.subarray(0, 4)).toEqual(PNG);
      sizes[search] = (await sharp(rawPayload).metadata()).width;
    }
    expect(sizes).toEqual({ '&width=phone': 750, '&scheme=fully': 1400 });
  });

  test.runIf(chromiumAvailable())('is pictured without network, files and scripts', async () => {
    const visits: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      visits.push(request.url);
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const camera = createCamera();
    onTestFinished(async () => {
      await camera.close();
      server.close();
    });
    const png = await camera.shoot(
      `<!doctype html><html><head><meta http-equiv="refresh" content="0;url=${url}/refreshed">
      <link rel="stylesheet" href="${url}/style"><link rel="preconnect" href="${url}">
      <style>@import "${url}/import"; body { margin: 0; background: url(${url}/ground) } div { width: 375px; height: 100px; background: #fff }</style></head>
      <body><div></div><script>document.querySelector('div').style.background = '#f00'; fetch('${url}/fetch')</script>
      <img src="${url}/image"><iframe src="${url}/frame"></iframe><iframe src="file:///etc/passwd" width="300" height="300"></iframe>
      <object data="file:///etc/passwd"></object></body></html>`,
      375,
    );
    expect(visits).toEqual([]);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(750);
    // white: the script did not run
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
  });
});
