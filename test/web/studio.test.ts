import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startWeb } from '../../src/web/web.ts';
import { accessibilityProblems } from '../stands/accessible.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { seedSend, webStand } from './stand.ts';

const { db } = await testDatabase();
const HOST = { host: 'localhost:3000' };

describe('the studio', async () => {
  await seedSend(db, { id: 'k1' });
  // they have seen nothing yet
  await db.deleteFrom('shown_blocks').execute();
  await db.deleteFrom('sends').execute();

  async function open() {
    const stand = await webStand(db);
    const get = async (search: string) => stand.app.inject({ url: `/preview${search}`, headers: HOST });
    return { ...stand, get };
  }
  /** Number of blocks of each leg that the page explains. */
  const legs = (html: string) => ({
    proven: html.match(/<p class="kind">Standbein</g)?.length ?? 0,
    experimental: html.match(/<p class="kind">Spielbein</g)?.length ?? 0,
  });
  /** Everything that the database holds, table by table. */
  const everything = async () => {
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = 'public' order by 1`.execute(
      db,
    );
    const found: Record<string, unknown> = {};
    for (const { name } of tables) {
      const { rows } = await sql<{ sum: string }>`
        select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${sql.table(name)} t`.execute(
        db,
      );
      found[name] = rows[0]?.sum;
    }
    return found;
  };

  test('shows what would be if ratio, consent and ownership were others, and keeps none of it', async () => {
    const { get } = await open();
    const before = await everything();
    const none = await get('?customer=k1&ratio=0');
    const all = await get('?customer=k1&ratio=100&consent=consent');
    expect(none.statusCode).toBe(200);
    expect(legs(none.body).experimental).toBe(0);
    expect(legs(all.body).experimental).toBeGreaterThan(0);
    const without = await get('?customer=k1&disown=laser');
    expect(legs(without.body).proven).toBe(0);
    const barred = await get('?customer=k1&consent=none');
    expect(barred.body).toContain('role="status"');
    for (const path of ['/mail', '/mail.eml', '/checks', '/sheet'])
      await get(`${path}?customer=k1&ratio=100`);
    expect(await everything()).toEqual(before);
  });

  test('gives every part its own id, and the mail a frame that scrolls by keyboard', async () => {
    const { get } = await open();
    const { body } = await get('?customer=k1');
    const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(body).toContain('<label for="piece">');
    // axe: scrollable-region-focusable
    expect(body).toMatch(/<div class="stage light" tabindex="0" role="group" aria-label="[^"]+">/);
  });

  test.each([
    [
      'values that there are not',
      '?customer=k1&ratio=999&consent=all&own=../../etc&scheme=evil&width=9&tab=x',
    ],
    ['endless names', `?customer=${'x'.repeat(5000)}`],
    ['names given twice', '?customer=k1&customer=k2&own=a&own=b'],
    ['markup', '?customer=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&search=%3Cb%3E'],
    ['paths', '?campaign=../../x&content=..%2F..%2Fetc%2Fpasswd'],
    ['hundreds of products', `?customer=k1&${'own=laser&'.repeat(600)}`],
  ])('is not confused by %s in the address', async (_, search) => {
    const { get } = await open();
    for (const path of ['', '/mail', '/sheet', '/checks']) {
      const answer = await get(path + search);
      expect([path, answer.statusCode]).toEqual([path, 200]);
      expect(answer.body).not.toContain('<script>alert');
    }
  });

  test('shows a mistake in a template with file, line and excerpt, and its repair', async () => {
    const { get, templatesDir } = await open();
    const file = join(templatesDir, 'mail', 'newsletter.mjml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('[[greeting]]', '[[greetingg]]'));
    const broken = await get('?customer=k1');
    expect(broken.body).toMatch(/newsletter\.mjml:\d+/);
    expect(broken.body).toContain('[[greetingg]]');
    // what the library's check says is English, on a German page too
    expect(broken.body).toMatch(/<p lang="en">[^<]*greetingg/);
    expect((await get('/mail?customer=k1')).body).toContain('data-nothing');
    await writeFile(file, text);
  });

  test('finds those worth a look, and puts forty of them side by side', async () => {
    const { get } = await open();
    await seedSend(db, {
      id: 'k2',
      firstName: 'Wilhelmine-Charlotte-Friederike',
      lastName: 'von und zu Hohenlohe',
    }).catch(() => {});
    const sheet = await get('/sheet');
    expect(sheet.statusCode).toBe(200);
    const frames = sheet.body.match(/<iframe/g)?.length ?? 0;
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThanOrEqual(40);
    expect(sheet.body.match(/<iframe[^>]*sandbox=/g)).toHaveLength(frames);
  });
});

describe.skipIf(!chromiumAvailable())('the studio in a browser', () => {
  test('begins with the phone on a phone, and keeps its header in one row on a desk', async () => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const server = await startWeb((await webStand(db, { publicUrl: url, port })).options);
    const browser = await launchChromium();
    onTestFinished(async () => {
      await browser.close();
      await server.close();
    });
    const phone = await browser.newPage({ viewport: { width: 375, height: 800 } });
    await phone.goto(`${url}/preview?customer=k1`);
    await phone.waitForURL(/width=phone/);
    await phone.locator('.stage iframe.phone:not(.coming)').waitFor();
    expect(await accessibilityProblems(phone, [{ width: 375, colorScheme: 'light' }])).toEqual([]);
    await phone.goto(`${url}/preview?customer=k1&width=desktop`);
    expect(await phone.locator('.stage iframe').getAttribute('class')).toBe('desktop');

    const raw = 'Subject: x\r\nContent-Type: text/html\r\n\r\n<p>Guten Tag</p>';
    const { id } = await db
      .insertInto('mailbox')
      .values({ mail_from: 'a@firma.example', rcpt_to: ['k1@kunde.example'], raw: Buffer.from(raw) })
      .returning('id')
      .executeTakeFirstOrThrow();
    await phone.goto(`${url}/inbox/${id}`);
    await phone.locator('.stage iframe.phone').waitFor();
    expect(await phone.locator('.switches [aria-current]').allTextContents()).toEqual(['Mail', 'Phone']);
    expect(await accessibilityProblems(phone, [{ width: 375, colorScheme: 'light' }])).toEqual([]);

    for (const locale of ['de-DE', 'en-GB'])
      for (const path of ['/preview?customer=k1', '/customers']) {
        const desk = await browser.newPage({ locale, viewport: { width: 1440, height: 900 } });
        await desk.goto(url + path);
        // as for somebody who is signed in
        const height = await desk.evaluate(`(() => {
          document.querySelector('.corner').insertAdjacentHTML('afterbegin', '<a class="person" href="me">Wilhelmine Hohenlohe</a>');
          document.querySelector('.corner').insertAdjacentHTML('beforeend', '<form><button class="link">${locale === 'de-DE' ? 'Abmelden' : 'Sign out'}</button></form>');
          return document.querySelector('body > header').getBoundingClientRect().height;
        })()`);
        expect([locale, path, Number(height) < 80]).toEqual([locale, path, true]);
        await desk.close();
      }
  }, 60_000);
});
