import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/mailtest/html.ts';
import { reportOf } from '../../src/mailtest/report.ts';
import type { MailTest } from '../../src/mailtest/tally.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const classes = { customers: 12, up: 300, down: 150, sideways: 400, elsewhere: 138 };
const found: MailTest = {
  messages: 1010,
  byFromAlone: false,
  passedOver: 0,
  sent: 1000,
  classes,
  received: 5,
  leftOut: 3,
  unreadable: 2,
  months: [
    ...Array.from({ length: 30 }, (_, i) => ({
      month: `${2022 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
      classes,
    })),
    { month: null, classes },
  ],
  colleagues: [{ address: '"<script>alert(1)</script>"@orvelin.example', mails: 7 }],
  problems: {
    total: 1,
    byCode: { no_from: 1 },
    named: [{ file: '<img src=x onerror=alert(1)>.mbox', message: 7, offset: 12345, code: 'no_from' }],
  },
};
const known = { crm: { addresses: 10 }, file: false };

describe.skipIf(!chromiumAvailable())('the page', () => {
  const dir = mkdtempSync(join(tmpdir(), 'spielbein-page-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  for (const [language, colorScheme] of [
    ['de', 'light'],
    ['en', 'dark'],
  ] as const) {
    it(`in ${language}, ${colorScheme}, fits a phone, is accessible, and loads nothing`, async () => {
      const file = join(dir, `${language}.html`);
      writeFileSync(file, htmlReport(reportOf(found, { language, known, names: true })));
      // the page's own policy forbids scripts; the checker is let in past it
      const context = await browser.newContext({
        viewport: { width: 320, height: 800 },
        colorScheme,
        bypassCSP: true,
      });
      const page = await context.newPage();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })");
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      expect(await page.locator('script, img').count()).toBe(0);
      expect(await page.locator('text=<script>alert(1)</script>').count()).toBe(1);
      await page.addScriptTag({ path: axe });
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(requests).toEqual([pathToFileURL(file).href]);
      await context.close();
    });
  }

  it('shows on a phone, and only there, that the table goes on at the side', async () => {
    const file = join(dir, 'phone.html');
    writeFileSync(file, htmlReport(reportOf(found, { language: 'de', known, names: true })));
    for (const [width, isNarrow] of [
      [375, true],
      [560, true],
      [640, false],
      [1000, false],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, bypassCSP: true });
      await page.goto(pathToFileURL(file).href);
      await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })");
      const scrolls = await page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('.wide'))",
      );
      expect([width, scrolls]).toEqual([width, isNarrow]);
      expect(await page.locator('.swipe').isVisible()).toBe(isNarrow);
      await page.close();
    }
  });

  it('leaves the scale out when there is nothing to compare', () => {
    const none = { crm: null, file: false };
    const page = htmlReport(reportOf(found, { language: 'de', known: none, names: true }));
    expect(page).not.toContain('class="scale"');
    expect(page).toContain('lässt sich nicht sagen');
  });
});
