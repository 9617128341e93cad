/**
 * Pictures of every page of the console for docs/console.md, from a running demo:
 *
 *   npm run demo -- --customers 2000
 *   node scripts/console-screenshots.ts http://localhost:3000 [NAME …]
 *
 * Each page on a desktop (1440 px, light, German) and on a phone (375 px, dark, English). Needs a Chromium;
 * `CHROMIUM` names it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';

const [base = 'http://localhost:3000', ...only] = process.argv.slice(2);
const out = join(import.meta.dirname, '../docs/images/console');

/** Where a page is: an address, or the links to follow from one, by their form. */
const PAGES: Readonly<Record<string, readonly [start: string, ...links: RegExp[]]>> = {
  home: ['/'],
  campaigns: ['/campaigns'],
  campaign: ['/campaigns', /campaigns\/[^/?]+$/],
  'campaign-new': ['/campaigns/new'],
  customers: ['/customers'],
  customer: ['/customers', /customers\/[^/?]+$/],
  brief: ['/customers', /customers\/[^/?]+$/, /\/brief$/],
  products: ['/products'],
  product: ['/products', /products\/[^/?]+$/],
  library: ['/library'],
  'library-entry': ['/library', /library\/developments\/[^/?]+$/],
  'library-edit': ['/library', /library\/developments\/[^/?]+$/, /\/edit$/],
  'library-new': ['/library/new'],
  studio: ['/preview'],
  'studio-sheet': ['/preview/sheet'],
  effect: ['/effect'],
  learn: ['/learn'],
  experiments: ['/experiments'],
  experiment: ['/experiments', /experiments\/[^/?]+$/],
  inbox: ['/inbox'],
  mail: ['/inbox', /inbox\/\d+$/],
  operations: ['/operations'],
  audit: ['/operations/audit'],
  queues: ['/operations/queues'],
  tokens: ['/operations/tokens'],
  suppressions: ['/operations/suppressions'],
  settings: ['/operations/settings'],
  people: ['/people'],
};

async function find(page: Page, [start, ...links]: readonly [string, ...RegExp[]]): Promise<boolean> {
  const answer = await page.goto(base + start);
  if ((answer?.status() ?? 500) >= 400) return false;
  for (const form of links) {
    const addresses = (await page.evaluate(
      '[...document.querySelectorAll("main a[href]")].map(({ href }) => href.split("#")[0])',
    )) as string[];
    const next = addresses.find((address) => form.test(new URL(address).pathname) && !/\/new$/.test(address));
    if (!next) return false;
    await page.goto(next);
  }
  await page.waitForTimeout(1200);
  return true;
}

async function take(
  browser: Browser,
  name: string,
  look: { width: number; height: number; colorScheme: 'light' | 'dark'; locale: string; suffix: string },
): Promise<void> {
  const { width, height, colorScheme, locale, suffix } = look;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale });
  const page = await context.newPage();
  const way = PAGES[name];
  if (!way || !(await find(page, way))) process.stdout.write(`${name}: not found\n`);
  else {
    const picture = await page.screenshot();
    await sharp(picture)
      .webp({ quality: 70 })
      .toFile(join(out, `${name}-${suffix}.webp`));
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    if (wide) process.stdout.write(`${name}-${suffix}: scrolls sideways\n`);
  }
  await context.close();
}

await mkdir(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const name of only.length > 0 ? only : Object.keys(PAGES)) {
  await take(browser, name, {
    width: 1440,
    height: 1000,
    colorScheme: 'light',
    locale: 'de-DE',
    suffix: 'desktop',
  });
  await take(browser, name, {
    width: 375,
    height: 800,
    colorScheme: 'dark',
    locale: 'en-GB',
    suffix: 'phone',
  });
}
await browser.close();
