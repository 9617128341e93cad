import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startWeb } from '../../src/web/web.ts';
import { accessibilityProblems } from '../stands/accessible.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { linksInMail } from './scanner.ts';
import { seedSend, webStand } from './stand.ts';

/** The one thing of a browser's globals that these tests use; the project has no DOM types. */
interface Styles {
  getComputedStyle(element: unknown): { backgroundColor: string };
}

describe.skipIf(!chromiumAvailable())('in a browser', async () => {
  const { db } = await testDatabase();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  /** A running server, a mail that was sent, and a page in German; a broken rule of the page fails the test. */
  async function open(given: {
    id: string;
    asPerson?: boolean;
    colorScheme?: 'dark' | 'light';
    javaScriptEnabled?: boolean;
    /** The server's clock stands still until it is advanced. */
    stopped?: boolean;
  }) {
    const port = await freePort();
    const stand = await webStand(db, { publicUrl: `http://localhost:${port}`, port });
    const began = Date.now();
    const ticking = () => new Date(stand.clock.now().getTime() + Date.now() - began);
    const web = await startWeb({ ...stand.options, now: given.stopped ? stand.clock.now : ticking });
    const sendId = await seedSend(db, { id: given.id });
    const context = await browser.newContext({
      locale: 'de-DE',
      javaScriptEnabled: given.javaScriptEnabled ?? true,
      colorScheme: given.colorScheme ?? 'light',
    });
    if (given.asPerson) {
      await context.addInitScript(() =>
        Object.defineProperty(Object.getPrototypeOf(globalThis.navigator), 'webdriver', { get: () => false }),
      );
    }
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    onTestFinished(async () => {
      await context.close();
      await web.close();
      expect(complaints).toEqual([]);
    });
    return { ...stand, url: `http://localhost:${port}`, page, sendId };
  }

  const answersOf = (sendId: number) =>
    db.selectFrom('heard_answers').select(['position', 'answer']).where('send_id', '=', sendId).execute();
  const fitsPhone = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth');

  test('an answer is one click in the mail: the page sends it by itself for people', async () => {
    const { page, links, sendId, clock } = await open({ id: 'b1', asPerson: true });
    await page.goto(links.answer(sendId, 0, 'yes'));
    await page.getByText('wird gleich von selbst abgeschickt').waitFor();
    await page.getByRole('heading', { name: 'Vielen Dank' }).waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'yes' }]);
    clock.advance(2000);
    await page.getByRole('button', { name: 'Rufen Sie mich an' }).click();
    await page.getByText('Wir rufen Sie an.').waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'call' }]);
  });

  test('a link that is opened again, in another language or from the mail, sends nothing by itself', async () => {
    const { page, links, sendId, clock } = await open({ id: 'b13', asPerson: true });
    await page.goto(links.answer(sendId, 0, 'yes'));
    await page.getByLabel('Nicht für mich').check();
    clock.advance(2000);
    await page.getByRole('button', { name: 'Antwort abschicken' }).click();
    await page.getByText('Notiert: „Nicht für mich“').waitFor();
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByText('Noted: “Not for me”').waitFor();
    await page.goto(links.answer(sendId, 0, 'yes'));
    await page.getByText('Bei uns steht: „Nicht für mich“').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.waitForTimeout(3500);
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'no' }]);
    await page.getByRole('button', { name: 'Antwort abschicken' }).click();
    await page.getByText('Notiert: „Ja, bitte“').waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'yes' }]);
  });

  test('of two tabs that would both send themselves, the second one says what is noted', async () => {
    const { page, links, sendId } = await open({ id: 'b14', asPerson: true });
    const other = await page.context().newPage();
    await other.goto(links.answer(sendId, 0, 'no'));
    await other.waitForTimeout(1000);
    await page.goto(links.answer(sendId, 0, 'yes'));
    await other.getByText('Notiert: „Nicht für mich“').waitFor();
    await page.getByText('Notiert: „Nicht für mich“').waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'no' }]);
  });

  test('whoever wants to say something else is not overruled', async () => {
    const { page, links, sendId } = await open({ id: 'b2', asPerson: true });
    await page.goto(links.answer(sendId, 2, 'yes'));
    await page.getByLabel('Nein').check();
    await page.waitForTimeout(3000);
    expect(await answersOf(sendId)).toEqual([]);
    await page.getByRole('button', { name: 'Antwort abschicken' }).click();
    await page.getByRole('heading', { name: 'Vielen Dank' }).waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 2, answer: 'no' }]);
  });

  test.each<[string, (page: Page) => Promise<unknown>]>([
    ['its button', (page) => page.getByRole('button', { name: 'Anhalten' }).click()],
    [
      'its button, by keyboard',
      async (page) => {
        await page.getByRole('button', { name: 'Anhalten' }).focus();
        await page.keyboard.press('Enter');
      },
    ],
    ['a key', (page) => page.keyboard.press('ArrowDown')],
    ['a pointer', (page) => page.getByRole('group', { name: 'Ihre Antwort' }).dispatchEvent('pointerdown')],
    ['the focus', (page) => page.getByRole('radio', { name: 'Ja, bitte' }).focus()],
    [
      'coming back to it',
      (page) => page.evaluate('dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))'),
    ],
  ])('what sends itself is stopped by %s, for good', async (_, stop) => {
    const { page, links, sendId } = await open({ id: `b2-${crypto.randomUUID()}`, asPerson: true });
    await page.goto(links.answer(sendId, 0, 'yes'));
    const note = page.getByText('wird gleich von selbst abgeschickt');
    await note.waitFor();
    await stop(page);
    await note.waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Anhalten' }).count()).toBe(0);
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.waitForTimeout(3000);
    expect(await answersOf(sendId)).toEqual([]);
    await page.getByRole('button', { name: 'Antwort abschicken' }).click();
    await page.getByRole('heading', { name: 'Vielen Dank' }).waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'yes' }]);
  });

  test('what sends itself says nothing, and waits, while nobody sees it', async () => {
    const { page, links, sendId } = await open({ id: 'b2-hidden', asPerson: true });
    await page.goto(links.answer(sendId, 0, 'yes'));
    const note = page.getByText('wird gleich von selbst abgeschickt');
    await note.waitFor();
    const see = (state: string) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await see('hidden');
    await note.waitFor({ state: 'detached' });
    await page.waitForTimeout(3000);
    expect(await answersOf(sendId)).toEqual([]);
    await see('visible');
    await page.getByRole('heading', { name: 'Vielen Dank' }).waitFor();
  });

  test('an automated browser that only looks says nothing', async () => {
    const { page, links, sendId } = await open({ id: 'b3' });
    await page.goto(links.answer(sendId, 0, 'yes'));
    await page.waitForTimeout(3000);
    expect(await answersOf(sendId)).toEqual([]);
  });

  test('answering works by keyboard alone, without scripts, on a phone', async () => {
    const { page, links, sendId, clock } = await open({ id: 'b4', javaScriptEnabled: false });
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(links.answer(sendId, 0, 'yes'));
    await page.getByRole('radio', { name: 'Ja, bitte' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    clock.advance(2000);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Vielen Dank' }).waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'call' }]);
  });

  test('unsubscribing is one of two buttons, and can be undone', async () => {
    const { page, links, sendId, clock } = await open({ id: 'b5', colorScheme: 'dark' });
    await page.setViewportSize({ width: 375, height: 812 });
    await page.goto(links.unsubscribe(sendId));
    expect(await fitsPhone(page)).toBe(true);
    clock.advance(2000);
    await page.getByRole('button', { name: 'Ja, abmelden' }).click();
    await page.getByRole('heading', { name: 'Sie sind abgemeldet' }).waitFor();
    const key = 'b5@kunde.example';
    const entry = () =>
      db.selectFrom('suppressions').select('reason').where('email_key', '=', key).executeTakeFirst();
    expect(await entry()).toEqual({ reason: 'unsubscribed' });
    clock.advance(2000);
    await page.getByRole('button', { name: 'Abmeldung zurücknehmen' }).click();
    await page.getByRole('heading', { name: 'Alles wie vorher' }).waitFor();
    expect(await entry()).toBeUndefined();
  });

  test('whoever is hasty is asked once more, and answers by keyboard, without scripts', async () => {
    const { page, links, sendId, clock } = await open({
      id: 'b10',
      javaScriptEnabled: false,
      stopped: true,
    });
    await page.goto(links.answer(sendId, 0, 'yes'));
    await page.getByRole('radio', { name: 'Nicht für mich' }).check();
    await page.getByRole('button', { name: 'Antwort abschicken' }).click();
    await page.getByRole('heading', { name: 'Bitte einmal bestätigen' }).waitFor();
    expect(await answersOf(sendId)).toEqual([]);
    await page.getByRole('button', { name: 'Ja, das war ich' }).focus();
    clock.advance(2000);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Vielen Dank' }).waitFor();
    expect(await answersOf(sendId)).toEqual([{ position: 0, answer: 'no' }]);
  });

  test('a browser that opens all links of a mail at once, and looks on like a person, says nothing', async () => {
    const stand = await open({ id: 'b11', asPerson: true });
    const { page, sendId } = stand;
    const links = await linksInMail(stand, sendId);
    expect(links.length).toBeGreaterThanOrEqual(13);
    const tabs = await Promise.all(links.map(() => page.context().newPage()));
    await Promise.all(
      // the library's links lead to places that are not there
      tabs.map((tab, index) => tab.goto(links[index] ?? '', { waitUntil: 'commit' }).catch(() => null)),
    );
    await page.waitForTimeout(4000);
    const asked = await Promise.all(tabs.map((tab) => tab.getByText('Bitte einmal bestätigen').count()));
    // they did send themselves
    expect(asked.filter((count) => count > 0).length).toBeGreaterThan(0);
    expect(await answersOf(sendId)).toEqual([]);
    const counted = db
      .selectFrom('visits')
      .select('link')
      .where('send_id', '=', sendId)
      .where('machine', 'is', null);
    expect(await counted.execute()).toEqual([]);
    const stops = db.selectFrom('suppressions').select('reason').where('email_key', '=', 'b11@kunde.example');
    expect(await stops.execute()).toEqual([]);
  });

  test('the pages behind links are for everybody, phone or desktop, light or dark', async () => {
    const { page, links, sendId, clock } = await open({ id: 'b12', stopped: true });
    const check = async (title: string) => {
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      expect([title, await accessibilityProblems(page)]).toEqual([title, []]);
    };
    const press = async (button: string, afterMs: number) => {
      clock.advance(afterMs);
      await page.getByRole('button', { name: button }).click();
    };
    await page.goto(links.answer(sendId, 0, 'yes'));
    await check('Möchten Sie dazu Informationen?');
    await press('Antwort abschicken', 0);
    await check('Bitte einmal bestätigen');
    await press('Ja, das war ich', 2000);
    await check('Vielen Dank');
    await page.goto(links.unsubscribe(sendId));
    await check('Möchten Sie keine Neuigkeiten mehr von uns bekommen?');
    await press('Ja, abmelden', 2000);
    await check('Sie sind abgemeldet');
    await press('Abmeldung zurücknehmen', 2000);
    await check('Alles wie vorher');
    await page.goto(links.answer(0, 0, 'yes'));
    await check('Das war eine Vorschau');
  }, 90_000);

  test('a hostile mail in the inbox runs nothing and reaches nobody', async () => {
    const { page, url } = await open({ id: 'b6' });
    const visits: string[] = [];
    const elsewhere = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.end();
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    onTestFinished(() => void elsewhere.close());
    const evil = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const html = `<html><head><meta http-equiv="refresh" content="0;url=${evil}/refreshed"></head><body>
      <h1>Hallo</h1><script>parent.document.title = 'stolen'; fetch('${evil}/fetched')</script>
      <img src="${url}/pictures/laser.png" id="own" alt="Laser"><img src="${evil}/pixel.png" onerror="fetch('${evil}/error')" alt="">
      <form action="${evil}/posted" method="post"><button>Absenden</button></form></body></html>`;
    const raw = `From: x@x.example\r\nTo: y@y.example\r\nSubject: <b>Hallo</b>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`;
    const { id } = await db
      .insertInto('mailbox')
      .values({
        mail_from: 'x@x.example',
        rcpt_to: ['y@y.example'],
        subject: '<b>Hallo</b>',
        raw: Buffer.from(raw),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    page.removeAllListeners('console');
    await page.goto(`${url}/inbox/${id}`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Hallo' }).waitFor();
    await frame.getByRole('button', { name: 'Absenden' }).click();
    await page.waitForTimeout(500);
    expect(
      await frame
        .locator('#own')
        .evaluate((image: unknown) => (image as { naturalWidth: number }).naturalWidth),
    ).toBe(1);
    expect(visits).toEqual([]);
    expect(await page.title()).toContain('Posteingang');
    await page.getByRole('link', { name: 'Quelltext' }).click();
    await page.getByText('parent.document.title').waitFor();
  });

  test('the preview shows a saved change within a second, and keeps what was typed', async () => {
    const { page, url, libraryDir } = await open({ id: 'b7' });
    await db.deleteFrom('shown_blocks').where('customer_id', '=', 'b7').execute();
    const live = page.waitForResponse((response) => response.url().endsWith('/preview/events'));
    await page.goto(`${url}/preview?customer=b7`);
    await live;
    const frame = page.frameLocator('iframe:not(.coming)');
    await frame.getByRole('heading', { name: 'Ein Tag am Laser' }).waitFor();
    await page.getByPlaceholder('Name, Firma').fill('halb getippt');

    const file = join(libraryDir, 'developments', 'schulung.yaml');
    const text = await readFile(file, 'utf8');
    const saved = Date.now();
    await writeFile(file, text.replace('Ein Tag am Laser', 'Zwei Tage am Laser'));
    await frame.getByRole('heading', { name: 'Zwei Tage am Laser' }).waitFor();
    const took = Date.now() - saved;
    // usually half a second; a busy machine gets some grace
    expect(took).toBeLessThan(3000);
    expect(await page.getByPlaceholder('Name, Firma').inputValue()).toBe('halb getippt');

    await writeFile(file, text.replace('kind: training', 'kind: Training'));
    await page.getByText('developments/schulung.yaml:1').waitFor();
    await writeFile(file, text);
    await frame.getByRole('heading', { name: 'Ein Tag am Laser' }).waitFor();
    // mail and notes arrive side by side, in either order
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  test('the studio shows a mistake in a template in place, and its repair, where one was', async () => {
    const { page, url, templatesDir } = await open({ id: 'b15' });
    await seedSend(db, { id: 'b16', lastName: 'von und zu Beispiel auf Langenbeispiel' });
    await db.deleteFrom('shown_blocks').where('customer_id', 'in', ['b15', 'b16']).execute();
    const live = page.waitForResponse((response) => response.url().endsWith('/preview/events'));
    await page.goto(`${url}/preview?customer=b15&width=phone`);
    await live;
    const frame = page.frameLocator('iframe:not(.coming)');
    await frame.getByRole('heading', { name: 'Ein Tag am Laser' }).waitFor();
    await page.mouse.wheel(0, 300);
    await page.waitForFunction('scrollY === 300');

    const file = join(templatesDir, 'mail', 'newsletter.mjml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('[[greeting]]', '[[greetingg]]'));
    const alert = page.getByRole('alert');
    await alert.getByText(/newsletter\.mjml:\d+/).waitFor();
    expect(await alert.locator('pre').textContent()).toContain('[[greetingg]]');
    // beside it, the last mail that was right
    await frame.getByRole('heading', { name: 'Ein Tag am Laser' }).waitFor();

    await writeFile(file, text.replace('[[greeting]]', 'Zum Ersten: [[greeting]]'));
    await frame.getByText('Zum Ersten:').waitFor();
    await alert.waitFor({ state: 'detached' });
    expect(await page.evaluate('scrollY')).toBe(300);
    expect(page.url()).toContain('customer=b15&width=phone');

    await page.keyboard.press('ArrowRight');
    await page.waitForURL((now) => now.searchParams.get('customer') !== 'b15');
    expect(new URL(page.url()).searchParams.get('width')).toBe('phone');
  });

  test('the studio switches widths and colours', async () => {
    const { page, url } = await open({ id: 'b8' });
    await db.deleteFrom('shown_blocks').where('customer_id', '=', 'b8').execute();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${url}/preview?customer=b8`);
    const width = () => page.locator('iframe:not(.coming)').evaluate((frame) => frame.clientWidth);
    const sheet = () =>
      page
        .frameLocator('iframe')
        .locator('body')
        .evaluate(
          (body: unknown) => (globalThis as unknown as Styles).getComputedStyle(body).backgroundColor,
        );
    expect(await width()).toBe(700);
    const light = await sheet();
    await page.getByRole('link', { name: 'Telefon' }).click();
    await page.locator('iframe.phone:not(.coming)').waitFor();
    expect(await width()).toBe(375);
    await page.getByRole('link', { name: 'Dunkel' }).click();
    await page.waitForURL(/scheme=dark/);
    await page.locator('iframe[src*="scheme=dark"]:not(.coming)').waitFor();
    await page.frameLocator('iframe:not(.coming)').getByRole('heading').first().waitFor();
    expect(await sheet()).not.toBe(light);
  });

  test('every page of the console fits a phone', async () => {
    const { page, url, sendId } = await open({ id: 'b9' });
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of [
      '/',
      '/campaigns/herbst',
      `/campaigns/herbst/sends/${sendId}`,
      '/inbox',
      '/preview?customer=b9',
    ]) {
      await page.goto(url + path);
      expect([path, await fitsPhone(page)]).toEqual([path, true]);
    }
  });
});
