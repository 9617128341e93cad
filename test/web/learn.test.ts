import { describe, expect, onTestFinished, test } from 'vitest';
import { startWeb } from '../../src/web/web.ts';
import { learningLibrary } from '../learn/library.ts';
import { seedDecisions, seedLearning } from '../learn/seed.ts';
import { accessibilityProblems } from '../stands/accessible.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { type WebStand, webStand } from './stand.ts';

const NOW = new Date('2026-10-12T09:00:00Z');
const { db } = await testDatabase();

async function stand(given: Parameters<typeof webStand>[1] = {}): Promise<WebStand> {
  return await webStand(db, { ...given, libraryDir: (await learningLibrary()).libraryDir });
}

const get = ({ app }: WebStand, url: string) =>
  app.inject({ url, headers: { host: 'localhost:3000', 'accept-language': 'de' } });

const post = ({ app }: WebStand, payload: Record<string, string>, origin = 'http://localhost:3000') =>
  app.inject({
    method: 'POST',
    url: '/learn/decide',
    headers: {
      host: 'localhost:3000',
      origin,
      'accept-language': 'de',
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: new URLSearchParams(payload).toString(),
  });

describe('the page on what was learned', () => {
  test('says what will be there before there is anything', async () => {
    const { statusCode, body } = await get(await stand(), '/learn');
    expect(statusCode).toBe(200);
    expect(body).toContain('Noch wurde kein Angebot gezeigt.');
    expect(body).toContain('Wie gerechnet wird');
    expect(body).not.toContain('Was ankommt');
  });

  test('tells what was tried and learned, what it cost and brought, and what to write next', async () => {
    await seedLearning(db, { until: NOW, mailsAWeek: 60, seed: 'page' });
    await seedDecisions(db, NOW);
    const web = await stand();
    const { body } = await get(web, '/learn');
    expect(body).toMatch(
      /<p class="lead">Am besten kommt „Die Kamera liest mit“ an: etwa [\d,]+ Antworten auf 100 Einblendungen, mit 95 % Wahrscheinlichkeit zwischen [\d,]+ und [\d,]+ .* 4 Entscheidungen warten auf Sie\.<\/p>/,
    );
    expect(body).toContain('180 Menschen zusammen 1.560-mal ein Angebot bekommen: 3 Angebote in 8 Fassungen');
    expect(body).toContain('Überschrift „Wer merkt es, wenn ein Code fehlt?“');
    expect(body).toContain('andere Fassungen kommen besser an');
    expect(body).toContain('Das ist der Preis des Ausprobierens.');
    expect(body).toContain('„Mieten statt kaufen“: Schreiben Sie eine zweite Überschrift');
    const english = (await get(web, '/learn?lang=en')).body;
    expect(english).toContain('“The camera reads along” works best');
    expect(english).not.toMatch(/[„ß]/);
  });

  test('draws with the page’s colours, and with no style or script that the policy would stop', async () => {
    const { body } = await get(await stand(), '/learn');
    const drawings = body.match(/<svg role="img"[\s\S]*?<\/svg>/g) ?? [];
    expect(drawings.length).toBeGreaterThan(4);
    for (const drawing of drawings) {
      expect(drawing).toContain('aria-label="');
      expect(drawing).toContain('var(--copper)');
      expect(drawing).not.toMatch(/style|script|class=|onload/);
    }
  });

  test('takes a yes or no, once, and makes the file of what becomes proven content', async () => {
    const web = await stand();
    expect((await post(web, { id: 'pairing:kamera/pumpe', as: 'yes' })).headers.location).toBe(
      '../learn?decided=pairing%3Akamera%2Fpumpe#decide',
    );
    const pairing = await db.selectFrom('pairings').selectAll().executeTakeFirstOrThrow();
    expect(pairing).toMatchObject({ state: 'agreed', is_similar: false, decided_at: NOW });
    const { id } = await db
      .selectFrom('proposals')
      .select('id')
      .where('kind', '=', 'graduate')
      .executeTakeFirstOrThrow();
    expect((await get(web, `/learn/file/${id}`)).statusCode).toBe(404);
    expect((await post(web, { id: String(id), as: 'yes' })).statusCode).toBe(303);
    const page = (await get(web, `/learn?decided=${id}`)).body;
    expect(page).toContain('Festgehalten.');
    expect(page).toContain(`<a href="learn/file/${id}" download>`);
    const file = await get(web, `/learn/file/${id}`);
    expect(file.headers['content-disposition']).toBe('attachment; filename="kamera-proven.yaml"');
    expect(file.body).toContain('headline: Wer merkt es, wenn ein Code fehlt?');
    const again = await post(web, { id: 'pairing:kamera/pumpe', as: 'similar' });
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('role="alert"');
    expect(web.logged).toContainEqual({ event: 'learn_decided', fields: { id: String(id), as: 'yes' } });
  });

  test('takes back nothing that a colleague has agreed to meanwhile, and writes down no second yes', async () => {
    const web = await stand();
    await db.updateTable('pairings').set({ state: 'proposed', decided_at: null }).execute();
    const about = 'pairing:kamera/pumpe';
    const two = await Promise.all([post(web, { id: about, as: 'yes' }), post(web, { id: about, as: 'yes' })]);
    expect(two.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
    const late = await post(web, { id: about, as: 'no' });
    expect(late.statusCode).toBe(409);
    expect(late.body).toContain('role="alert"');
    expect(await db.selectFrom('pairings').select('state').execute()).toEqual([{ state: 'agreed' }]);
    const { id } = await db
      .selectFrom('proposals')
      .select('id')
      .where('kind', '=', 'graduate')
      .executeTakeFirstOrThrow();
    await db
      .updateTable('proposals')
      .set({ decision: null, decided_at: null })
      .where('id', '=', id)
      .execute();
    await db.deleteFrom('audit_log').execute();
    const both = await Promise.all([1, 2].map(() => post(web, { id: String(id), as: 'yes' })));
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
    expect((await post(web, { id: String(id), as: 'yes' })).statusCode).toBe(409);
    expect(await db.selectFrom('audit_log').select('subject').execute()).toEqual([{ subject: String(id) }]);
  });

  test('takes nothing from foreign forms, and no nonsense', async () => {
    const web = await stand();
    expect((await post(web, { id: '1', as: 'yes' }, 'https://evil.example')).statusCode).toBe(403);
    expect((await post(web, { id: '1', as: 'perhaps' })).statusCode).toBe(404);
    expect((await post(web, { id: '99999', as: 'no' })).statusCode).toBe(409);
    expect((await post(web, { id: 'pairing:<b>/x', as: 'yes' })).statusCode).toBe(409);
    for (const id of ['0', 'x', '99999', '9'.repeat(30)])
      expect((await get(web, `/learn/file/${id}`)).statusCode).toBe(404);
  });

  test('is found from the first page', async () => {
    expect((await get(await stand(), '/')).body).toContain('<a href="learn">Was wir gelernt haben</a>');
  });
});

describe.skipIf(!chromiumAvailable())('in a browser', () => {
  test('is accessible, fits a phone, and decides by keyboard', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const server = await startWeb((await stand({ publicUrl: origin, port })).options);
    const browser = await launchChromium();
    onTestFinished(async () => {
      await browser.close();
      await server.close();
    });
    const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`${origin}/learn`);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Zur Kenntnis genommen' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    expect(await page.getByRole('button', { name: 'Zur Kenntnis genommen' }).count()).toBe(0);
    // the policy let everything pass
    expect(complaints).toEqual([]);
  });
});
