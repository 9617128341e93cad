import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';

/** What the browser is called on Linux, macOS and Windows. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chrome.exe',
];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Starting takes most of a second, keeping it 150 MB: it stays for as long after the last picture, in milliseconds. */
const IDLE_MS = 60_000;
const TIMEOUT_MS = 15_000;
/** Whoever asks when so many wait already is sent away. */
const MOST_WAITING = 8;
/** Pixels; what is longer is no mail, and would take all memory. */
const TALLEST = 12_000;

/** Why there is no picture: no browser on this machine, too many wait, or it failed. Stable codes. */
export type PictureTrouble = 'no_chromium' | 'busy' | 'failed';

export class PictureError extends Error {
  readonly code: PictureTrouble;
  constructor(code: PictureTrouble, options?: ErrorOptions) {
    super(`No picture of the mail could be made: ${code}.`, options);
    this.name = 'PictureError';
    this.code = code;
  }
}

export interface Camera {
  /**
   * A PNG of the whole page at this width (CSS pixels, twice as many in the picture). The page gets no network and
   * runs no scripts: pictures must be in it as data URLs.
   * @throws PictureError
   */
  shoot(html: string, width: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Path of a Chromium on this machine: `CHROMIUM`, or one on the PATH or in the usual places; null without one. */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  if (env.CHROMIUM) return env.CHROMIUM;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  for (const path of [...candidates, ...PLACES]) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

/** One browser for everybody, started with the first picture and closed when nobody has wanted one for a while. */
export function createCamera(find: () => Promise<string | null> = findChromium): Camera {
  let browser: Promise<Browser> | null = null;
  let idle: NodeJS.Timeout | undefined;
  let line: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function close(): Promise<void> {
    clearTimeout(idle);
    const open = browser;
    browser = null;
    await (await open?.catch(() => null))?.close();
  }

  async function opened(): Promise<Browser> {
    if (browser !== null && !(await browser.catch(() => null))?.isConnected()) browser = null;
    browser ??= launch(find);
    browser.catch(() => {
      browser = null;
    });
    return browser;
  }

  return {
    async shoot(html, width) {
      if (waiting >= MOST_WAITING) throw new PictureError('busy');
      waiting++;
      clearTimeout(idle);
      const shot = line.then(async () => picture(await opened(), html, width));
      line = shot.catch(() => {});
      try {
        return await shot;
      } catch (cause) {
        throw cause instanceof PictureError ? cause : new PictureError('failed', { cause });
      } finally {
        waiting--;
        if (waiting === 0) {
          clearTimeout(idle);
          idle = setTimeout(() => void close(), IDLE_MS).unref();
        }
      }
    },
    close,
  };
}

async function launch(find: () => Promise<string | null>): Promise<Browser> {
  const executablePath = await find();
  if (executablePath === null) throw new PictureError('no_chromium');
  const { chromium } = await import('playwright-core');
  // Chromium's own sandbox needs rights that root in a container has not.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath,
    timeout: TIMEOUT_MS,
    args: [
      ...asRoot,
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND',
    ],
  });
}

async function picture(browser: Browser, html: string, width: number): Promise<Buffer> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    deviceScaleFactor: 2,
    javaScriptEnabled: false,
    offline: true,
  });
  try {
    await context.route('**', (route) => route.abort());
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.setContent(html, { waitUntil: 'load' });
    const height = (await page.locator('html').boundingBox())?.height ?? 800;
    const clip = { x: 0, y: 0, width, height: Math.max(1, Math.min(TALLEST, Math.ceil(height))) };
    return await page.screenshot({ clip, fullPage: true, animations: 'disabled' });
  } finally {
    await context.close();
  }
}
