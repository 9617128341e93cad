import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WordKey, words } from '../../src/web/words/words.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { seedCustomers } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { freePort } from '../stands/free-port.ts';
import { type SpielbeinProcess, spielbein, until } from '../stands/process.ts';

const PASSWORD = 'Ein langes Passwort für den Test';
const CUSTOMERS = 60;
/** Slow enough to be watched, and stopped on the way. */
const MAILS_PER_SECOND = 3;

/** A marketing person’s day, in the whole product: real processes, real workers, the embedded inbox, a real browser. */
describe.skipIf(!chromiumAvailable())('a marketing person’s day', { timeout: 120_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'spielbein-day-'));
  let database: TestDatabase;
  let up: SpielbeinProcess;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    database = await testDatabase();
    await seedCustomers(database.db, CUSTOMERS);
    const library = join(home, 'library');
    cpSync(LIBRARY, library, { recursive: true });
    const settings = join(library, 'settings.yaml');
    const text = readFileSync(settings, 'utf8')
      .replace('minDaysBetween: 7', 'minDaysBetween: 0')
      .replace('holdout: 0.05', `holdout: 0\n  mailsPerSecond: ${MAILS_PER_SECOND}`);
    writeFileSync(settings, `${text}\npreview:\n  testAddresses: ["*@orvelin.example"]\n`);
    const port = await freePort();
    url = `http://localhost:${port}`;
    up = spielbein(['up'], {
      SPIELBEIN_HOME: home,
      DATABASE_URL: database.url,
      SPIELBEIN_PASSWORD: PASSWORD,
      LIBRARY_DIR: library,
      PUBLIC_URL: url,
      PORT: String(port),
    });
    await until('the console answers', () => {
      if (up.child.exitCode !== null) throw new Error(up.output());
      return up.output().includes('Workers and scheduler are running');
    });
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await up?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const sentOf = (name: string) =>
    database.db
      .selectFrom('sends')
      .innerJoin('campaigns', 'campaigns.id', 'sends.campaign_id')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('campaigns.name', '=', name)
      .where('sends.state', '=', 'sent')
      .executeTakeFirstOrThrow()
      .then(({ n }) => n);

  test.each([
    { locale: 'de-DE', language: 'de', name: 'Neues zum Laser' },
    { locale: 'en-GB', language: 'en', name: 'News for the laser' },
  ] as const)('from signing in to the results, in $language', async ({ locale, language, name }) => {
    const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const say = words(language);
    const t = (key: WordKey) => say[key];
    const press = (key: WordKey) => page.getByRole('button', { name: t(key), exact: true }).click();
    const go = (key: WordKey) => page.getByRole('link', { name: t(key), exact: true }).click();
    const heading = (key: WordKey) => page.getByRole('heading', { name: t(key), exact: true }).waitFor();

    // Nobody sees anything without signing in; afterwards the page that was asked for is there.
    await page.goto(`${url}/campaigns`);
    await heading('sign_in.title');
    await page.getByLabel(t('sign_in.password')).fill(PASSWORD);
    await press('sign_in.button');
    await heading('campaigns.title');
    const troubles: string[] = [];
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));

    // The guided way.
    await go('campaigns.new');
    await page.getByLabel(t('campaigns.name')).fill(name);
    await press('campaigns.begin');
    await heading('campaigns.products.title');
    await page.locator('input[name=products][value=laserdrucker-lx300]').check();
    await press('campaigns.setup.save');
    await heading('campaigns.audience.title');
    // counted while one looks
    await page
      .locator('[data-fetch] dd', { hasText: new RegExp(`^${CUSTOMERS}$`) })
      .first()
      .waitFor();
    await go('campaigns.setup.next');
    await heading('campaigns.content.title');
    await press('campaigns.setup.save');
    await heading('campaigns.timing.title');
    await press('campaigns.setup.save');

    // The dry run: who would get it, checked mail by mail; nothing leaves.
    await heading('campaigns.dry.title');
    await press('campaigns.dry.begin');
    await heading('campaigns.dry.checks');
    await page.locator('.pair dd', { hasText: new RegExp(`^${CUSTOMERS}$`) }).waitFor();
    await page.getByText(t('campaigns.dry.clean')).waitFor();
    expect(await page.locator('table.dry-list tbody tr').count()).toBeGreaterThan(10);
    expect(await sentOf(name)).toBe(0);

    // A test mail, to somebody who works here and to nobody else.
    await go('campaigns.setup.next');
    await heading('campaigns.test.title');
    await page.getByLabel(t('campaigns.test.to')).fill('jemand@woanders.example');
    await press('campaigns.test.send');
    await page.getByText(t('campaigns.test.test_not_allowed')).waitFor();
    await page.getByLabel(t('campaigns.test.to')).fill(`kim.${language}@orvelin.example`);
    await press('campaigns.test.send');
    await page.getByText(t('campaigns.test.test_sent')).waitFor();

    // It is in the inbox, and looks like the mail it will be.
    const inbox = await context.newPage();
    await inbox.goto(`${url}/inbox?search=${encodeURIComponent(`kim.${language}@orvelin.example`)}`);
    await inbox.locator('ol.mails a').first().click();
    await inbox.frameLocator('iframe').getByRole('heading').first().waitFor();
    expect(await inbox.frameLocator('iframe').getByText('LX 300').count()).toBeGreaterThan(0);
    await inbox.close();

    // Start, watch, pause: what had not left stays.
    await go('campaigns.setup.next');
    await heading('campaigns.start.title');
    await press('campaigns.start.go');
    await page.getByRole('heading', { name, exact: true }).waitFor();
    await page.getByRole('button', { name: t('campaigns.pause'), exact: true }).waitFor();
    const shown = async () =>
      Number((await page.locator('.legend .s-sent').locator('..').textContent())?.match(/\d+/)?.[0]);
    await page.locator('.legend .s-sent').waitFor();
    const first = await shown();
    await until('the page counts on by itself', async () => (await shown()) > first);
    await press('campaigns.pause');
    await page.getByText(t('campaigns.live.paused')).waitFor();
    await until('what was on its way has arrived', async () => {
      const before = await sentOf(name);
      await page.waitForTimeout(500);
      return before === (await sentOf(name));
    });
    const paused = await sentOf(name);
    expect(paused).toBeGreaterThan(0);
    expect(paused).toBeLessThan(CUSTOMERS);

    // Resume, and see it through: the page notices the end.
    await press('campaigns.resume');
    await page.locator('.facts .st-finished').waitFor({ timeout: 60_000 });
    expect(await sentOf(name)).toBe(CUSTOMERS);

    // Somebody answers; the results say so.
    await answerOne(page, name);
    await page.reload();
    await heading('campaigns.results');
    await page.locator('table.figures tbody tr').first().waitFor();
    await page.getByText(t('campaigns.act.campaign_paused')).waitFor();
    // the one form that was refused on purpose
    expect(troubles).toEqual([expect.stringContaining('status of 422')]);
    await context.close();
  });

  /** A customer says yes to the first block of their mail. */
  async function answerOne(page: Page, name: string): Promise<void> {
    const mail = await page.context().newPage();
    await mail.goto(`${url}/inbox?search=person7%40customers.test`);
    await mail.locator('ol.mails a').first().click();
    // to a development or to an offer, whichever this customer's draw has put first
    const yes = mail.frameLocator('iframe').getByRole('link', { name: /^(Ja, bitte|Erzählen Sie mehr)$/ });
    const [answer] = await Promise.all([mail.context().waitForEvent('page'), yes.first().click()]);
    await answer.waitForLoadState();
    await answer.waitForTimeout(1600);
    await answer.getByRole('button').first().click();
    await until('the answer counts', async () => {
      const { n } = await database.db
        .selectFrom('answers')
        .innerJoin('sends', 'sends.id', 'answers.send_id')
        .innerJoin('campaigns', 'campaigns.id', 'sends.campaign_id')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('campaigns.name', '=', name)
        .executeTakeFirstOrThrow();
      return n > 0;
    });
    await answer.close();
    await mail.close();
  }
});
