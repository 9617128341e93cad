import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startWeb } from '../../src/web/web.ts';
import { bigOwners, longTalk, NOW, stranger, tell } from '../brief/stand.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';
import { freePort } from '../stands/free-port.ts';
import { webStand } from './stand.ts';

const { db } = await testDatabase();
const { server } = await syncDemo(db, 500);
afterAll(() => server.close());
const [rich = '', typical = '', quiet = ''] = await bigOwners(db, 3);
await longTalk(db, rich);
await tell(db, typical, {
  campaignId: 'herbst',
  at: '2026-11-02T08:00:00Z',
  blocks: [{ contentId: 'tw6-windschutz', productKey: 'tischwaage-tw6', answers: [['no', 1]] }],
});

const full = rich === '' ? '' : `${rich}-full`;
await mostOfAll();

/** Somebody with the most of everything that a page shows, in the longest words. */
async function mostOfAll(): Promise<void> {
  const source = 'test';
  await db
    .insertInto('customers')
    .values({
      id: full,
      source,
      email: 'full@kunde.example',
      title: 'Prof. Dr. Dr. h. c.',
      first_name: 'Maximiliane Alexandra',
      last_name: 'von Hohenstein-Schellenberg',
      language: 'de',
      consent: 'consent',
      opted_out: true,
      bounced: false,
    })
    .execute();
  const products = await db.selectFrom('products').select('id').where('archived_at', 'is', null).execute();
  await db
    .insertInto('purchases')
    .values(
      products.map(({ id }) => ({
        id: `full-${id}`,
        customer_id: full,
        source,
        product_id: id,
        quantity: 12,
        purchased_on: '2018-01-01',
        status: 'kept' as const,
      })),
    )
    .execute();
  await longTalk(db, full);
  await db
    .insertInto('statements')
    .values(
      [1, 2, 3].map((day) => ({
        customer_id: full,
        question_id: `long-${day}`,
        question: `${'Wie war das noch gleich, '.repeat(7)}und warum?`,
        words: 'Das ist eine lange Geschichte, und sie ging so. '.repeat(40),
        said_by: 'customer' as const,
        said_at: `2026-11-2${day - 1}T09:00:00Z`,
      })),
    )
    .execute();
  await db
    .insertInto('product_use')
    .values(
      products
        .slice(0, 3)
        .map(({ id }) => ({ customer_id: full, product_id: id, used: false, said_on: '2026-11-01' })),
    )
    .execute();
}

/** A running server with the example library, at the time of the conversation. */
async function serve(given: { password?: string } = {}) {
  const port = await freePort();
  const stand = await webStand(db, {
    publicUrl: `http://localhost:${port}`,
    port,
    libraryDir: LIBRARY,
    ...given,
  });
  stand.clock.advance(NOW.getTime() - stand.clock.now().getTime());
  const web = await startWeb(stand.options);
  onTestFinished(() => web.close());
  return { ...stand, url: `http://localhost:${port}` };
}

/** The block to which the rich customer said no, as the page’s form names it. */
async function declined() {
  const row = await db
    .selectFrom('heard_answers as a')
    .innerJoin('shown_blocks as b', (join) =>
      join.onRef('b.send_id', '=', 'a.send_id').onRef('b.position', '=', 'a.position'),
    )
    .select(['a.send_id', 'a.position', 'b.product_key'])
    .where('a.customer_id', '=', rich)
    .where('a.answer', '=', 'no')
    .executeTakeFirstOrThrow();
  return { block: `${row.send_id}.${row.position}`, product: row.product_key };
}

const statements = (customerId: string) =>
  db
    .selectFrom('statements')
    .select([
      'question_id',
      'question',
      'choice',
      'choice_words',
      'words',
      'said_by',
      'not_before',
      'send_id',
    ])
    .where('customer_id', '=', customerId)
    .where('said_by', '=', 'salesperson')
    .orderBy('id', 'desc')
    .execute();

describe('over HTTP', () => {
  const post = (app: Awaited<ReturnType<typeof serve>>['app'], url: string, fields: object, headers = {}) =>
    app.inject({
      method: 'POST',
      url,
      headers: { host: 'localhost', 'sec-fetch-site': 'same-origin', ...headers },
      payload: fields,
    });

  test('a note is kept once, told to the CRM, and may say that a product is not in use', async () => {
    const { app } = await serve();
    const { block, product } = await declined();
    const fields = new URLSearchParams({
      question: 'wie-geloest',
      choice: 'not-used',
      words: '  Steht seit dem Umbau im Keller.\r\n',
      product,
      block,
    }).toString();
    const send = () =>
      post(app, `/customers/${rich}/brief?lang=de`, fields as never, {
        'content-type': 'application/x-www-form-urlencoded',
      });
    expect(await send()).toMatchObject({ statusCode: 303, headers: { location: 'brief?kept=yes' } });
    expect((await send()).statusCode).toBe(303);
    const kept = await statements(rich);
    expect(kept.filter(({ question_id }) => question_id === 'wie-geloest')).toEqual([
      expect.objectContaining({
        choice: 'not-used',
        words: 'Steht seit dem Umbau im Keller.',
        send_id: Number(block.split('.')[0]),
        choice_words: expect.stringMatching(/^Nicht mehr im Einsatz: \S/),
      }),
    ]);
    const after = await app.inject({
      url: `/customers/${rich}/brief?lang=de&kept=yes`,
      headers: { host: 'localhost' },
    });
    expect(after.body).toContain('role="status"');
    expect(after.body).toContain('nach eigenen Worten nicht mehr im Einsatz');
    expect(after.body).not.toContain('id="q-wie-geloest"');
    const entries = await db
      .selectFrom('crm_entries')
      .select('kind')
      .where('customer_id', '=', rich)
      .execute();
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['note', 'profile']);
  });

  test('what can’t be kept is said, and nothing that was written is lost', async () => {
    const { app } = await serve();
    const url = `/customers/${typical}/brief?lang=en`;
    const form = (fields: Record<string, string>) =>
      post(app, url, new URLSearchParams(fields).toString() as never, {
        'content-type': 'application/x-www-form-urlencoded',
      });
    const long = await form({ question: '_note', words: 'word '.repeat(500) });
    expect(long.statusCode).toBe(422);
    expect(long.body).toContain('This is too long');
    expect(long.body).toContain('word word word');
    const empty = await form({ question: '_note', words: ' \n ' });
    expect([empty.statusCode, empty.body.includes('write a few words')]).toEqual([422, true]);
    const gone = await form({ question: 'gone', words: 'Something <b>important</b>' });
    expect(gone.statusCode).toBe(422);
    expect(gone.body).toContain('Something &lt;b&gt;important&lt;/b&gt;');
    expect((await form({ question: 'wie-geloest', choice: 'nonsense' })).statusCode).toBe(422);
    expect((await form({ question: 'wie-geloest', product: 'not-theirs', words: 'x' })).statusCode).toBe(422);
    expect((await form({ words: 'no question' })).statusCode).toBe(404);
    expect(await statements(typical)).toEqual([]);
  });

  test('nobody gets a brief of nobody, or from outside, and no form of another page counts', async () => {
    const { app } = await serve({ password: 'a long password' });
    const url = `/customers/${rich}/brief`;
    expect((await app.inject({ url, headers: { host: 'localhost' } })).statusCode).toBe(401);
    const open = await serve();
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect((await post(open.app, url, { question: '_note', words: 'x' }, foreign)).statusCode).toBe(403);
    const nobody = await open.app.inject({ url: '/customers/nobody/brief', headers: { host: 'localhost' } });
    expect(nobody.statusCode).toBe(404);
  });
});

test('what is not in use any more is told of somebody who uses nothing else; no reason is announced that is none', async () => {
  await stranger(db, 'stranger');
  const { id: product_id, name } = await db
    .selectFrom('products')
    .select(['id', 'name'])
    .orderBy('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('product_use')
    .values({ customer_id: 'stranger', product_id, used: false, said_on: '2026-11-01' })
    .execute();
  const { app } = await serve();
  const { body } = await app.inject({
    url: '/customers/stranger/brief?lang=de',
    headers: { host: 'localhost' },
  });
  expect(name).not.toBe('');
  expect(body).toContain('Nichts, wovon wir wissen.');
  expect(body).toMatch(/<s>[^<]+<\/s> <span class="muted">nach eigenen Worten nicht mehr im Einsatz/);
  expect(body).toContain('Hat nach dem, was wir wissen, kein Produkt im Einsatz.');
  expect(body).toContain('class="headline"');
  expect(body).not.toMatch(/Warum jetzt: <\/span>\s*<\/p>/);
});

describe.skipIf(!chromiumAvailable())('in a browser', () => {
  let browser: Browser;
  const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function open(given: { javaScriptEnabled?: boolean; colorScheme?: 'dark' | 'light' } = {}) {
    const stand = await serve();
    const context = await browser.newContext({
      locale: 'de-DE',
      viewport: { width: 1200, height: 900 },
      ...given,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    return { ...stand, page };
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(await axe);
    return page.evaluate(
      `axe.run().then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ' ' + nodes.map(({ target }) => target).join(', ')))`,
    );
  }
  const fits = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth');

  test('from the first page by search to the brief, a question answered, without scripts and by keyboard', async () => {
    const { page, url } = await open({ javaScriptEnabled: false });
    await page.goto(url);
    await page.getByRole('searchbox').fill(quiet);
    await page.keyboard.press('Enter');
    await page.locator('main [data-rows] a').first().click();
    await page.locator('main .links a[href$="/brief"]').click();
    const first = page.locator('.asking li').first();
    const question = (await first.locator('.headline').textContent()) ?? '';
    expect(question).toMatch(/\?$/);
    await first.locator('summary').focus();
    await page.keyboard.press('Enter');
    await first.locator('textarea').fill('Sechs Stunden in der Woche.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    await page.getByText('Sechs Stunden in der Woche.').waitFor();
    expect((await statements(quiet))[0]).toMatchObject({
      question,
      words: 'Sechs Stunden in der Woche.',
      choice: null,
    });
    expect(await page.locator('.asking .headline').allTextContents()).not.toContain(question);
  });

  test.each([
    ['de', 1200, 'light'],
    ['en', 320, 'dark'],
    ['de', 320, 'light'],
    ['en', 1200, 'dark'],
  ] as const)('in %s at %i px, %s: accessible, and nothing sticks out', async (lang, width, colorScheme) => {
    const { page, url } = await open({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const path of [`customers/${rich}/brief?lang=${lang}`, `customers?lang=${lang}&search=${rich}`]) {
      await page.goto(`${url}/${path}`);
      for (const details of await page.locator('summary').all()) await details.click();
      expect(await violations(page)).toEqual([]);
      expect(await fits(page)).toBe(true);
    }
  });

  test('statements stand on screen; on paper what belongs to a call is whole, the rest is cut, and answers are ink', async () => {
    const number = `${'Bitte erst ab zehn Uhr, und lassen Sie es lange klingeln. '.repeat(4)}0711 0155-99`;
    await stranger(db, 'caller');
    const send = await tell(db, 'caller', {
      campaignId: 'herbst',
      at: '2026-11-02T08:00:00Z',
      blocks: [{ contentId: 'dv-nachtropfen', productKey: 'dosierventile-dv', answers: [['call', 1]] }],
    });
    const said = {
      customer_id: 'caller',
      question_id: 'q',
      question: 'Und?',
      said_at: '2026-11-04T09:00:00Z',
    };
    await db
      .insertInto('statements')
      .values([
        ...[1, 2, 3, 4].map((n) => ({ ...said, words: `Notiz ${n}`, said_by: 'salesperson' as const })),
        { ...said, words: 'Eigene Worte', said_by: 'customer' },
        {
          ...said,
          send_id: send,
          position: 0,
          words: number,
          said_by: 'customer',
          said_at: '2026-11-03T09:00:00Z',
        },
      ])
      .execute();
    const { page, url } = await open({ colorScheme: 'dark' });
    await page.goto(`${url}/customers/caller/brief?lang=de`);
    const heard = page.locator('[aria-labelledby=said] .heard');
    const visible = async () =>
      (await heard.filter({ visible: true }).allTextContents()).map((text) => text.slice(-12));
    expect(await visible()).toEqual([
      '0711 0155-99',
      'Eigene Worte',
      ...[4, 3, 2, 1].map((n) => `Notiz ${n}`),
    ]);
    await page.emulateMedia({ media: 'print' });
    expect(await visible()).toEqual(['0711 0155-99', 'Eigene Worte']);
    await page.getByText('und 4 weitere ohne Platz auf dieser Seite').waitFor();
    expect(await heard.first().evaluate((each) => each.scrollHeight <= each.clientHeight)).toBe(true);
    const badge = page.locator('.history .said').first();
    expect(await badge.textContent()).toBe('„Rufen Sie mich an“ am 03.11.2026');
    const looks = `(({ backgroundColor, color }) => [backgroundColor, color])(
      getComputedStyle(document.querySelector('.history .said')))`;
    expect(await page.evaluate(looks)).toEqual(['rgba(0, 0, 0, 0)', 'rgb(29, 38, 37)']);
  });

  test.each([
    ['who said a lot', rich],
    ['about whom the most there can be is known', full],
    ['like most', typical],
    ['who never heard of us', quiet],
  ])('is printed on one page of A4, for a customer %s', async (_, customer) => {
    const { page, url } = await open({ colorScheme: 'dark' });
    for (const lang of ['de', 'en']) {
      await page.goto(`${url}/customers/${customer}/brief?lang=${lang}`);
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
      await page.emulateMedia({ media: 'print' });
      const paper = 'getComputedStyle(document.documentElement).backgroundColor';
      expect(await page.evaluate(paper)).toBe('rgb(248, 247, 243)');
      await page.emulateMedia({ media: null });
      expect(/\/MediaBox\s*\[0 0 (\d+)[.\d]* (\d+)/.exec(pdf)?.slice(1).map(Number)).toEqual([594, 841]);
    }
  });
});
