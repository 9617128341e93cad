/**
 * Screenshots of a representative mail for the documentation: `node scripts/mail-screenshots.ts`.
 * Phone and desktop width, light and dark, German; desktop in English. Needs a Chromium; `CHROMIUM` names it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import type { Block } from '../src/domain/composition.ts';
import type { Customer, Language } from '../src/domain/customer.ts';
import type { Library } from '../src/library/library.ts';
import { requireLibrary } from '../src/library/load.ts';
import { createLinks } from '../src/links/links.ts';
import { createRenderer, type MailInput } from '../src/render/renderer.ts';

const root = join(import.meta.dirname, '..');
const publicUrl = 'https://post.orvelin.example';
const OWNED = ['laserdrucker-lx300', 'tischwaage-tw6', 'messgeraet-mg4'];

const customer: Customer = {
  id: '1',
  email: 'kim.yildiz@musterwerk.example',
  salutation: 'frau',
  title: 'Dr.',
  firstName: 'Kim',
  lastName: 'Yıldız',
  companyName: 'Musterwerk GmbH',
  companyId: null,
  language: 'de',
  country: 'DE',
  ownerName: 'Jana Roth',
  ownerEmail: null,
  consent: 'consent',
  optedOut: false,
  bounced: false,
  contactRatio: null,
  companyRatio: null,
};

/** One development for each product owned, and the first offer that one of them leads to. */
function exampleBlocks(library: Library): Block[] {
  const taken = new Set<string>();
  const blocks = OWNED.flatMap((productKey): Block[] => {
    const family = library.products.get(productKey)?.family ?? '';
    const about = [...library.developments.values()].filter(
      (one) => !taken.has(one.id) && (one.products.includes(productKey) || one.families.includes(family)),
    );
    const best = about.sort(
      (a, b) => b.priority - a.priority || Number(!!b.picture) - Number(!!a.picture),
    )[0];
    if (!best) return [];
    taken.add(best.id);
    const contentId = best.id;
    return [
      {
        kind: 'proven',
        contentId,
        variantId: 'base',
        productKey,
        probability: 1,
        reason: 'unseen_development',
      },
    ];
  });
  for (const offer of library.offers.values()) {
    const productKey = OWNED.find((key) =>
      offer.bridges.some(
        ({ product, family }) => product === key || family === library.products.get(key)?.family,
      ),
    );
    if (!productKey || !offer.picture || OWNED.includes(offer.product ?? '')) continue;
    const contentId = offer.id;
    blocks.push({
      kind: 'experimental',
      contentId,
      variantId: 'base',
      productKey,
      probability: 1,
      reason: 'experiment_due',
    });
    break;
  }
  return blocks;
}

function exampleMail(library: Library, language: Language): MailInput {
  const links = createLinks({
    secret: 'only for the screenshots of the docs',
    publicUrl,
    now: () => new Date(),
  });
  const account = { wanted: 0, given: 0, forgiven: 0 };
  return {
    sendId: 0,
    campaignId: 'docs',
    customer,
    owned: [],
    links,
    composition: {
      blocks: exampleBlocks(library),
      left: [],
      language,
      ratio: { value: 0.25, source: 'contact' },
      experimentsDue: 1,
      account: { before: account, after: account },
      seed: 'docs',
    },
  };
}

const library = await requireLibrary(process.env.LIBRARY_DIR ?? join(root, 'templates/library'));
const renderer = await createRenderer({ library, templatesDir: join(root, 'templates'), publicUrl });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const [language, width, scheme] of [
    ['de', 375, 'light'],
    ['de', 375, 'dark'],
    ['de', 700, 'light'],
    ['de', 700, 'dark'],
    ['en', 700, 'light'],
  ] as const) {
    const { html } = renderer.render(exampleMail(library, language));
    const page = await browser.newPage({
      viewport: { width, height: 800 },
      deviceScaleFactor: width < 500 ? 1.5 : 1,
      colorScheme: scheme,
    });
    await page.route('**/*', async (route) => {
      const file = /\/pictures\/([\w-]+\.(?:png|jpg))$/.exec(route.request().url())?.[1];
      if (!file) return route.abort();
      await route.fulfill({ body: await readFile(join(library.picturesDir, file)) });
    });
    await page.setContent(html, { waitUntil: 'load' });
    const shot = await page.screenshot({ fullPage: true });
    await page.close();
    const name = `mail-${language === 'de' ? '' : `${language}-`}${width}-${scheme}.png`;
    const { size } = await sharp(shot)
      .png({ palette: true, colours: 128, compressionLevel: 9, effort: 10 })
      .toFile(join(root, 'docs/images', name));
    console.log(`docs/images/${name}: ${Math.round(size / 1024)} kB`);
  }
} finally {
  await browser.close();
}
