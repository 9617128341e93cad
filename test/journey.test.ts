import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCompany } from '../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../src/demo/crm-server/server.ts';
import type { Composition } from '../src/domain/composition.ts';
import { chromiumAvailable, launchChromium } from './stands/chromium.ts';
import { type TestDatabase, testDatabase } from './stands/database.ts';
import { LIBRARY } from './stands/delivery.ts';
import { freePort } from './stands/free-port.ts';
import { type SpielbeinProcess, spielbein, until } from './stands/process.ts';

/** Nobody reads a page in less: forms that come sooner are asked once more (feedback/visits/belief.ts). */
const READ_MS = 1600;

/**
 * The whole conversation, as a customer, their salesperson and the CRM see it: real processes, the embedded inbox, a
 * HubSpot-compatible server, and a real browser.
 */
describe.skipIf(!chromiumAvailable())('a customer’s path', { timeout: 180_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'spielbein-journey-'));
  let database: TestDatabase;
  let crm: DemoCrm;
  let up: SpielbeinProcess;
  let browser: Browser;
  let person: BrowserContext;
  let env: Record<string, string>;
  let url: string;

  beforeAll(async () => {
    database = await testDatabase();
    crm = await startDemoCrm({ company: demoCompany({ customers: 150, today: new Date() }) });
    // two mails in one day, to everybody
    const library = join(home, 'library');
    cpSync(LIBRARY, library, { recursive: true });
    const settings = join(library, 'settings.yaml');
    const rules = readFileSync(settings, 'utf8')
      .replace('minDaysBetween: 7', 'minDaysBetween: 0')
      .replace('holdout: 0.05', 'holdout: 0');
    writeFileSync(settings, rules);
    const port = await freePort();
    url = `http://localhost:${port}`;
    env = {
      SPIELBEIN_HOME: home,
      DATABASE_URL: database.url,
      HUBSPOT_ACCESS_TOKEN: 'any-token',
      HUBSPOT_BASE_URL: crm.url,
      LIBRARY_DIR: library,
      PUBLIC_URL: url,
      PORT: String(port),
    };
    await run('sync');
    up = spielbein(['up'], env);
    await until('the console answers', () => up.output().includes('Workers and scheduler are running'));
    browser = await launchChromium();
    person = await browser.newContext({ locale: 'de-DE', viewport: { width: 390, height: 844 } });
    // The page sends a chosen answer by itself for people only.
    await person.addInitScript(() =>
      Object.defineProperty(Object.getPrototypeOf(globalThis.navigator), 'webdriver', { get: () => false }),
    );
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await up?.stop();
    await crm?.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function run(...args: string[]): Promise<string> {
    const command = spielbein(args, env);
    expect(await command.ended, command.output()).toBe(0);
    return command.stdout();
  }

  async function campaign(name: string): Promise<string> {
    await run('campaign', 'create', name);
    await run('campaign', 'run', name);
    return name;
  }

  const composed = async (campaignId: string, customerId: string): Promise<Composition> => {
    const send = await database.db
      .selectFrom('sends')
      .select('composition')
      .where('campaign_id', '=', campaignId)
      .where('customer_id', '=', customerId)
      .where('state', '=', 'sent')
      .executeTakeFirstOrThrow();
    if (!send.composition) throw new Error('no composition');
    return send.composition;
  };

  /** The newest mail to an address, opened in the inbox. */
  async function openMail(address: string): Promise<Page> {
    const page = await person.newPage();
    await page.goto(`${url}/inbox?search=${encodeURIComponent(address)}`);
    await page.locator('ol.mails a').first().click();
    await page.locator('iframe').waitFor();
    return page;
  }

  /** Follows a link of the mail, as a click on it does: in a new tab. */
  async function follow(mail: Page, name: string): Promise<Page> {
    const opened = person.waitForEvent('page');
    await mail.frameLocator('iframe').getByRole('link', { name, exact: true }).first().click();
    const page = await opened;
    await page.waitForLoadState();
    return page;
  }

  it('leads from the mail through answer, question and preferences to the CRM, the brief, and another next mail', async () => {
    const { db } = database;
    const first = await campaign('erste');
    const customer = await db
      .selectFrom('sends')
      .innerJoin('customers', 'customers.id', 'sends.customer_id')
      .innerJoin('owners', 'owners.id', 'customers.owner_id')
      .innerJoin('shown_blocks', (join) =>
        join.onRef('shown_blocks.send_id', '=', 'sends.id').on('position', '=', 0),
      )
      .select([
        'customers.id',
        'customers.email',
        'owners.name as salesperson',
        'content_id',
        'sends.id as send',
      ])
      .where('customers.language', '=', 'de')
      .where('kind', '=', 'proven')
      .where('state', '=', 'sent')
      // enough to say for a second mail
      .where((eb) =>
        eb(
          eb
            .selectFrom('owned_products as o')
            .select(({ fn }) => fn.countAll<number>().as('n'))
            .whereRef('o.customer_id', '=', 'customers.id'),
          '>=',
          2,
        ),
      )
      .orderBy('customers.id')
      .executeTakeFirstOrThrow();
    const mail = await openMail(customer.email ?? '');

    // One click answers.
    const answer = await follow(mail, 'Rufen Sie mich an');
    await answer.getByText('wird gleich von selbst abgeschickt').waitFor();
    await answer.getByRole('heading', { name: 'Vielen Dank' }).waitFor();
    const said = () =>
      db
        .selectFrom('heard_answers')
        .select(['answer', 'content_id'])
        .where('send_id', '=', customer.send)
        .execute();
    expect(await said()).toEqual([{ answer: 'call', content_id: customer.content_id }]);

    // One further question, in choices and own words.
    await answer.getByLabel('Am Vormittag').check();
    await answer.locator('textarea').fill('0711 0155-99, es geht um <b>Ersatzteile</b>');
    await answer.waitForTimeout(READ_MS);
    await answer.getByRole('button', { name: 'Absenden' }).click();
    await answer.getByText(`${customer.salesperson} liest das`).waitFor();
    const statement = await db.selectFrom('statements').selectAll().executeTakeFirstOrThrow();
    expect(statement).toMatchObject({
      customer_id: customer.id,
      choice_words: 'Am Vormittag',
      words: '0711 0155-99, es geht um <b>Ersatzteile</b>',
      said_by: 'customer',
    });

    // Preferences, from the mail's foot.
    const preferences = await follow(mail, 'Einstellungen');
    await preferences
      .getByRole('group', { name: /Sprache/ })
      .getByLabel('English')
      .check();
    await preferences.locator('input[name=topics][value=offers]').uncheck();
    await preferences.locator('input[name=wish][value="2"]').check();
    await preferences.locator('#products > .boxes input[type=checkbox]').last().uncheck();
    await preferences.waitForTimeout(READ_MS);
    await preferences.getByRole('button', { name: /speichern/i }).click();
    await preferences.getByRole('status').waitFor();
    const wishes = await db.selectFrom('preferences').selectAll().executeTakeFirstOrThrow();
    expect(wishes).toMatchObject({
      customer_id: customer.id,
      language: 'en',
      topics_off: ['offers'],
      ratio_wish: 2,
    });
    const dropped = await db.selectFrom('product_use').selectAll().executeTakeFirstOrThrow();
    expect(dropped).toMatchObject({ customer_id: customer.id, used: false });

    // The CRM is told when nothing more has been said for a minute.
    await db.updateTable('crm_entries').set({ due_at: new Date() }).execute();
    await until('the CRM knows', async () => {
      const open = await db.selectFrom('crm_entries').select('id').where('settled_at', 'is', null).execute();
      return open.length === 0;
    });
    const record = await person.newPage();
    await record.goto(`${crm.url}/contacts/${customer.id}`);
    const told = await record.locator('body').innerText();
    expect(told).toContain('Rufen Sie mich an');
    expect(told).toContain('0711 0155-99, es geht um <b>Ersatzteile</b>');
    expect(told).toContain('Am Vormittag');
    expect(told).toContain('Vorschlag Innovationsquote');
    expect(told).toContain('Wunsch des Kunden: viel mehr Neues');
    expect(told).toMatch(/Aufgabe, fällig .*, für /);

    // The salesperson's brief says it, too.
    const brief = await person.newPage();
    await brief.goto(`${url}/customers/${customer.id}/brief`);
    const known = await brief.locator('main').innerText();
    expect(known).toContain('Rufen Sie mich an');
    expect(known).toContain('0711 0155-99, es geht um <b>Ersatzteile</b>');
    const printed = await run('brief', customer.id);
    expect(printed).toContain('0711 0155-99');

    // And the next mail is another one.
    const before = await composed(first, customer.id);
    const second = await campaign('zweite');
    const after = await composed(second, customer.id);
    expect(before.language).toBe('de');
    expect(after.language).toBe('en');
    expect(after.blocks.map((block) => block.kind)).not.toContain('experimental');
    expect(after.blocks.map((block) => block.contentId)).not.toContain(customer.content_id);
    const products = await db
      .selectFrom('owned_products')
      .select('product_id')
      .where('customer_id', '=', customer.id)
      .execute();
    expect(products.map((each) => each.product_id)).not.toContain(dropped.product_id);
    const next = await openMail(customer.email ?? '');
    await next.frameLocator('iframe').getByText('Would you like to know more?').first().waitFor();
  });
});
