import { sql } from 'kysely';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startWeb } from '../../src/web/web.ts';
import { seedEffect } from '../effect/seed.ts';
import { accessibilityProblems, fitsWidth } from '../stands/accessible.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
let web: WebStand;
beforeEach(async () => {
  web = await webStand(db);
});

const get = (url: string) =>
  web.app.inject({ url, headers: { host: 'localhost:3000', 'accept-language': 'de' } });
const SENT = new Date('2026-07-20T08:00:00Z');
const LASER = { sku: 'LASER', productKey: 'laser', contentId: 'firmware', sentAt: SENT };

describe('the page on effects', () => {
  test('says what will be there before there is anything', async () => {
    const { statusCode, body } = await get('/effect');
    expect(statusCode).toBe(200);
    expect(body).toContain('Noch gibt es keine Mails, deren Wirkung sich messen ließe.');
  });

  test('shows campaigns with counts, a sentence each and intervals on one scale', async () => {
    await seedEffect(db, {
      campaignId: 'juli',
      ...LASER,
      mailed: 1900,
      mailedBuyers: 152,
      heldOut: 200,
      heldOutBuyers: 4,
    });
    await seedEffect(db, {
      campaignId: 'klein',
      ...LASER,
      mailed: 50,
      mailedBuyers: 2,
      heldOut: 3,
      heldOutBuyers: 0,
    });
    const { body } = await get('/effect');
    expect(body).toMatch(
      /<p class="lead">Von 1\.000 Angeschriebenen kauften \d\d mehr als von 1\.000 Menschen, die keine Mails bekommen/,
    );
    expect(body).toContain(
      'Campaign juli<small>Von 1.000 Angeschriebenen kauften 60 mehr als von 1.000 Menschen',
    );
    expect(body).toContain('152 von 1.900 kauften');
    expect(body).toContain('4 von 200 kauften');
    expect(body).toContain('Campaign klein<small>Zu wenige, um etwas zu wissen.');
    expect(body).toContain('Das ist die erste Mail jeder Person, vom 20. Juli 2026.');
    expect(body).toContain('Stand: 12.10.2026, 11:00');
    // the row of which nothing is known has no interval
    expect(body.match(/class="whiskers/g)).toHaveLength(1);
    expect(body).toContain('Über Umsatz sagen diese Zahlen darum nichts.');
  });

  test('names nightly rounds in the language of the page', async () => {
    const rename = (name: string) =>
      db.updateTable('campaigns').set({ name }).where('id', '=', 'juli').execute();
    await rename('Nightly round 2026-07-20');
    const { body } = await get('/effect?by=campaign');
    await rename('Campaign juli');
    expect(body).toContain('Nächtliche Runde vom 20.07.2026<small>');
    expect(body).not.toContain('Nightly round');
  });

  test('goes down to products and content, by their names, and into one campaign', async () => {
    expect((await get('/effect?by=product')).body).toContain('Laserdrucker LX<small>');
    const { body } = await get('/effect?by=content');
    expect(body).toContain('Firmware 4 für Ihren Laserdrucker LX<small>');
    const one = await get('/effect?campaign=klein');
    expect(one.body).toContain('<a href="campaigns/klein">Campaign klein</a>');
    expect(one.body).toContain('2 von 50 kauften');
    expect(one.body).not.toContain('1.900');
  });

  test('waits with numbers until the first window is over', async () => {
    web.clock.advance(-53 * 86_400_000);
    const { body } = await get('/effect');
    expect(body).toContain('<p class="lead">Noch zu früh');
    expect(body).not.toMatch(/\d kauften/);
  });

  test('counts anew after some minutes, not at every look', async () => {
    const first = (await get('/effect?campaign=klein')).body;
    await sql`update purchases set quantity = 9 where customer_id like 'klein-%'`.execute(db);
    expect((await get('/effect?campaign=klein')).body).toBe(first);
    web.clock.advance(10 * 60_000);
    const later = (await get('/effect?campaign=klein')).body;
    expect(first).toContain('4 Stück');
    expect(later).toContain('18 Stück');
    expect(later).toContain('Stand: 12.10.2026, 11:10');
  });

  test('speaks English, takes nonsense for nothing, and knows no campaign that is not there', async () => {
    expect((await get('/effect?lang=en&by=moon')).body).toContain('Of 1,000 mailed people');
    expect((await get('/effect?campaign=nope')).statusCode).toBe(404);
    expect((await get('/effect?campaign=%00')).statusCode).toBe(404);
  });

  test('is found from the first page and from each campaign', async () => {
    expect((await get('/')).body).toContain('<a href="effect">Was Mails bewirken</a>');
    expect((await get('/campaigns/juli')).body).toContain(
      'href="../effect?campaign&#x3D;juli"'.replace('&#x3D;', '='),
    );
  });
});

describe.skipIf(!chromiumAvailable())('in a browser', () => {
  test('is accessible, fits a phone and can be seen in the dark', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const stand = await webStand(db, { publicUrl: `http://localhost:${port}`, port });
    const server = await startWeb(stand.options);
    const browser = await launchChromium();
    onTestFinished(async () => {
      await browser.close();
      await server.close();
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        locale: 'de-DE',
        colorScheme,
        viewport: { width: 1200, height: 900 },
      });
      const page = await context.newPage();
      await page.goto(`http://localhost:${port}/effect`);
      await page.getByRole('heading', { name: 'Was Mails bewirken' }).waitFor();
      await page.getByRole('rowheader', { name: 'Campaign juli' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await fitsWidth(page)).toBe(true);
      expect(await accessibilityProblems(page)).toEqual([]);
      await context.close();
    }
  });
});
