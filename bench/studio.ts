/**
 * How long it takes from saving a file to the new mail in the studio: a real Chromium in front of the real
 * `spielbein preview`, saves of a content file and of a template in turns, each with a text of its own.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { type Database, openDatabase } from '../src/db/connect.ts';
import { openEmbeddedDatabase } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { requireLibrary } from '../src/library/load.ts';
import { findChromium } from '../src/studio/chromium.ts';
import { spreadOf } from './harness/alternate.ts';
import { LeftOut, type Result } from './harness/result.ts';
import { writeCompany } from './pages/company.ts';

const TEMPLATES = join(import.meta.dirname, '../templates');
const CONTENT = 'mg4-version-5';
/** Pause between saves: nobody saves faster. */
const PAUSE = 400;

/** In the page: the moment at which the mail that is shown has this text, in milliseconds since 1970; else 0. */
function shownAt(marker: string): number {
  interface Frame {
    contentDocument?: { body?: { textContent: string | null } | null } | null;
  }
  const { document } = globalThis as unknown as { document: { querySelector(css: string): Frame | null } };
  const text = document.querySelector('iframe:not(.coming)')?.contentDocument?.body?.textContent;
  return text?.includes(marker) ? Date.now() : 0;
}

export async function benchStudio(given: { saves: number }): Promise<Result> {
  const executablePath = await findChromium();
  if (executablePath === null) throw new LeftOut('there is no Chromium here');
  const home = await mkdtemp(join(tmpdir(), 'spielbein-bench-studio-'));
  const templatesDir = join(home, 'templates');
  await cp(TEMPLATES, templatesDir, { recursive: true });
  const libraryDir = join(templatesDir, 'library');
  const database = await openEmbeddedDatabase({ home });
  const { db, close } = openDatabase(database.url);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const ending: (() => unknown)[] = [];
  try {
    await migrate(db);
    const size = { customers: 2000, purchases: 8000, campaigns: 4, sends: 100 };
    await writeCompany(db, await requireLibrary(libraryDir), size, new Date());
    const customer = await ownerOf(db);
    const studio = spawn(process.execPath, [join(import.meta.dirname, '../src/cli.mjs'), 'preview'], {
      cwd: home,
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        SPIELBEIN_HOME: home,
        DATABASE_URL: database.url,
        LIBRARY_DIR: libraryDir,
        TEMPLATES_DIR: templatesDir,
        PUBLIC_URL: url,
        PORT: String(port),
      },
    });
    ending.push(() => studio.kill());
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    ending.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const listening = page.waitForResponse((response) => response.url().endsWith('/preview/events'));
    await goWhenUp(page, `${url}/preview?customer=${customer}&content=${CONTENT}`);
    await listening;

    const files = {
      content: join(libraryDir, 'developments', `${CONTENT}.yaml`),
      template: join(templatesDir, 'mail', 'newsletter.mjml'),
    };
    const before = {
      content: await readFile(files.content, 'utf8'),
      template: await readFile(files.template, 'utf8'),
    };
    const took: Record<keyof typeof files, number[]> = { content: [], template: [] };
    for (let save = 0; save < given.saves * 2; save += 1) {
      const kind = save % 2 === 0 ? 'content' : 'template';
      const marker = `Fassung ${save}`;
      const text =
        kind === 'content'
          ? before.content.replace(/^( {2}headline: ).*$/m, `$1"${marker}"`)
          : before.template.replace('[[title]]', `[[title]] ${marker}`);
      await sleep(PAUSE);
      const saved = Date.now();
      await writeFile(files[kind], text);
      const shown = await page.waitForFunction(shownAt, marker, { timeout: 20_000 });
      took[kind].push(((await shown.jsonValue()) as number) - saved);
    }
    const all = [...took.content, ...took.template];
    const p95 = (values: number[]) =>
      values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
    const ms = (values: number[]) =>
      `median ${spreadOf(values).median.toFixed(0)} ms, 95 % within ${p95(values)} ms`;
    return {
      rows: [
        {
          measure: 'studio, from a saved file to the new mail',
          reference: '',
          result: spreadOf(all),
          unit: 'ms',
          mustReach: { atMost: 300 },
          aim: { atMost: 150 },
          detail: `${given.saves} saves of content: ${ms(took.content)}; ${given.saves} of a template: ${ms(took.template)}`,
        },
      ],
      data: took,
    };
  } finally {
    for (const end of ending.reverse()) await end();
    await close();
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** The preview as soon as it answers. */
async function goWhenUp(page: Page, url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await page.goto(url).catch(() => null);
    if (answer?.ok()) return;
    if (Date.now() > deadline) throw new Error(`${url} does not answer.`);
    await sleep(200);
  }
}

/** Somebody to whom the content can be told. */
async function ownerOf(db: Database): Promise<string> {
  const { customer_id } = await db
    .selectFrom('purchases')
    .innerJoin('customers', 'customers.id', 'purchases.customer_id')
    .select('customer_id')
    .where('product_id', '=', 'messgeraet-mg4')
    .where('purchases.status', '=', 'kept')
    .where('language', '=', 'de')
    .where('consent', '=', 'consent')
    .orderBy('customer_id')
    .limit(1)
    .executeTakeFirstOrThrow();
  return customer_id;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
