import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCompany } from '../../bench/pages/company.ts';
import { addressesOf, type Places, routesOf } from '../../bench/pages/routes.ts';
import { requireLibrary } from '../../src/library/load.ts';
import { createLinks } from '../../src/links/links.ts';
import { contentSource } from '../../src/render/content.ts';
import { startWeb } from '../../src/web/web.ts';
import { accessibilityProblems } from '../stands/accessible.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { copyHostileLibrary, writeHostileEdit, writeHostileWords } from './pages/hostile.ts';
import { keyboardProblems } from './pages/keyboard.ts';
import { SECRET } from './stand.ts';

const TEMPLATES = join(import.meta.dirname, '../../templates');
const EXAMPLES = join(TEMPLATES, 'library');
/** A record's number in a CRM that means no good. */
const HOSTILE_ID = encodeURIComponent(`x"><hostile-tag>/../..?#'%`);

const PLACES: Places = [
  [/^\/campaigns\/$/, ['c0', 'c2', 'c3', 'c4']],
  [/^\/customers\/$/, ['14', HOSTILE_ID]],
  [/^\/products\/$/, ['laserdrucker-lx300']],
  [/^\/campaigns\/c0\/sends\/$/, ['1']],
  [/^\/inbox\/$/, ['1']],
  [/^\/experiments\/$/, ['inline-kamera-ic1']],
  [/^\/library\/$/, ['developments', 'offers']],
  [/^\/library\/developments\/$/, ['aquados-version-2']],
  [/^\/library\/offers\/$/, ['bediener-app']],
  [/developments\/.*\/history\/$/, ['1']],
];
const ALSO = [
  '/customers?search=hostile',
  '/preview?customer=14',
  '/campaigns?search=%22%3E%3Chostile-tag%3E',
];
const WINDOWS = [
  { width: 375, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'light' },
] as const;
/** What makes a page scroll sideways. */
const TOO_WIDE = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => element.cloneNode().outerHTML.slice(0, 100)).slice(0, 8)`;
/** Downloads, pictures and parts of pages are no pages. */
const NO_PAGE = /\/(counts|look)$|\.(eml|png|json|csv)$|\/export$|\/mail$|\/html$|\/learn\/file|\/api\//;

/**
 * Every page of the console, also those of tomorrow: they are taken from the server itself. Whoever adds a page with a
 * place in its address says above what it is filled with.
 */
describe.skipIf(!chromiumAvailable())('every page of the console', async () => {
  const { db } = await testDatabase();
  let browser: Browser;
  let home: string;
  let url: string;
  let close: () => Promise<void>;
  const routes = new Set<string>();

  beforeAll(async () => {
    browser = await launchChromium();
    home = await mkdtemp(join(tmpdir(), 'spielbein-pages-'));
    const libraryDir = join(home, 'library');
    const now = new Date('2026-11-01T09:00:00Z');
    await writeCompany(
      db,
      await requireLibrary(EXAMPLES),
      { customers: 120, purchases: 480, campaigns: 5, sends: 40 },
      now,
    );
    await copyHostileLibrary(EXAMPLES, libraryDir);
    await writeHostileWords(db);
    await db
      .insertInto('customers')
      .values({
        id: decodeURIComponent(HOSTILE_ID),
        source: 'bench',
        email: '"<hostile-tag>"@kunde.example',
        language: 'de',
        consent: 'consent',
        opted_out: false,
        bounced: false,
      })
      .execute();
    await writeHostileEdit(db, now);
    const listen = (message: unknown) =>
      (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url: route }) => {
        if ([method].flat().includes('GET')) routes.add(route);
      });
    subscribe('fastify.initialization', listen);
    const port = await freePort();
    const publicUrl = `http://localhost:${port}`;
    const web = await startWeb({
      db,
      config: { host: '127.0.0.1', port, publicUrl, password: null, templatesDir: TEMPLATES, libraryDir },
      content: contentSource({ db, libraryDir, templatesDir: TEMPLATES, publicUrl }),
      secret: SECRET,
      randomKey: 'tests',
      links: createLinks({ secret: SECRET, publicUrl, now: () => now }),
      now: () => now,
    });
    unsubscribe('fastify.initialization', listen);
    url = publicUrl;
    close = web.close;
  });
  afterAll(async () => {
    await browser?.close();
    await close?.();
    await rm(home, { recursive: true, force: true });
  });

  /** @param part every other page, beginning with the first or the second; all of them unless told */
  async function visitAll(
    locale: string,
    look: (page: Page, path: string) => Promise<string[]>,
    part?: 0 | 1,
  ) {
    const context = await browser.newContext({ locale, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const told: string[] = [];
    const seen = new Set<string>();
    page.on('console', (message) => message.type() === 'error' && told.push(message.text()));
    page.on('pageerror', (error) => told.push(error.message));
    page.on('dialog', (dialog) => told.push(`a dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      const { host, protocol } = new URL(request.url());
      if (protocol !== 'data:' && host !== new URL(url).host) told.push(`asked ${host}`);
    });
    const { addresses, left } = addressesOf(routesOf(routes), { places: PLACES, also: ALSO });
    const problems: Record<string, string[]> = {};
    const pages = addresses.filter((address) => !NO_PAGE.test(address.split('?')[0] ?? ''));
    for (const path of pages.filter((_, n) => part === undefined || n % 2 === part)) {
      told.length = 0;
      const answer = await page.goto(url + path);
      // several addresses lead to a page that was looked at already
      if (seen.has(page.url())) continue;
      seen.add(page.url());
      // a page of another state of what it shows sends you on
      if (answer === null || answer.status() >= 400) told.push(`answered ${answer?.status()}`);
      const found = [...(await look(page, path)), ...told];
      if (found.length > 0) problems[path] = found;
    }
    await context.close();
    return { problems, left, visited: seen.size };
  }

  test('shows what a hostile CRM or library says as text, and fits a phone', async () => {
    const { problems, left, visited } = await visitAll('de-DE', async (page, path) => {
      await page.setViewportSize({ width: 375, height: 800 });
      const found: string[] = [];
      for (const frame of page.frames()) {
        // a mail in the inbox is shown as it came; that it does nothing is tested elsewhere
        if (frame !== page.mainFrame() && path.startsWith('/inbox')) continue;
        // not yet in sight, so not yet loaded
        if (!frame.url().startsWith(url)) continue;
        const tags = await frame
          .evaluate(`document.querySelectorAll('hostile-tag, [onfocus], [onerror]').length`)
          .catch((error: Error) => {
            // the studio has put a newer picture of the mail in its place
            if (frame.isDetached()) return 0;
            throw error;
          });
        if (tags !== 0) found.push(`${tags} hostile elements in ${frame.url()}`);
      }
      found.push(...((await page.evaluate(TOO_WIDE)) as string[]).map((html) => `too wide: ${html}`));
      return found;
    });
    expect(left.filter((route) => !/\/(events|stream)$|^\/learn\/file\//.test(route))).toEqual([]);
    expect(problems).toEqual({});
    expect(visited).toBeGreaterThan(20);
  }, 120_000);

  test.each([
    ['one half', 0],
    ['the other half', 1],
  ] as const)(
    'is for everybody: axe finds nothing serious, and everything is reached by keyboard: %s',
    async (_half, part) => {
      const look = async (page: Page) => [
        ...(await accessibilityProblems(page, WINDOWS)),
        ...(await keyboardProblems(page)),
      ];
      const { problems, visited } = await visitAll('en', look, part);
      expect(problems).toEqual({});
      expect(visited).toBeGreaterThan(20);
    },
    180_000,
  );
});
