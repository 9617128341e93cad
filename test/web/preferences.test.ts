import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { loadPreferences } from '../../src/feedback/preferences/load.ts';
import { startWeb } from '../../src/web/web.ts';
import { accessibilityProblems } from '../stands/accessible.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { BROWSER, personAt } from './person.ts';
import { pathOf, seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
let count = 0;

/** A company that sells a scale, too, and a salesperson. */
async function seed(web: WebStand): Promise<{ sendId: number; customerId: string }> {
  count += 1;
  const customerId = `v${count}`;
  await writeFile(
    join(web.libraryDir, 'products', 'waage.yaml'),
    'skus: [WAAGE]\nfamily: Wägen\nde: { name: "Waage <W>", gender: f }\nen: { name: "Scale <W>" }\n',
  );
  const sendId = await seedSend(db, { id: customerId });
  await db
    .insertInto('products')
    .values({ id: 'p2', source: 'test', sku: 'WAAGE', name: 'Waage aus dem CRM', family: 'Wägen' })
    .onConflict((oc) => oc.doNothing())
    .execute();
  await db
    .insertInto('owners')
    .values({ id: 'o1', source: 'test', name: 'Jana Winter', email: 'jana@pruefwerk.example' })
    .onConflict((oc) => oc.doNothing())
    .execute();
  await db.updateTable('customers').set({ owner_id: 'o1' }).where('id', '=', customerId).execute();
  return { sendId, customerId };
}

const ownedBy = async (customerId: string) =>
  (
    await db
      .selectFrom('owned_products')
      .select('product_id')
      .where('customer_id', '=', customerId)
      .orderBy('product_id')
      .execute()
  ).map((row) => row.product_id);

describe('the preferences page', () => {
  let web: WebStand;
  let person: ReturnType<typeof personAt>;
  let sendId: number;
  let customerId: string;
  let link: string;
  beforeEach(async () => {
    web = await webStand(db);
    person = personAt(web);
    ({ sendId, customerId } = await seed(web));
    link = web.links.preferences(sendId);
  });

  const EVERYTHING =
    'shown=laser&used=laser&topics=version&topics=accessory&topics=service&topics=training' +
    '&topics=know-how&topics=offers&frequency=always&language=de&wish=none';
  const without = (field: string) => EVERYTHING.replace(`&${field}`, '');

  test('shows what holds now, what else there is, and who reads it', async () => {
    const { body, statusCode } = await person.open(link);
    expect(statusCode).toBe(200);
    expect(body).toContain('name="used" value="laser" checked');
    expect(body).toContain('name="used" value="waage"><span>Waage &lt;W&gt;</span>');
    expect(body).toContain('name="frequency" value="always" checked');
    expect(body).toContain('name="language" value="de" checked');
    expect(body).toContain('name="wish" value="none" checked');
    expect(body).toContain('Ihre Angaben liest: Jana Winter');
    expect(body).not.toContain(`${customerId}@kunde.example`);
  });

  test('says in words what has changed, and shows it from then on', async () => {
    const saved = await person.answer(
      link,
      without('topics=training').replace('always', 'quarterly').replace('&used=laser', '') +
        '&used=waage&pause=begin',
    );
    for (const words of [
      'Im Einsatz: Waage &lt;W&gt;.',
      'Nicht im Einsatz: Laserdrucker LX.',
      'Wir schreiben Ihnen nicht mehr zu: Schulungen.',
      'Sie bekommen höchstens einmal im Quartal Post.',
      'Vor dem 12.01.2027 schreiben wir Ihnen nicht.',
      'Jana Winter liest das.',
      'value="2027-01-12" checked',
    ])
      expect(saved.body).toContain(words);
    expect(await ownedBy(customerId)).toEqual(['p2']);
    const again = (await person.open(link)).body;
    expect(again).toContain('name="used" value="laser"><span>');
    expect(again).toContain('name="topics" value="training"><span>');
    expect(web.logged).toContainEqual({ event: 'preferences', fields: { send: sendId, changes: 5 } });
    expect((await person.answer(link, `${EVERYTHING}&pause=2027-01-12&used=laser`)).body).toContain(
      'Wieder gewünscht: Schulungen.',
    );
  });

  /** The hidden field that says what the page showed. */
  const shownIn = (html: string) =>
    (/name="before" value="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"');

  test('lets an old tab change only what was changed in it', async () => {
    const old = await person.open(link);
    const objection = without('topics=training').replace('always', 'important').replace('none', '-1');
    await person.answer(link, `${objection.replace('&used=laser', '')}&pause=begin`);
    const wishes = await loadPreferences(db, customerId);
    const said = encodeURIComponent(shownIn(old.body));
    const saved = await person.send(link, old, `${without('topics=service')}&before=${said}`);
    expect(saved.body).toContain('Wir schreiben Ihnen nicht mehr zu: Service.');
    expect(await loadPreferences(db, customerId)).toEqual({ ...wishes, topicsOff: ['service', 'training'] });
    expect(await ownedBy(customerId)).toEqual([]);
  });

  test('still knows what it had shown after a slip', async () => {
    const old = await person.open(link);
    await person.answer(link, without('topics=training'));
    const said = `&before=${encodeURIComponent(shownIn(old.body))}`;
    const slip = await person.send(link, old, `${EVERYTHING.replace('always', 'never')}${said}`);
    expect(slip.statusCode).toBe(422);
    expect(shownIn(slip.body)).toBe(shownIn(old.body));
    const again = encodeURIComponent(shownIn(slip.body));
    const saved = await person.send(link, slip, `${EVERYTHING.replace('always', 'monthly')}&before=${again}`);
    expect(saved.body).not.toContain('Schulungen.');
    expect(await loadPreferences(db, customerId)).toMatchObject({
      topicsOff: ['training'],
      frequency: 'monthly',
    });
  });

  test.each(['', '{', '{"language":"fr"}', 'null', '[]'])(
    'takes all of a form whose memory makes no sense: %s',
    async (memory) => {
      const payload = `${without('topics=training')}&before=${encodeURIComponent(memory)}`;
      expect((await person.answer(link, payload)).statusCode).toBe(200);
      expect((await loadPreferences(db, customerId)).topicsOff).toEqual(['training']);
    },
  );

  test('says so when nothing was different', async () => {
    expect((await person.answer(link, EVERYTHING)).body).toContain('Geändert hat sich nichts');
  });

  test('gives back what was filled in when a part of it makes no sense, and saves nothing', async () => {
    const page = await person.answer(
      link,
      without('topics=offers').replace('always', '<script>').replace('used=laser', 'used=waage'),
    );
    expect(page.statusCode).toBe(422);
    expect(page.body).toContain('role="alert"');
    expect(page.body).toContain('<a href="#frequency">');
    expect(page.body).not.toContain('<script>');
    expect(page.body).toContain('name="topics" value="offers"><span>');
    expect(page.body).toContain('name="used" value="waage" checked');
    expect(page.body).toContain('name="frequency" value="always" checked');
    expect(await ownedBy(customerId)).toEqual(['p1']);
    expect((await loadPreferences(db, customerId)).topicsOff).toEqual([]);
  });

  test.each(['', 'frequency=monthly', `${EVERYTHING}&pause=tomorrow`, `${EVERYTHING}&topics=weather`])(
    'saves nothing of half a form: "%s"',
    async (payload) => {
      expect((await person.answer(link, payload)).statusCode).toBe(422);
      expect(await db.selectFrom('preferences').where('customer_id', '=', customerId).execute()).toEqual([]);
    },
  );

  test('leads to the page that unsubscribes from everything, in the language chosen here', async () => {
    const page = await web.app.inject({ url: `${pathOf(link)}?lang=en`, headers: BROWSER });
    const href = /<a href="([^"]*)">Unsubscribe from everything/
      .exec(page.body)?.[1]
      ?.replaceAll('&#x3D;', '=');
    const stop = new URL(href ?? '', `${link}?lang=en`).href;
    expect(stop).toBe(`${web.links.unsubscribe(sendId)}?lang=en`);
    expect((await person.answer(stop, 'action=unsubscribe')).body).toContain('Sie sind abgemeldet');
    expect((await person.open(link)).body).not.toContain('Alles abbestellen');
  });

  test('says what is so when all topics are cleared: nothing comes, and unsubscribing is another thing', async () => {
    expect((await person.open(link)).body).toContain('Ganz abmelden können Sie sich unten.');
    const saved = await person.answer(link, EVERYTHING.replaceAll(/&topics=[a-z-]+/g, ''));
    expect(saved.body).toContain('Von uns kommt dann nichts mehr. Ganz abmelden können Sie sich unten.</li>');
    expect(saved.body).toContain('Alles abbestellen');
    const suppressed = db
      .selectFrom('suppressions')
      .select('reason')
      .where('email_key', '=', `${customerId}@kunde.example`);
    expect(await suppressed.execute()).toEqual([]);
  });

  test('promises no mail to whoever is unsubscribed, and says how to get some again', async () => {
    await person.answer(link, without('topics=training'));
    await person.answer(web.links.unsubscribe(sendId), 'action=unsubscribe');
    const saved = await person.answer(link, `${EVERYTHING}&used=waage`);
    expect(saved.body).toContain('Es gilt, sobald Sie wieder Neuigkeiten von uns möchten.');
    expect(saved.body).toContain('Ein kurzer Anruf oder eine Mail genügt.');
    expect(saved.body).toContain('Wieder gewünscht: Schulungen.');
    expect(saved.body).not.toMatch(/schreiben wir Ihnen gern|Wir schreiben Ihnen wieder|sich unten/);
  });

  test('works behind a prefix, and leads there from an answer in the same language', async () => {
    const thanks = await person.answer(web.links.answer(sendId, 0, 'yes'), 'answer=yes');
    const href = /href="(\.\.\/p\/[^"]+)"/.exec(thanks.body)?.[1] ?? '';
    expect(new URL(href, web.links.answer(sendId, 0, 'yes')).href).toBe(link);
  });
});

describe.skipIf(!chromiumAvailable())('the preferences page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function open(options: { width: number; language?: 'de' | 'en'; javaScriptEnabled?: boolean }) {
    const port = await freePort();
    const web = await webStand(db, { publicUrl: `http://localhost:${port}`, port });
    const running = await startWeb(web.options);
    const { sendId, customerId } = await seed(web);
    const context = await browser.newContext({
      viewport: { width: options.width, height: 800 },
      javaScriptEnabled: options.javaScriptEnabled ?? true,
      locale: 'de-DE',
    });
    onTestFinished(async () => {
      await context.close();
      await running.close();
    });
    const page = await context.newPage();
    await page.goto(`${web.links.preferences(sendId)}?lang=${options.language ?? 'de'}`);
    return { page, web, customerId, sendId };
  }

  /** Presses Tab until the control with this name has the focus, as people do who use no mouse. */
  async function tabTo(page: Page, role: 'checkbox' | 'radio' | 'button', name: string) {
    const wanted = page.getByRole(role, { name, exact: true });
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await page.locator(':focus').and(wanted).count()) === 1) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`The Tab key never came to ${role} "${name}".`);
  }

  test('is filled in by keyboard alone, without scripts, on a phone', async () => {
    const { page, web, customerId } = await open({ width: 320, javaScriptEnabled: false });
    await tabTo(page, 'checkbox', 'Laserdrucker LX');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await tabTo(page, 'checkbox', 'Waage <W>');
    await page.keyboard.press('Space');
    await tabTo(page, 'checkbox', 'Schulungen');
    await page.keyboard.press('Space');
    await tabTo(page, 'radio', 'So oft es etwas für Sie gibt');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, 'radio', 'Dazu sage ich nichts');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await tabTo(page, 'radio', 'Deutsch');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, 'checkbox', 'Drei Monate lang keine Post');
    await page.keyboard.press('Space');
    await tabTo(page, 'button', 'Einstellungen speichern');
    web.clock.advance(20_000);
    await page.keyboard.press('Enter');

    const status = page.getByRole('status');
    await status.getByText('Gespeichert.').waitFor();
    expect(await status.getByRole('listitem').allInnerTexts()).toEqual([
      'Im Einsatz: Waage <W>. Danach richten sich unsere Mails.',
      'Nicht im Einsatz: Laserdrucker LX. Dazu schreiben wir Ihnen nicht mehr.',
      'Wir schreiben Ihnen nicht mehr zu: Schulungen.',
      'Sie bekommen höchstens einmal im Quartal Post.',
      'Wir schreiben Ihnen auf Englisch.',
      'Ihr Wunsch ist notiert: mehr Neues.',
      'Vor dem 12.01.2027 schreiben wir Ihnen nicht.',
    ]);
    expect(await loadPreferences(db, customerId)).toEqual({
      language: 'en',
      frequency: 'quarterly',
      topicsOff: ['training'],
      ratioWish: 1,
      pausedUntil: '2027-01-12',
    });
    expect(await ownedBy(customerId)).toEqual(['p2']);

    // the pause is ended as it was begun
    await tabTo(page, 'checkbox', 'Pause bis zum 12.01.2027');
    await page.keyboard.press('Space');
    await tabTo(page, 'button', 'Einstellungen speichern');
    web.clock.advance(20_000);
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Die Pause ist beendet.').waitFor();
  });

  test('tells programs from people: what is sent at once is asked about, and nothing of it is lost', async () => {
    const { page, web, customerId } = await open({ width: 800, javaScriptEnabled: false });
    await page.getByLabel('Schulungen').uncheck();
    await page.getByLabel('Wissen').uncheck();
    await page.getByRole('button', { name: 'Einstellungen speichern' }).click();
    expect((await loadPreferences(db, customerId)).topicsOff).toEqual([]);
    web.clock.advance(5000);
    await page.getByRole('button', { name: 'Ja, das war ich' }).click();
    await page.getByRole('status').getByText('Schulungen und Wissen').waitFor();
    expect((await loadPreferences(db, customerId)).topicsOff).toEqual(['training', 'know-how']);
    expect(await ownedBy(customerId)).toEqual(['p1']);
  });

  test.each(['de', 'en'] as const)('shuts nobody out in language %s, whatever it says', async (language) => {
    const { page, web } = await open({ width: 320, language });
    const check = async () => expect(await accessibilityProblems(page)).toEqual([]);
    await page.locator('summary').click();
    await check();
    web.clock.advance(20_000);
    await page.locator('[name=topics]').first().uncheck();
    await page.locator('.save button').click();
    await page.getByRole('status').waitFor();
    await check();
    web.clock.advance(20_000);
    await page
      .locator('[name=frequency]')
      .first()
      .evaluate((input: unknown) => Object.assign(input as object, { value: 'never' }) && undefined);
    await page.locator('.save button').click();
    await page.getByRole('alert').waitFor();
    await check();
  });
});
